#include "buffer.h"

#include <cstdlib>
#include <mutex>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

namespace plumbline {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kIdleLimitBytes = 64 << 20;

size_t round_up(size_t bytes) {
  return bytes < kAlignment ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Idle memory by size. Velox frees vectors on its own threads, hence the lock.
class IdleMemory {
 public:
  void* take(size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = blocks_.find(bytes);
    if (found == blocks_.end() || found->second.empty()) return nullptr;
    void* memory = found->second.back();
    found->second.pop_back();
    idle_bytes_ -= bytes;
    return memory;
  }

  void give(void* memory, size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (idle_bytes_ + bytes > kIdleLimitBytes) release_all();
    blocks_[bytes].push_back(memory);
    idle_bytes_ += bytes;
  }

 private:
  // Sizes of an earlier batch size pile up otherwise; what is in use comes back soon.
  void release_all() {
    for (auto& [bytes, blocks] : blocks_)
      for (void* memory : blocks) std::free(memory);
    blocks_.clear();
    idle_bytes_ = 0;
  }

  std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void*>> blocks_;
  size_t idle_bytes_ = 0;
};

// Never destroyed: vectors may outlive every static object of this library.
IdleMemory& idle_memory() {
  static auto* instance = new IdleMemory;
  return *instance;
}

}  // namespace

Buffer::Buffer(size_t bytes) : bytes_(round_up(bytes)) {
  memory_ = idle_memory().take(bytes_);
  if (memory_ == nullptr) memory_ = std::aligned_alloc(kAlignment, bytes_);
  if (memory_ == nullptr) throw std::bad_alloc();
}

Buffer::Buffer(Buffer&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_) {}

Buffer::~Buffer() {
  if (memory_ != nullptr) idle_memory().give(memory_, bytes_);
}

}  // namespace plumbline
