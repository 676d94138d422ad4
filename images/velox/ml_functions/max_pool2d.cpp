// Largest value of each non-overlapping window of NHWC images; a ragged edge is dropped.
#include <algorithm>
#include <cstring>

#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

struct Geometry {
  int64_t batch, height, width, channels, pool;

  int64_t output_height() const { return height / pool; }
  int64_t output_width() const { return width / pool; }
  int64_t output_rows() const { return batch * output_height(); }
  bool is_ragged() const { return height % pool != 0 || width % pool != 0; }
  Shape images() const { return {batch, height, width, channels}; }
  Shape outputs() const { return {batch, output_height(), output_width(), channels}; }

  // Where the window of output (row, column) starts; rows are counted through the batch.
  int64_t window(int64_t row, int64_t column) const {
    const int64_t image = row / output_height();
    const int64_t top = row % output_height() * pool;
    return ((image * height + top) * width + column * pool) * channels;
  }

  // Where the position-th pixel of a window lies, from its start, in row-major order.
  int64_t pixel(int64_t position) const {
    return (position / pool * width + position % pool) * channels;
  }
};

Geometry geometry_of_images(const Arguments& arguments) {
  Geometry geometry{};
  geometry.height = arguments.size("height");
  geometry.width = arguments.size("width");
  geometry.channels = arguments.size("channels");
  geometry.pool = arguments.size("pool_size");
  if (std::min(geometry.height, geometry.width) < geometry.pool)
    Arguments::fail("pool_size", "exceeds the images");
  geometry.batch =
      arguments.batch("images", {geometry.height, geometry.width, geometry.channels});
  return geometry;
}

// Not-a-number wins, so that a diverged training shows.
void pool_window(const Geometry& geometry, const float* window, float* largest) {
  std::memcpy(largest, window, geometry.channels * sizeof(float));
  for (int64_t position = 1; position < geometry.pool * geometry.pool; ++position) {
    const float* pixel = window + geometry.pixel(position);
    for (int64_t c = 0; c < geometry.channels; ++c)
      largest[c] = pixel[c] > largest[c] || pixel[c] != pixel[c] ? pixel[c] : largest[c];
  }
}

void max_pool2d(const Arguments& arguments, Result& result) {
  const Geometry geometry = geometry_of_images(arguments);
  const float* images = arguments.tensor("images", geometry.images());
  float* outputs = result.tensor(geometry.outputs());
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < geometry.output_rows(); ++row)
    for (int64_t column = 0; column < geometry.output_width(); ++column)
      pool_window(
          geometry, images + geometry.window(row, column),
          outputs + (row * geometry.output_width() + column) * geometry.channels);
}

// Gives the gradient of each channel to the first pixel of the window that holds `largest`.
void route_gradient(
    const Geometry& geometry, const float* window, const float* largest,
    const float* output_gradient, float* remaining, float* input_gradient) {
  std::memcpy(remaining, output_gradient, geometry.channels * sizeof(float));
  for (int64_t position = 0; position < geometry.pool * geometry.pool; ++position) {
    const float* pixel = window + geometry.pixel(position);
    float* gradient = input_gradient + geometry.pixel(position);
    for (int64_t c = 0; c < geometry.channels; ++c) {
      const bool is_largest = pixel[c] == largest[c];
      gradient[c] = is_largest ? remaining[c] : 0;
      remaining[c] = is_largest ? 0 : remaining[c];
    }
  }
}

void max_pool2d_gradient(const Arguments& arguments, Result& result) {
  const Geometry geometry = geometry_of_images(arguments);
  const float* images = arguments.tensor("images", geometry.images());
  const float* outputs = arguments.tensor("outputs", geometry.outputs());
  const float* output_gradient = arguments.tensor("output_gradient", geometry.outputs());
  float* input_gradient = geometry.is_ragged() ? result.zeros(geometry.images())
                                               : result.tensor(geometry.images());
  if (geometry.batch == 0) return;
  Scratch<float> remaining(geometry.channels);
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < geometry.output_rows(); ++row)
    for (int64_t column = 0; column < geometry.output_width(); ++column) {
      const int64_t window = geometry.window(row, column);
      const int64_t output = (row * geometry.output_width() + column) * geometry.channels;
      route_gradient(
          geometry, images + window, outputs + output, output_gradient + output,
          remaining.mine(), input_gradient + window);
    }
}

std::vector<MlFunction> functions() {
  const Parameter images{"images", "array(real)"};
  const Parameter outputs{"outputs", "array(real)"};
  const Parameter output_gradient{"output_gradient", "array(real)"};
  const Parameter height{"height", "bigint"};
  const Parameter width{"width", "bigint"};
  const Parameter channels{"channels", "bigint"};
  const Parameter pool_size{"pool_size", "bigint"};
  return {
      {"ml_max_pool2d", {images, height, width, channels, pool_size}, ResultType::kTensor, max_pool2d},
      {"ml_max_pool2d_gradient",
       {images, outputs, output_gradient, height, width, channels, pool_size},
       ResultType::kTensor,
       max_pool2d_gradient},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
