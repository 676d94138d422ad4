// The convolutions in oneDNN.
#pragma once

#include <utility>

#include "conv2d_geometry.h"
#include "onednn.h"

namespace plumbline::conv2d {

// A geometry in oneDNN's terms: logical axes NCHW and OIHW.
struct Descriptions {
  explicit Descriptions(const Geometry& geometry, bool with_bias = false);

  dnnl::convolution_forward::primitive_desc forward() const;
  dnnl::convolution_backward_data::primitive_desc backward_input() const;
  dnnl::convolution_backward_weights::primitive_desc backward_kernel() const;

  dnnl::memory::desc images, kernel, any_kernel, bias, outputs;
  onednn::Dims strides, before, after;
};

class Forward {
 public:
  // A geometry, and whether there is a bias.
  using Shape = std::pair<Geometry, bool>;

  explicit Forward(const Shape& shape);
  // `bias` is null where there is none.
  void operator()(const float* images, const float* kernel, const float* bias, float* outputs);

 private:
  Descriptions descriptions_;
  dnnl::convolution_forward::primitive_desc primitive_desc_;
  dnnl::convolution_forward primitive_;
  onednn::Relayout kernel_;
};

class BackwardInput {
 public:
  explicit BackwardInput(const Geometry& geometry);
  void operator()(const float* kernel, const float* output_gradient, float* input_gradient);

 private:
  Descriptions descriptions_;
  dnnl::convolution_backward_data::primitive_desc primitive_desc_;
  dnnl::convolution_backward_data primitive_;
  onednn::Relayout kernel_;
};

class BackwardKernel {
 public:
  explicit BackwardKernel(const Geometry& geometry);
  void operator()(const float* images, const float* output_gradient, float* kernel_gradient);

 private:
  Descriptions descriptions_;
  dnnl::convolution_backward_weights::primitive_desc primitive_desc_;
  dnnl::convolution_backward_weights primitive_;
  onednn::Relayout kernel_gradient_;
};

}  // namespace plumbline::conv2d
