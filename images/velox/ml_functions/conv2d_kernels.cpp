#include "conv2d_kernels.h"

namespace plumbline::conv2d {
namespace {

using onednn::describe;
using onednn::Layout;
using onednn::view;

constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;

onednn::Dims kernel_dims(const Geometry& g) { return {g.filters, g.channels, g.kernel, g.kernel}; }

}  // namespace

Descriptions::Descriptions(const Geometry& g, bool with_bias)
    : images(describe({g.batch, g.channels, g.height, g.width}, Layout::nhwc)),
      kernel(describe(kernel_dims(g), Layout::hwio)),
      any_kernel(describe(kernel_dims(g), Layout::any)),
      bias(with_bias ? describe({g.filters}, Layout::x) : dnnl::memory::desc()),
      outputs(describe({g.batch, g.filters, g.output_height(), g.output_width()}, Layout::nhwc)),
      strides{g.stride, g.stride},
      before{g.top, g.left},
      after{g.bottom, g.right} {}

dnnl::convolution_forward::primitive_desc Descriptions::forward() const {
  return {onednn::cpu(), dnnl::prop_kind::forward_training, kAlgorithm, images, any_kernel, bias,
          outputs, strides, before, after};
}

dnnl::convolution_backward_data::primitive_desc Descriptions::backward_input() const {
  return {onednn::cpu(), kAlgorithm, images, any_kernel, outputs, strides, before, after,
          forward()};
}

dnnl::convolution_backward_weights::primitive_desc Descriptions::backward_kernel() const {
  return {onednn::cpu(), kAlgorithm, images, any_kernel, outputs, strides, before, after,
          forward()};
}

Forward::Forward(const Shape& shape)
    : descriptions_(shape.first, shape.second),
      primitive_desc_(descriptions_.forward()),
      primitive_(primitive_desc_),
      kernel_(descriptions_.kernel, primitive_desc_.weights_desc()) {}

void Forward::operator()(
    const float* images, const float* kernel, const float* bias, float* outputs) {
  const Buffer room(kernel_.room_bytes());
  std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, view(descriptions_.images, images)},
      {DNNL_ARG_WEIGHTS, kernel_.load(kernel, room)},
      {DNNL_ARG_DST, view(descriptions_.outputs, outputs)}};
  if (bias != nullptr) arguments.emplace(DNNL_ARG_BIAS, view(descriptions_.bias, bias));
  onednn::run(primitive_, arguments);
}

BackwardInput::BackwardInput(const Geometry& geometry)
    : descriptions_(geometry),
      primitive_desc_(descriptions_.backward_input()),
      primitive_(primitive_desc_),
      kernel_(descriptions_.kernel, primitive_desc_.weights_desc()) {}

void BackwardInput::operator()(
    const float* kernel, const float* output_gradient, float* input_gradient) {
  const Buffer room(kernel_.room_bytes());
  onednn::run(
      primitive_, {{DNNL_ARG_DIFF_DST, view(descriptions_.outputs, output_gradient)},
                   {DNNL_ARG_WEIGHTS, kernel_.load(kernel, room)},
                   {DNNL_ARG_DIFF_SRC, view(descriptions_.images, input_gradient)}});
}

BackwardKernel::BackwardKernel(const Geometry& geometry)
    : descriptions_(geometry),
      primitive_desc_(descriptions_.backward_kernel()),
      primitive_(primitive_desc_),
      kernel_gradient_(descriptions_.kernel, primitive_desc_.diff_weights_desc()) {}

void BackwardKernel::operator()(
    const float* images, const float* output_gradient, float* kernel_gradient) {
  const Buffer room(kernel_gradient_.room_bytes());
  onednn::run(
      primitive_,
      {{DNNL_ARG_SRC, view(descriptions_.images, images)},
       {DNNL_ARG_DIFF_DST, view(descriptions_.outputs, output_gradient)},
       {DNNL_ARG_DIFF_WEIGHTS, kernel_gradient_.destination(kernel_gradient, room)}});
  kernel_gradient_.store(room, kernel_gradient);
}

}  // namespace plumbline::conv2d
