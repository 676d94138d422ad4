// 2-D convolution (cross-correlation) at stride 1: images NHWC, kernels HWIO.
#include <algorithm>
#include <tuple>

#include "loops.h"
#include "ml_function.h"
#include "onednn.h"

namespace plumbline {
namespace {

using onednn::Dims;
using onednn::Layout;

struct Geometry {
  int64_t batch, height, width, channels, kernel, filters;
  bool same;

  // "same" adds kernel − 1 rows and columns in all, the odd one behind.
  int64_t padding_before() const { return same ? (kernel - 1) / 2 : 0; }
  int64_t padding_after() const { return same ? kernel - 1 - padding_before() : 0; }
  int64_t lost() const { return same ? 0 : kernel - 1; }
  int64_t output_height() const { return height - lost(); }
  int64_t output_width() const { return width - lost(); }

  Shape image() const { return {height, width, channels}; }
  Shape images() const { return {batch, height, width, channels}; }
  Shape kernel_shape() const { return {kernel, kernel, channels, filters}; }
  Shape outputs() const { return {batch, output_height(), output_width(), filters}; }

  bool operator<(const Geometry& other) const { return key() < other.key(); }

 private:
  std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, bool> key() const {
    return {batch, height, width, channels, kernel, filters, same};
  }
};

// The same geometry in oneDNN's terms: logical axes NCHW and OIHW.
struct Descriptions {
  explicit Descriptions(const Geometry& g)
      : images(onednn::describe({g.batch, g.channels, g.height, g.width}, Layout::nhwc)),
        kernel_dims{g.filters, g.channels, g.kernel, g.kernel},
        kernel(onednn::describe(kernel_dims, Layout::hwio)),
        any_kernel(onednn::describe(kernel_dims, Layout::any)),
        bias(onednn::describe({g.filters}, Layout::x)),
        outputs(onednn::describe(
            {g.batch, g.filters, g.output_height(), g.output_width()}, Layout::nhwc)),
        before{g.padding_before(), g.padding_before()},
        after{g.padding_after(), g.padding_after()} {}

  dnnl::convolution_forward::primitive_desc forward() const {
    return {onednn::cpu(), dnnl::prop_kind::forward_training, algorithm, images, any_kernel, bias,
            outputs, strides, before, after};
  }

  static constexpr auto algorithm = dnnl::algorithm::convolution_direct;
  dnnl::memory::desc images;
  Dims kernel_dims;
  dnnl::memory::desc kernel, any_kernel, bias, outputs;
  Dims strides{1, 1};
  Dims before, after;
};

class Forward {
 public:
  explicit Forward(const Geometry& geometry)
      : descriptions_(geometry),
        primitive_desc_(descriptions_.forward()),
        primitive_(primitive_desc_),
        kernel_(descriptions_.kernel, primitive_desc_.weights_desc()) {}

  void operator()(const float* images, const float* kernel, const float* bias, float* outputs) {
    kernel_.load(kernel);
    onednn::run(primitive_, {{DNNL_ARG_SRC, onednn::view(descriptions_.images, images)},
                             {DNNL_ARG_WEIGHTS, kernel_.preferred()},
                             {DNNL_ARG_BIAS, onednn::view(descriptions_.bias, bias)},
                             {DNNL_ARG_DST, onednn::view(descriptions_.outputs, outputs)}});
  }

 private:
  Descriptions descriptions_;
  dnnl::convolution_forward::primitive_desc primitive_desc_;
  dnnl::convolution_forward primitive_;
  onednn::Relaid kernel_;
};

class BackwardInput {
 public:
  explicit BackwardInput(const Geometry& geometry)
      : descriptions_(geometry),
        primitive_desc_(
            onednn::cpu(), Descriptions::algorithm, descriptions_.images,
            descriptions_.any_kernel, descriptions_.outputs, descriptions_.strides,
            descriptions_.before, descriptions_.after, descriptions_.forward()),
        primitive_(primitive_desc_),
        kernel_(descriptions_.kernel, primitive_desc_.weights_desc()) {}

  void operator()(const float* kernel, const float* output_gradient, float* input_gradient) {
    kernel_.load(kernel);
    onednn::run(
        primitive_,
        {{DNNL_ARG_DIFF_DST, onednn::view(descriptions_.outputs, output_gradient)},
         {DNNL_ARG_WEIGHTS, kernel_.preferred()},
         {DNNL_ARG_DIFF_SRC, onednn::view(descriptions_.images, input_gradient)}});
  }

 private:
  Descriptions descriptions_;
  dnnl::convolution_backward_data::primitive_desc primitive_desc_;
  dnnl::convolution_backward_data primitive_;
  onednn::Relaid kernel_;
};

class BackwardKernel {
 public:
  explicit BackwardKernel(const Geometry& geometry)
      : descriptions_(geometry),
        primitive_desc_(
            onednn::cpu(), Descriptions::algorithm, descriptions_.images,
            descriptions_.any_kernel, descriptions_.outputs, descriptions_.strides,
            descriptions_.before, descriptions_.after, descriptions_.forward()),
        primitive_(primitive_desc_),
        kernel_gradient_(descriptions_.kernel, primitive_desc_.diff_weights_desc()) {}

