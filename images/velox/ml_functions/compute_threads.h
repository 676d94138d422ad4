// The threads that compute: one pool for the process, whoever calls.
#pragma once

#include <functional>

namespace plumbline {

// Number of threads that the next computation uses; from 1 to 1024.
void set_compute_threads(int threads);

// Size of the pool, counted inside it.
int count_compute_threads();

// Runs `work` with the pool and waits for it; rethrows what it throws.
//
// OpenMP keeps a team per calling thread, and Velox calls from many. A single thread that leads the
// only team holds the number of computing threads to what was pinned, and serialises the rest.
void compute(const std::function<void()>& work);

// Runs `work` on the calling thread alone: what is small is done before the pool has woken up.
void compute_here(const std::function<void()>& work);

}  // namespace plumbline
