// 2-D convolution (cross-correlation) with a stride, over images with explicit margins of zeros.
#include <algorithm>

#include "conv2d_kernels.h"
#include "loops.h"

namespace plumbline {
namespace {

using conv2d::BackwardInput;
using conv2d::BackwardKernel;
using conv2d::Forward;
using conv2d::Geometry;

// Geometry but for the filters and the batch, which the tensors tell.
Geometry geometry_of_sizes(const Arguments& arguments) {
  Geometry geometry{};
  geometry.height = arguments.size("height");
  geometry.width = arguments.size("width");
  geometry.channels = arguments.size("channels");
  geometry.kernel = arguments.size("kernel_size");
  geometry.stride = arguments.size("stride");
  geometry.top = arguments.count("top");
  geometry.left = arguments.count("left");
  geometry.bottom = arguments.count("bottom");
  geometry.right = arguments.count("right");
  if (std::min(geometry.padded_height(), geometry.padded_width()) < geometry.kernel)
    Arguments::fail("kernel_size", "exceeds the images with their margins");
  // oneDNN reckons with 32 bits inside an image: no image, and no stride, is larger.
  Arguments::elements("images with their margins", geometry.padded_image());
  geometry.stride =
      std::min(geometry.stride, std::max(geometry.padded_height(), geometry.padded_width()));
  return geometry;
}

int64_t filters_of_kernel(const Arguments& arguments, const Geometry& geometry) {
  return arguments.last_axis("kernel", {geometry.kernel, geometry.kernel, geometry.channels});
}

void convolve(const Arguments& arguments, Result& result, bool with_bias) {
  Geometry geometry = geometry_of_sizes(arguments);
  geometry.filters = filters_of_kernel(arguments, geometry);
  geometry.batch = arguments.batch("images", geometry.image());
  const float* images = arguments.tensor("images", geometry.images());
  const float* kernel = arguments.tensor("kernel", geometry.kernel_shape());
  const float* bias = with_bias ? arguments.tensor("bias", {geometry.filters}) : nullptr;
  float* outputs = result.tensor(geometry.outputs());
  if (geometry.batch == 0) return;
  const Forward::Shape shape{geometry, with_bias};
  onednn::kernel_for<Forward>(shape)(images, kernel, bias, outputs);
}

void conv2d_with_bias(const Arguments& arguments, Result& result) {
  convolve(arguments, result, true);
}

void conv2d_without_bias(const Arguments& arguments, Result& result) {
  convolve(arguments, result, false);
}

void conv2d_gradient_input(const Arguments& arguments, Result& result) {
  Geometry geometry = geometry_of_sizes(arguments);
  geometry.filters = filters_of_kernel(arguments, geometry);
  geometry.batch = arguments.batch("output_gradient", geometry.output());
  const float* kernel = arguments.tensor("kernel", geometry.kernel_shape());
  const float* output_gradient = arguments.tensor("output_gradient", geometry.outputs());
  float* input_gradient = result.tensor(geometry.images());
  if (geometry.batch == 0) return;
  onednn::kernel_for<BackwardInput>(geometry)(kernel, output_gradient, input_gradient);
}

void conv2d_gradient_kernel(const Arguments& arguments, Result& result) {
  Geometry geometry = geometry_of_sizes(arguments);
  geometry.filters = arguments.size("filters");
  geometry.batch = arguments.batch("images", geometry.image());
  const float* images = arguments.tensor("images", geometry.images());
  const float* output_gradient = arguments.tensor("output_gradient", geometry.outputs());
  if (geometry.batch == 0) {
    result.zeros(geometry.kernel_shape());
    return;
  }
  float* kernel_gradient = result.tensor(geometry.kernel_shape());
  onednn::kernel_for<BackwardKernel>(geometry)(images, output_gradient, kernel_gradient);
}

void conv2d_gradient_bias(const Arguments& arguments, Result& result) {
  const int64_t filters = arguments.size("filters");
  const int64_t pixels = arguments.batch("output_gradient", {filters});
  const float* output_gradient = arguments.tensor("output_gradient", {pixels, filters});
  sum_rows(output_gradient, pixels, filters, result.tensor({filters}));
}

// The sizes that every function of the family ends with.
std::vector<Parameter> with_sizes(std::vector<Parameter> parameters) {
  for (const char* name : {"height", "width", "channels", "kernel_size", "stride", "top", "left",
                           "bottom", "right"})
    parameters.push_back({name, "bigint"});
  return parameters;
}

std::vector<MlFunction> functions() {
  const Parameter images{"images", "array(real)"};
  const Parameter kernel{"kernel", "array(real)"};
  const Parameter bias{"bias", "array(real)"};
  const Parameter output_gradient{"output_gradient", "array(real)"};
  const Parameter filters{"filters", "bigint"};
  return {
      {"ml_conv2d",
       with_sizes({images, kernel, bias}),
       ResultType::kTensor,
       conv2d_with_bias,
       Work::kProducts},
      {"ml_conv2d_without_bias",
       with_sizes({images, kernel}),
       ResultType::kTensor,
       conv2d_without_bias,
       Work::kProducts},
      {"ml_conv2d_gradient_input",
       with_sizes({kernel, output_gradient}),
       ResultType::kTensor,
       conv2d_gradient_input,
       Work::kProducts},
      {"ml_conv2d_gradient_kernel",
       with_sizes({images, output_gradient, filters}),
       ResultType::kTensor,
       conv2d_gradient_kernel,
       Work::kProducts},
      {"ml_conv2d_gradient_bias",
       {output_gradient, filters},
       ResultType::kTensor,
       conv2d_gradient_bias},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
