#include "buffer.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

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
  // The smallest block that holds `bytes` and wastes no more than three times as much; or none.
  std::optional<Block> take(size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = blocks_.lower_bound(bytes);
    if (found == blocks_.end() || found->first > 4 * bytes) return std::nullopt;
    const Block block{found->second, found->first};
    blocks_.erase(found);
    idle_bytes_ -= block.bytes;
    return block;
  }

  void give(const Block& block) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (idle_bytes_ + block.bytes > kIdleLimitBytes) release_all();
    blocks_.emplace(block.bytes, block.memory);
    idle_bytes_ += block.bytes;
  }

 private:
  // Blocks of an earlier batch size pile up otherwise; what is in use comes back soon.
  void release_all() {
    for (const auto& [bytes, memory] : blocks_) std::free(memory);
    blocks_.clear();
    idle_bytes_ = 0;
  }

  std::mutex mutex_;
  std::multimap<size_t, void*> blocks_;
  size_t idle_bytes_ = 0;
};

// Never destroyed: vectors may outlive every static object of this library.
IdleMemory& idle_memory() {
  static auto* instance = new IdleMemory;
  return *instance;
}

}  // namespace

Buffer::Buffer(size_t bytes)
    : block_(idle_memory().take(round_up(bytes)).value_or(Block{nullptr, round_up(bytes)})) {
  if (block_.memory == nullptr) block_.memory = std::aligned_alloc(kAlignment, block_.bytes);
  if (block_.memory == nullptr) throw std::bad_alloc();
}

Buffer::Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, {nullptr, 0})) {}

Buffer::~Buffer() {
  if (block_.memory != nullptr) idle_memory().give(block_);
}

}  // namespace plumbline
