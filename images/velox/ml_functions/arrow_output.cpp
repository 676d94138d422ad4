#include "arrow_output.h"

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace plumbline {
namespace {

// An exported schema's own node; Velox takes over parent and child one by one.
struct SchemaOwner {
  ArrowSchema child{};
  ArrowSchema* child_pointer = &child;
};

// An exported array's own node, with its only buffer after the validity bitmap.
struct ArrayOwner {
  explicit ArrayOwner(Buffer buffer)
      : memory(std::move(buffer)), buffers{nullptr, memory.as<void>()} {}

  Buffer memory;
  const void* buffers[2];
  ArrowArray child{};
  ArrowArray* child_pointer = &child;
};

// Serves schemas and arrays alike; a child that Velox took over is marked as released already.
template <typename Node, typename Owner>
void release(Node* node) {
  auto* owner = static_cast<Owner*>(node->private_data);
  if (owner->child.release != nullptr) owner->child.release(&owner->child);
  delete owner;
  node->release = nullptr;
}

template <typename Node, typename Owner>
void give_to(Node& node, Owner* owner, const Node* child) {
  if (child != nullptr) {
    owner->child = *child;
    node.n_children = 1;
    node.children = &owner->child_pointer;
  }
  node.release = release<Node, Owner>;
  node.private_data = owner;
}

ArrowSchema make_schema(const char* format, const ArrowSchema* child = nullptr) {
  ArrowSchema schema{};
  schema.format = format;
  schema.name = "";
  give_to(schema, new SchemaOwner, child);
  return schema;
}

ArrowArray make_array(int64_t length, Buffer buffer, const ArrowArray* child = nullptr) {
  auto* owner = new ArrayOwner(std::move(buffer));
  ArrowArray array{};
  array.length = length;
  array.n_buffers = 2;
  array.buffers = owner->buffers;
  give_to(array, owner, child);
  return array;
}

facebook::velox::VectorPtr import(ArrowSchema schema, ArrowArray array) {
  return facebook::velox::importFromArrowAsOwner(
      schema, array, &facebook::velox::memory::deprecatedSharedLeafPool());
}

}  // namespace

OutputColumn::OutputColumn(ResultType type, int64_t rows)
    : type_(type),
      rows_(rows),
      scalars_(rows * sizeof(double)),
      tensors_(type == ResultType::kTensor ? rows : 0) {
  std::memset(scalars_.as<void>(), 0, rows * sizeof(double));
}

float* OutputColumn::tensor(int64_t row, int64_t size) {
  return tensors_[row].emplace(Tensor{Buffer(size * sizeof(float)), size}).memory.as<float>();
}

// Where each row's tensor starts in their concatenation; Arrow lists count in 32 bits.
Buffer OutputColumn::make_offsets() const {
  Buffer offsets((rows_ + 1) * sizeof(int32_t));
  int64_t total = 0;
  offsets.as<int32_t>()[0] = 0;
  for (int64_t row = 0; row < rows_; ++row) {
    if (tensors_[row]) total += tensors_[row]->size;
    if (total > kMostElements)
      throw std::length_error(
          "the results of " + std::to_string(rows_) + " rows exceed " +
          std::to_string(kMostElements) + " elements; use smaller batches");
    offsets.as<int32_t>()[row + 1] = static_cast<int32_t>(total);
  }
  return offsets;
}

// The tensors in one piece; a single one is moved.
Buffer OutputColumn::concatenate(const int32_t* offsets) {
  if (rows_ == 1 && tensors_[0]) return std::move(tensors_[0]->memory);
  Buffer joined(offsets[rows_] * sizeof(float));
  for (int64_t row = 0; row < rows_; ++row)
    if (tensors_[row])
      std::memcpy(joined.as<float>() + offsets[row], tensors_[row]->memory.as<float>(),
                  tensors_[row]->size * sizeof(float));
  return joined;
}

facebook::velox::VectorPtr OutputColumn::move_to_velox() {
  if (type_ != ResultType::kTensor)
    return import(
        make_schema(type_ == ResultType::kReal ? "g" : "l"),
        make_array(rows_, std::move(scalars_)));
  Buffer offsets = make_offsets();
  const auto* starts = offsets.as<int32_t>();
  const ArrowSchema item = make_schema("f");
  const ArrowArray elements = make_array(starts[rows_], concatenate(starts));
  return import(make_schema("+l", &item), make_array(rows_, std::move(offsets), &elements));
}

}  // namespace plumbline
