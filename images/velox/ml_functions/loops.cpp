#include "loops.h"

#include <algorithm>
#include <vector>

namespace plumbline {
namespace {

void add_rows(const float* matrix, int64_t rows, int64_t columns, double* sums) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      sums[column] += matrix[row * columns + column];
}

}  // namespace

// Blocks of rows are summed in parallel, then added up in order: the same bits on any number of
// threads.
void sum_rows(const float* matrix, int64_t rows, int64_t columns, float* sums) {
  constexpr int64_t block_rows = 512;
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  std::vector<double> partial((blocks + 1) * columns, 0.0);
#pragma omp parallel for schedule(static) if (blocks > 1)
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t first = block * block_rows;
    add_rows(
        matrix + first * columns, std::min(block_rows, rows - first), columns,
        partial.data() + (block + 1) * columns);
  }
  for (int64_t block = 1; block <= blocks; ++block)
    for (int64_t column = 0; column < columns; ++column)
      partial[column] += partial[block * columns + column];
  std::transform(partial.begin(), partial.begin() + columns, sums, [](double sum) {
    return static_cast<float>(sum);
  });
}

}  // namespace plumbline
