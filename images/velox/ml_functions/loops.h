// Loops over tensors, in parallel where that pays.
#pragma once

#include <cstdint>

namespace plumbline {

// Calls `operation(i)` for every i in [0, size).
template <typename Operation>
void for_each_element(int64_t size, const Operation& operation) {
  constexpr int64_t worth_parallel = 1 << 14;
#pragma omp parallel for simd schedule(static) if (parallel : size > worth_parallel)
  for (int64_t i = 0; i < size; ++i) operation(i);
}

// Sums each column of a (rows, columns) matrix, in double precision.
void sum_rows(const float* matrix, int64_t rows, int64_t columns, float* sums);

}  // namespace plumbline
