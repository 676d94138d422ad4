// Mean of each channel over an image.
#include <algorithm>

#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

struct Image {
  int64_t pixels, channels;

  Shape shape() const { return {pixels, channels}; }
  int64_t size() const { return pixels * channels; }
};

Image image_of(const Arguments& arguments) {
  const Shape shape{
      arguments.size("height"), arguments.size("width"), arguments.size("channels")};
  Arguments::elements("images", shape);
  return {shape[0] * shape[1], shape[2]};
}

void global_avg_pool2d(const Arguments& arguments, Result& result) {
  const Image image = image_of(arguments);
  const int64_t batch = arguments.batch("images", image.shape());
  const float* images = arguments.tensor("images", {batch, image.pixels, image.channels});
  float* outputs = result.tensor({batch, image.channels});
  if (batch == 0) return;
  const auto pixels = static_cast<double>(image.pixels);
  Scratch<double> scratch(image.channels);
#pragma omp parallel for schedule(static)
  for (int64_t sample = 0; sample < batch; ++sample) {
    double* sums = scratch.mine();
    std::fill_n(sums, image.channels, 0.0);
    const float* pixel = images + sample * image.size();
    for (int64_t p = 0; p < image.pixels; ++p, pixel += image.channels)
      for (int64_t c = 0; c < image.channels; ++c) sums[c] += pixel[c];
    for (int64_t c = 0; c < image.channels; ++c)
      outputs[sample * image.channels + c] = static_cast<float>(sums[c] / pixels);
  }
}

// Every pixel takes an equal share.
void global_avg_pool2d_gradient(const Arguments& arguments, Result& result) {
  const Image image = image_of(arguments);
  const int64_t batch = arguments.batch("output_gradient", {image.channels});
  const float* dy = arguments.tensor("output_gradient", {batch, image.channels});
  float* dx = result.tensor({batch, image.pixels, image.channels});
  const auto pixels = static_cast<float>(image.pixels);
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < batch * image.pixels; ++row)
    for (int64_t c = 0; c < image.channels; ++c)
      dx[row * image.channels + c] = dy[row / image.pixels * image.channels + c] / pixels;
}

std::vector<MlFunction> functions() {
  const Parameter height{"height", "bigint"};
  const Parameter width{"width", "bigint"};
  const Parameter channels{"channels", "bigint"};
  return {
      {"ml_global_avg_pool2d",
       {{"images", "array(real)"}, height, width, channels},
       ResultType::kTensor,
       global_avg_pool2d},
      {"ml_global_avg_pool2d_gradient",
       {{"output_gradient", "array(real)"}, height, width, channels},
       ResultType::kTensor,
       global_avg_pool2d_gradient},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
