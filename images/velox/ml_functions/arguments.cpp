#include <functional>
#include <numeric>
#include <sstream>
#include <stdexcept>

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

std::string elements(int64_t count) { return "has " + std::to_string(count) + " elements"; }

}  // namespace

int64_t product(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<int64_t>());
}

void Arguments::fail(const std::string& name, const std::string& what) {
  throw std::invalid_argument(name + " " + what);
}

const InputColumn& Arguments::column(const std::string& name) const {
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].name == name) return *columns_[i];
  throw std::logic_error("no parameter is called " + name);
}

template <typename T>
Numbers<T> Arguments::numbers(const std::string& name) const {
  try {
    return column(name).numbers<T>(row_);
  } catch (const std::invalid_argument& error) {
    fail(name, error.what());
  }
}

Numbers<float> Arguments::tensor(const std::string& name) const { return numbers<float>(name); }

const float* Arguments::tensor(const std::string& name, const Shape& shape) const {
  const Numbers<float> values = numbers<float>(name);
  if (values.size != product(shape))
    fail(name, elements(values.size) + "; shape " + to_text(shape) + " needs " +
                   std::to_string(product(shape)));
  return values.data;
}

int64_t Arguments::batch(const std::string& name, const Shape& sample) const {
  const int64_t size = numbers<float>(name).size;
  if (size % product(sample) != 0)
    fail(name, elements(size) + ", no whole number of samples of shape " + to_text(sample));
  return size / product(sample);
}

int64_t Arguments::last_axis(const std::string& name, const Shape& leading) const {
  const int64_t size = numbers<float>(name).size;
  if (size == 0 || size % product(leading) != 0)
    fail(name, elements(size) + ", which do not fill the leading axes " + to_text(leading));
  return size / product(leading);
}

const int64_t* Arguments::labels(
    const std::string& name, int64_t samples, int64_t classes) const {
  const Numbers<int64_t> values = numbers<int64_t>(name);
  if (values.size != samples)
    fail(name, elements(values.size) + " for " + std::to_string(samples) + " samples");
  for (int64_t i = 0; i < samples; ++i)
    if (values.data[i] < 0 || values.data[i] >= classes)
      fail(name, "has " + std::to_string(values.data[i]) + ", outside the " +
                     std::to_string(classes) + " classes");
  return values.data;
}

int64_t Arguments::size(const std::string& name) const { return at_least(1, name); }

int64_t Arguments::count(const std::string& name) const { return at_least(0, name); }

int64_t Arguments::at_least(int64_t least, const std::string& name) const {
  const int64_t value = integer(name);
  if (value < least)
    fail(name, "is " + std::to_string(value) + "; at least " + std::to_string(least) +
                   " is needed");
  return value;
}

int64_t Arguments::integer(const std::string& name) const {
  return column(name).scalar<int64_t>(row_);
}

double Arguments::real(const std::string& name) const { return column(name).scalar<double>(row_); }

}  // namespace plumbline
