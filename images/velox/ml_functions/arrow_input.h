// An argument column of a function, read through the Arrow C data interface without a copy.
#pragma once

#include <vector>

#include "velox_abi.h"

namespace plumbline {

// Numbers of one row; the memory belongs to the column that they were read from.
template <typename T>
struct Numbers {
  const T* data;
  int64_t size;
};

class InputColumn {
 public:
  explicit InputColumn(const facebook::velox::VectorPtr& vector);
  InputColumn(const InputColumn&) = delete;
  InputColumn& operator=(const InputColumn&) = delete;
  ~InputColumn();

  // The array that stands in `row`; throws where one of its elements is null.
  template <typename T>
  Numbers<T> numbers(int64_t row) const;

  template <typename T>
  T scalar(int64_t row) const;

  // Number of elements of the arrays of all rows; an array that several rows share counts once.
  int64_t count_elements() const;

 private:
  ArrowArray array_;
  // Copies of arrays whose elements are themselves encoded; rare, kept for as long as the column.
  mutable std::vector<std::vector<char>> decoded_;
};

}  // namespace plumbline
