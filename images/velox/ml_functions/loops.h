// Loops over tensors, in parallel where that pays; the same bits on any number of threads.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace plumbline {

constexpr int64_t kWorthParallel = 1 << 14;

// Values that each thread of a parallel loop has to itself, on cache lines of its own. Made before
// the loop: where memory is short, no exception may leave a thread of it.
template <typename T>
class Scratch {
 public:
  explicit Scratch(int64_t size)
      : spacing_(size + kCacheLineBytes / static_cast<int64_t>(sizeof(T))),
        values_(omp_get_max_threads() * spacing_) {}

  T* mine() { return values_.data() + omp_get_thread_num() * spacing_; }

 private:
  static constexpr int64_t kCacheLineBytes = 64;
  int64_t spacing_;
  std::vector<T> values_;
};

// Calls `operation(i)` for every i in [0, size).
template <typename Operation>
void for_each_element(int64_t size, const Operation& operation) {
#pragma omp parallel for simd schedule(static) if (parallel : size > kWorthParallel)
  for (int64_t i = 0; i < size; ++i) operation(i);
}

// Calls `operation(i, column)` for every element i of a (rows, columns) matrix.
template <typename Operation>
void for_each_in_columns(int64_t rows, int64_t columns, const Operation& operation) {
#pragma omp parallel for schedule(static) if (rows * columns > kWorthParallel)
  for (int64_t row = 0; row < rows; ++row)
#pragma omp simd
    for (int64_t column = 0; column < columns; ++column)
      operation(row * columns + column, column);
}

// Sums `term(i, column)` over the rows of each column of a (rows, columns) matrix, in double
// precision: blocks of rows in parallel, then the blocks in order.
template <typename Term>
std::vector<double> sum_in_columns(int64_t rows, int64_t columns, const Term& term) {
  constexpr int64_t block_rows = 512;
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  std::vector<double> partial((blocks + 1) * columns, 0.0);
#pragma omp parallel for schedule(static) if (blocks > 1)
  for (int64_t block = 0; block < blocks; ++block) {
    double* sums = partial.data() + (block + 1) * columns;
    const int64_t end = std::min((block + 1) * block_rows, rows);
    for (int64_t row = block * block_rows; row < end; ++row)
#pragma omp simd
      for (int64_t column = 0; column < columns; ++column)
        sums[column] += term(row * columns + column, column);
  }
  for (int64_t block = 1; block <= blocks; ++block)
    for (int64_t column = 0; column < columns; ++column)
      partial[column] += partial[block * columns + column];
  partial.resize(columns);
  return partial;
}

// Sums each column of a (rows, columns) matrix.
inline void sum_rows(const float* matrix, int64_t rows, int64_t columns, float* sums) {
  const std::vector<double> found =
      sum_in_columns(rows, columns, [=](int64_t i, int64_t) -> double { return matrix[i]; });
  std::copy(found.begin(), found.end(), sums);
}

}  // namespace plumbline
