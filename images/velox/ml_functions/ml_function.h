// What an ML function is, and how it becomes a vector function of Velox.
//
// A function works on one row at a time; a row holds whole tensors, usually those of a mini-batch.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "arrow_input.h"
#include "arrow_output.h"

namespace plumbline {

using Shape = std::vector<int64_t>;

struct Parameter {
  std::string name;
  std::string type;  // as in a Velox signature: array(real), array(bigint), bigint, double
};

// The arguments of one row, by parameter name. Everything throws std::invalid_argument, naming the
// parameter, where a value does not fit.
class Arguments {
 public:
  Arguments(
      const std::vector<Parameter>& parameters,
      const std::vector<std::unique_ptr<InputColumn>>& columns, int64_t row)
      : parameters_(parameters), columns_(columns), row_(row) {}

  // The tensor, which must have exactly this shape.
  const float* tensor(const std::string& name, const Shape& shape) const;
  // The tensor, whatever its size.
  Numbers<float> tensor(const std::string& name) const;
  // The tensors of a parameter that repeats.
  std::vector<Numbers<float>> tensors(const std::string& name) const;
  // Size of the leading axis of a tensor whose other axes have this shape.
  int64_t batch(const std::string& name, const Shape& sample) const;
  // Size of the last axis of a tensor whose other axes have this shape.
  int64_t last_axis(const std::string& name, const Shape& leading) const;
  // One class index per sample, each in [0, classes).
  const int64_t* labels(const std::string& name, int64_t samples, int64_t classes) const;
  // A size: at least 1, at most kMostElements.
  int64_t size(const std::string& name) const;
  // A number of things: at least 0, at most kMostElements.
  int64_t count(const std::string& name) const;
  // Any whole number.
  int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;
  // All of them, tensors by their number of elements; for messages.
  std::string to_text() const;

  // Number of elements of what has this shape; at most kMostElements.
  static int64_t elements(const std::string& name, const Shape& shape);
  [[noreturn]] static void fail(const std::string& name, const std::string& what);

 private:
  size_t index_of(const std::string& name) const;
  const InputColumn& column(const std::string& name) const { return *columns_[index_of(name)]; }
  template <typename T>
  Numbers<T> numbers(const std::string& name) const { return numbers<T>(name, column(name)); }
  template <typename T>
  Numbers<T> numbers(const std::string& name, const InputColumn& column) const;
  int64_t integer_from(int64_t least, const std::string& name) const;

  const std::vector<Parameter>& parameters_;
  const std::vector<std::unique_ptr<InputColumn>>& columns_;
  int64_t row_;
};

// The result of one row.
class Result {
 public:
  Result(OutputColumn& column, int64_t row) : column_(column), row_(row) {}

  // Memory for the resulting tensor, to be written by the caller; throws std::invalid_argument
  // where a tensor of that shape cannot be.
  float* tensor(const Shape& shape) {
    return column_.tensor(row_, Arguments::elements("the result", shape));
  }
  // The same, zeros in it.
  float* zeros(const Shape& shape) {
    float* tensor_of_zeros = tensor(shape);
    std::fill_n(tensor_of_zeros, Arguments::elements("the result", shape), 0.0f);
    return tensor_of_zeros;
  }
  void set_real(double value) { column_.set_real(row_, value); }
  void set_integer(int64_t value) { column_.set_integer(row_, value); }

 private:
  OutputColumn& column_;
  int64_t row_;
};

// How much there is to compute for each element of the arguments.
enum class Work { kPerElement, kProducts };

struct MlFunction {
  std::string name;
  std::vector<Parameter> parameters;
  ResultType result;
  void (*compute)(const Arguments& arguments, Result& result);
  Work work = Work::kPerElement;
  bool repeats_last = false;  // takes one or more arguments for its last parameter
  bool writes = false;        // does more than return a value: called for each row, once
};

// The functions of one file, known from when the library is loaded: a constant of that file.
class Family {
 public:
  using Functions = std::vector<MlFunction> (*)();
  explicit Family(Functions functions) : functions_(functions), next_(first_) { first_ = this; }

  // Makes the functions of all families known to the engine.
  static void register_all_in_velox();

 private:
  static const Family* first_;  // a chain, so that loading allocates nothing that could fail
  Functions functions_;
  const Family* next_;
};

}  // namespace plumbline
