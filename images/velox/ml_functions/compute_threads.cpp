#include "compute_threads.h"

#include <omp.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace plumbline {
namespace {

// Where a thread cannot be made, OpenMP ends the process.
constexpr int kMostThreads = 1024;

class Leader {
 public:
  Leader() { std::thread([this] { lead(); }).detach(); }

  void run(const std::function<void()>& work) {
    std::lock_guard<std::mutex> turn(turn_);
    std::unique_lock<std::mutex> lock(mutex_);
    work_ = &work;
    error_ = nullptr;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void lead() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return work_ != nullptr; });
      try {
        (*work_)();
      } catch (...) {
        error_ = std::current_exception();
      }
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr error_;
};

// While it lives, a parallel loop of this thread has no team.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

// Never destroyed: its thread waits until the process ends.
Leader& leader() {
  static auto* instance = new Leader;
  return *instance;
}

}  // namespace

void set_compute_threads(int threads) {
  if (threads < 1 || threads > kMostThreads)
    throw std::invalid_argument(
        std::to_string(threads) + " threads; from 1 to " + std::to_string(kMostThreads) +
        " are possible");
  leader().run([threads] {
    omp_set_dynamic(0);
    omp_set_num_threads(threads);
  });
}

int count_compute_threads() {
  int threads = 0;
  leader().run([&threads] {
#pragma omp parallel
#pragma omp single
    threads = omp_get_num_threads();
  });
  return threads;
}

void compute(const std::function<void()>& work) { leader().run(work); }

void compute_here(const std::function<void()>& work) {
  const OneThread one;
  work();
}

}  // namespace plumbline
