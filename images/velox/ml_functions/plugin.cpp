// What Python calls: C functions that never let an exception out.
#include <cstdio>
#include <exception>

#include "compute_threads.h"
#include "lent_memory.h"
#include "ml_function.h"

namespace {

template <typename Action>
int guarded(char* message, size_t message_bytes, const Action& action) noexcept {
  try {
    action();
    return 0;
  } catch (const std::exception& error) {
    std::snprintf(message, message_bytes, "%s", error.what());
  } catch (...) {
    std::snprintf(message, message_bytes, "unknown error");
  }
  return 1;
}

}  // namespace

extern "C" {

// Registers every ML function; 0, or 1 with the reason in `message`.
int plumbline_ml_register(char* message, size_t message_bytes) {
  return guarded(message, message_bytes, plumbline::Family::register_all_in_velox);
}

// Sizes the pool of compute threads; 0, or 1 with the reason in `message`.
int plumbline_ml_set_threads(int threads, char* message, size_t message_bytes) {
  return guarded(message, message_bytes, [=] { plumbline::set_compute_threads(threads); });
}

// Counts the compute threads into `threads`; 0, or 1 with the reason in `message`.
int plumbline_ml_count_threads(int* threads, char* message, size_t message_bytes) {
  return guarded(message, message_bytes, [=] { *threads = plumbline::count_compute_threads(); });
}

// Lends memory to `ml_store`, under `number`; 0, or 1 with the reason in `message`.
int plumbline_ml_lend(
    float* memory, int64_t elements, int64_t* number, char* message, size_t message_bytes) {
  return guarded(
      message, message_bytes, [=] { *number = plumbline::lend_memory(memory, elements); });
}

// Takes it back, so that it can be freed; 0, or 1 with the reason in `message`.
int plumbline_ml_take_back(int64_t number, char* message, size_t message_bytes) {
  return guarded(message, message_bytes, [=] { plumbline::take_back_memory(number); });
}
}
