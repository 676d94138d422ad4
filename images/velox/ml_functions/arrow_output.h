// The result column of a function, handed to Velox through the Arrow C data interface.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "buffer.h"
#include "velox_abi.h"

namespace plumbline {

// Arrow lists count in 32 bits.
constexpr int64_t kMostElements = std::numeric_limits<int32_t>::max();

// What a result holds in each row.
enum class ResultType { kTensor, kReal, kInteger };

// Gathers results row by row; rows that are left out stay empty or zero.
class OutputColumn {
 public:
  OutputColumn(ResultType type, int64_t rows);

  // Memory for the tensor of `row`, to be written by the caller.
  float* tensor(int64_t row, int64_t size);
  void set_real(int64_t row, double value) { scalars_.as<double>()[row] = value; }
  void set_integer(int64_t row, int64_t value) { scalars_.as<int64_t>()[row] = value; }

  // Makes the Velox vector; the column is used up.
  facebook::velox::VectorPtr move_to_velox();

 private:
  struct Tensor {
    Buffer memory;
    int64_t size;
  };

  Buffer make_offsets() const;
  Buffer concatenate(const int32_t* offsets);

  ResultType type_;
  int64_t rows_;
  Buffer scalars_;
  std::vector<std::optional<Tensor>> tensors_;
};

}  // namespace plumbline