  void operator()(const float* images, const float* output_gradient, float* kernel_gradient) {
    onednn::run(
        primitive_,
        {{DNNL_ARG_SRC, onednn::view(descriptions_.images, images)},
         {DNNL_ARG_DIFF_DST, onednn::view(descriptions_.outputs, output_gradient)},
         {DNNL_ARG_DIFF_WEIGHTS, kernel_gradient_.preferred()}});
    kernel_gradient_.store(kernel_gradient);
  }

 private:
  Descriptions descriptions_;
  dnnl::convolution_backward_weights::primitive_desc primitive_desc_;
  dnnl::convolution_backward_weights primitive_;
  onednn::Relaid kernel_gradient_;
};

bool is_same(const Arguments& arguments) {
  const std::string padding = arguments.text("padding");
  if (padding != "same" && padding != "valid")
    Arguments::fail("padding", "is '" + padding + "'; 'same' or 'valid' is needed");
  return padding == "same";
}

// Geometry but for the filters, which another tensor tells, and the batch, which `images` tells.
Geometry geometry_of_images(const Arguments& arguments) {
  Geometry geometry{};
  geometry.height = arguments.size("height");
  geometry.width = arguments.size("width");
  geometry.channels = arguments.size("channels");
  geometry.kernel = arguments.size("kernel_size");
  geometry.same = is_same(arguments);
  if (std::min(geometry.output_height(), geometry.output_width()) < 1)
    Arguments::fail("kernel_size", "exceeds the images");
  return geometry;
}

int64_t filters_of_kernel(const Arguments& arguments, const Geometry& geometry) {
  return arguments.last_axis("kernel", {geometry.kernel, geometry.kernel, geometry.channels});
}

void conv2d(const Arguments& arguments, Result& result) {
  Geometry geometry = geometry_of_images(arguments);
  geometry.filters = filters_of_kernel(arguments, geometry);
  geometry.batch = arguments.batch("images", geometry.image());
  const float* images = arguments.tensor("images", geometry.images());
  const float* kernel = arguments.tensor("kernel", geometry.kernel_shape());
  const float* bias = arguments.tensor("bias", {geometry.filters});
  float* outputs = result.tensor(product(geometry.outputs()));
  if (geometry.batch == 0) return;
  onednn::kernel_for<Forward>(geometry)(images, kernel, bias, outputs);
}

void conv2d_gradient_input(const Arguments& arguments, Result& result) {
  Geometry geometry = geometry_of_images(arguments);
  geometry.filters = filters_of_kernel(arguments, geometry);
  geometry.batch = arguments.batch(
      "output_gradient", {geometry.output_height(), geometry.output_width(), geometry.filters});
  const float* kernel = arguments.tensor("kernel", geometry.kernel_shape());
  const float* output_gradient = arguments.tensor("output_gradient", geometry.outputs());
  float* input_gradient = result.tensor(product(geometry.images()));
  if (geometry.batch == 0) return;
  onednn::kernel_for<BackwardInput>(geometry)(kernel, output_gradient, input_gradient);
}

void conv2d_gradient_kernel(const Arguments& arguments, Result& result) {
  Geometry geometry = geometry_of_images(arguments);
  geometry.filters = arguments.size("filters");
  geometry.batch = arguments.batch("images", geometry.image());
  const float* images = arguments.tensor("images", geometry.images());
  const float* output_gradient = arguments.tensor("output_gradient", geometry.outputs());
  float* kernel_gradient = result.tensor(product(geometry.kernel_shape()));
  if (geometry.batch == 0)
    std::fill_n(kernel_gradient, product(geometry.kernel_shape()), 0.0f);
  else
    onednn::kernel_for<BackwardKernel>(geometry)(images, output_gradient, kernel_gradient);
}

void conv2d_gradient_bias(const Arguments& arguments, Result& result) {
  const int64_t filters = arguments.size("filters");
  const int64_t pixels = arguments.batch("output_gradient", {filters});
  const float* output_gradient = arguments.tensor("output_gradient", {pixels, filters});
  sum_rows(output_gradient, pixels, filters, result.tensor(filters));
}

// The sizes that every function of the family ends with.
std::vector<Parameter> with_sizes(std::vector<Parameter> parameters) {
  for (const char* name : {"height", "width", "channels", "kernel_size"})
    parameters.push_back({name, "bigint"});
  parameters.push_back({"padding", "varchar"});
  return parameters;
}

}  // namespace

std::vector<MlFunction> conv2d_functions() {
  const Parameter images{"images", "array(real)"};
  const Parameter kernel{"kernel", "array(real)"};
  const Parameter bias{"bias", "array(real)"};
  const Parameter output_gradient{"output_gradient", "array(real)"};
  const Parameter filters{"filters", "bigint"};
  return {
      {"ml_conv2d", with_sizes({images, kernel, bias}), ResultType::kTensor, conv2d},
      {"ml_conv2d_gradient_input",
       with_sizes({kernel, output_gradient}),
       ResultType::kTensor,
       conv2d_gradient_input},
      {"ml_conv2d_gradient_kernel",
       with_sizes({images, output_gradient, filters}),
       ResultType::kTensor,
       conv2d_gradient_kernel},
      {"ml_conv2d_gradient_bias",
       {output_gradient, filters},
       ResultType::kTensor,
       conv2d_gradient_bias},
  };
}

}  // namespace plumbline
