// Memory for results: aligned for vector instructions, and recycled.
#pragma once

#include <cstddef>

namespace plumbline {

struct Block {
  void* memory;
  size_t bytes;
};

// Owns memory that a later buffer uses again: a training step makes tensors of the same sizes over
// and over, and fresh pages from the kernel would cost more than the arithmetic.
class Buffer {
 public:
  explicit Buffer(size_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(Buffer&&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  template <typename T>
  T* as() const {
    return static_cast<T*>(block_.memory);
  }

 private:
  Block block_;
};

}  // namespace plumbline
