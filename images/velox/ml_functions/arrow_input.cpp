#include "arrow_input.h"

#include <algorithm>
#include <stdexcept>

namespace plumbline {
namespace {

// An element that is not null, of an array that no encoding wraps.
struct Position {
  const ArrowArray* array;
  int64_t index;  // into the buffers, the array's own offset included
};

bool is_run_end_encoded(const ArrowArray& array) {
  return array.n_buffers == 0 && array.n_children == 2;
}

// Index of the run that holds `index`: the first that ends after it.
int64_t find_run(const ArrowArray& run_ends, int64_t index) {
  const auto* first = static_cast<const int32_t*>(run_ends.buffers[1]) + run_ends.offset;
  return std::upper_bound(first, first + run_ends.length, index) - first;
}

bool is_null(const ArrowArray& array, int64_t index) {
  if (array.null_count == 0 || array.n_buffers == 0) return false;
  const auto* validity = static_cast<const uint8_t*>(array.buffers[0]);
  return validity != nullptr && !((validity[index / 8] >> (index % 8)) & 1);
}

// Follows dictionaries and runs down to the values; each of them may have nulls of its own, and
// what lies behind those is garbage.
Position locate(const ArrowArray& array, int64_t row) {
  const int64_t index = array.offset + row;
  if (is_null(array, index)) throw std::invalid_argument("has a null element");
  if (array.dictionary != nullptr)
    return locate(*array.dictionary, static_cast<const int32_t*>(array.buffers[1])[index]);
  if (is_run_end_encoded(array))
    return locate(*array.children[1], find_run(*array.children[0], index));
  return {&array, index};
}

bool is_encoded(const ArrowArray& array) {
  return array.dictionary != nullptr || is_run_end_encoded(array);
}

void require_no_nulls(const ArrowArray& array, int64_t first, int64_t count) {
  if (array.null_count == 0) return;
  for (int64_t i = 0; i < count; ++i) locate(array, first + i);
}

template <typename T>
std::vector<char> decode(const ArrowArray& elements, int64_t first, int64_t count) {
  std::vector<char> bytes(count * sizeof(T));
  auto* values = reinterpret_cast<T*>(bytes.data());
  for (int64_t i = 0; i < count; ++i) {
    const Position at = locate(elements, first + i);
    values[i] = static_cast<const T*>(at.array->buffers[1])[at.index];
  }
  return bytes;
}

}  // namespace

InputColumn::InputColumn(const facebook::velox::VectorPtr& vector) : array_{} {
  facebook::velox::exportToArrow(
      vector, array_, &facebook::velox::memory::deprecatedSharedLeafPool(), ArrowOptions{});
}

InputColumn::~InputColumn() {
  if (array_.release != nullptr) array_.release(&array_);
}

template <typename T>
Numbers<T> InputColumn::numbers(int64_t row) const {
  const Position at = locate(array_, row);
  const auto* offsets = static_cast<const int32_t*>(at.array->buffers[1]) + at.index;
  const int64_t first = offsets[0];
  const int64_t count = offsets[1] - first;
  const ArrowArray& elements = *at.array->children[0];
  if (is_encoded(elements)) {
    decoded_.push_back(decode<T>(elements, first, count));
    return {reinterpret_cast<const T*>(decoded_.back().data()), count};
  }
  require_no_nulls(elements, first, count);
  return {static_cast<const T*>(elements.buffers[1]) + elements.offset + first, count};
}

template Numbers<float> InputColumn::numbers(int64_t) const;
template Numbers<int64_t> InputColumn::numbers(int64_t) const;

template <typename T>
T InputColumn::scalar(int64_t row) const {
  const Position at = locate(array_, row);
  return static_cast<const T*>(at.array->buffers[1])[at.index];
}

int64_t InputColumn::count_elements() const {
  const ArrowArray* array = &array_;
  while (is_encoded(*array))
    array = array->dictionary != nullptr ? array->dictionary : array->children[1];
  return array->n_children == 1 ? array->children[0]->length : 0;
}

template double InputColumn::scalar(int64_t) const;
template int64_t InputColumn::scalar(int64_t) const;

}  // namespace plumbline
