#include <sstream>
#include <stdexcept>
#include <utility>

#include "ml_function.h"

namespace plumbline {
namespace {

std::string to_text(const Shape& shape) {
  std::ostringstream text;
  text << "(";
  for (size_t i = 0; i < shape.size(); ++i) text << (i ? ", " : "") << shape[i];
  text << (shape.size() == 1 ? ",)" : ")");
  return text.str();
}

std::string count_text(int64_t count) { return "has " + std::to_string(count) + " elements"; }

}  // namespace

void Arguments::fail(const std::string& name, const std::string& what) {
  throw std::invalid_argument(name + " " + what);
}

int64_t Arguments::elements(const std::string& name, const Shape& shape) {
  int64_t count = 1;
  for (const int64_t size : shape)
    if (__builtin_mul_overflow(count, size, &count) || count > kMostElements)
      fail(name, "of shape " + plumbline::to_text(shape) + " would exceed " +
                     std::to_string(kMostElements) + " elements");
  return count;
}

size_t Arguments::index_of(const std::string& name) const {
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].name == name) return i;
  throw std::logic_error("no parameter is called " + name);
}

template <typename T>
Numbers<T> Arguments::numbers(const std::string& name, const InputColumn& column) const {
  try {
    return column.numbers<T>(row_);
  } catch (const std::invalid_argument& error) {
    fail(name, error.what());
  }
}

Numbers<float> Arguments::tensor(const std::string& name) const { return numbers<float>(name); }

std::vector<Numbers<float>> Arguments::tensors(const std::string& name) const {
  std::vector<Numbers<float>> found;
  for (size_t i = index_of(name); i < columns_.size(); ++i)
    found.push_back(numbers<float>(name, *columns_[i]));
  return found;
}

const float* Arguments::tensor(const std::string& name, const Shape& shape) const {
  const Numbers<float> values = numbers<float>(name);
  const int64_t needed = elements(name, shape);
  if (values.size != needed)
    fail(name, count_text(values.size) + "; shape " + plumbline::to_text(shape) + " needs " +
                   std::to_string(needed));
  return values.data;
}

int64_t Arguments::batch(const std::string& name, const Shape& sample) const {
  const int64_t size = numbers<float>(name).size;
  const int64_t sample_size = elements(name, sample);
  if (size % sample_size != 0)
    fail(name, count_text(size) + ", no whole number of samples of shape " +
                   plumbline::to_text(sample));
  return size / sample_size;
}

int64_t Arguments::last_axis(const std::string& name, const Shape& leading) const {
  const int64_t size = numbers<float>(name).size;
  const int64_t leading_size = elements(name, leading);
  if (size == 0 || size % leading_size != 0)
    fail(name, count_text(size) + ", which do not fill the leading axes " +
                   plumbline::to_text(leading));
  return size / leading_size;
}

const int64_t* Arguments::labels(
    const std::string& name, int64_t samples, int64_t classes) const {
  const Numbers<int64_t> values = numbers<int64_t>(name);
  if (values.size != samples)
    fail(name, count_text(values.size) + " for " + std::to_string(samples) + " samples");
  for (int64_t i = 0; i < samples; ++i)
    if (values.data[i] < 0 || values.data[i] >= classes)
      fail(name, "has " + std::to_string(values.data[i]) + ", outside the " +
                     std::to_string(classes) + " classes");
  return values.data;
}

int64_t Arguments::size(const std::string& name) const { return integer_from(1, name); }

int64_t Arguments::count(const std::string& name) const { return integer_from(0, name); }

int64_t Arguments::integer_from(int64_t least, const std::string& name) const {
  const int64_t value = integer(name);
  if (value < least)
    fail(name, "is " + std::to_string(value) + "; at least " + std::to_string(least) +
                   " is needed");
  if (value > kMostElements)
    fail(name, "is " + std::to_string(value) + "; at most " + std::to_string(kMostElements) +
                   " is possible");
  return value;
}

int64_t Arguments::integer(const std::string& name) const {
  return column(name).scalar<int64_t>(row_);
}

double Arguments::real(const std::string& name) const { return column(name).scalar<double>(row_); }

std::string Arguments::to_text() const {
  std::ostringstream text;
  const char* separator = "";
  for (const auto& [name, type] : parameters_) {
    text << std::exchange(separator, ", ") << name;
    if (type == "double") text << " = " << real(name);
    if (type == "bigint") text << " = " << integer(name);
    if (type == "array(real)") text << " of " << numbers<float>(name).size << " elements";
    if (type == "array(bigint)") text << " of " << numbers<int64_t>(name).size << " elements";
  }
  return text.str();
}

}  // namespace plumbline
