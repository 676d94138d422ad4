#include "buffer.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include <sanitizer/asan_interface.h>

namespace plumbline {
namespace {

constexpr size_t kAlignment = 64;
// What may lie idle beside the most that was ever in use at once.
constexpr size_t kSpareBytes = 64 << 20;

size_t round_up(size_t bytes) {
  return bytes < kAlignment ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Memory by size, in use and idle. Velox frees vectors on its own threads, hence the lock. Built
// for AddressSanitizer, it forbids what is idle, and what a block has beyond the bytes asked for.
class Memory {
 public:
  // The smallest idle block that holds `bytes` and wastes no more than three times as much, or a
  // fresh one.
  Block take(size_t needed_bytes) {
    const size_t bytes = round_up(needed_bytes);
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = idle_.lower_bound(bytes);
    const bool fits = found != idle_.end() && found->first <= 4 * bytes;
    const Block block = fits ? take_idle(found) : allocate(bytes);
    used_bytes_ += block.bytes;
    most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
    ASAN_UNPOISON_MEMORY_REGION(block.memory, needed_bytes);
    return block;
  }

  void give(const Block& block) {
    std::lock_guard<std::mutex> lock(mutex_);
    ASAN_POISON_MEMORY_REGION(block.memory, block.bytes);
    used_bytes_ -= block.bytes;
    idle_.emplace(block.bytes, block.memory);
    idle_bytes_ += block.bytes;
  }

 private:
  using Idle = std::multimap<size_t, void*>;

  Block take_idle(Idle::iterator found) {
    const Block block{found->second, found->first};
    idle_.erase(found);
    idle_bytes_ -= block.bytes;
    return block;
  }

  // A task that repeats itself finds all it needs idle. One that does not, because its batches have
  // another size, would pile up blocks that nobody takes again: then they go.
  Block allocate(size_t bytes) {
    if (used_bytes_ + idle_bytes_ + bytes > most_used_bytes_ + kSpareBytes) release_idle();
    void* memory = std::aligned_alloc(kAlignment, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    ASAN_POISON_MEMORY_REGION(memory, bytes);
    return {memory, bytes};
  }

  void release_idle() {
    for (const auto& [bytes, memory] : idle_) std::free(memory);
    idle_.clear();
    idle_bytes_ = 0;
  }

  std::mutex mutex_;
  Idle idle_;
  size_t idle_bytes_ = 0, used_bytes_ = 0, most_used_bytes_ = 0;
};

// Never destroyed: vectors may outlive every static object of this library.
Memory& memory() {
  static auto* instance = new Memory;
  return *instance;
}

}  // namespace

Buffer::Buffer(size_t bytes) : block_(memory().take(bytes)) {}

Buffer::Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, {nullptr, 0})) {}

Buffer::~Buffer() {
  if (block_.memory != nullptr) memory().give(block_);
}

}  // namespace plumbline
