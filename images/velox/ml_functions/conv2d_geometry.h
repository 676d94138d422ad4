// Sizes of a 2-D convolution (cross-correlation): images NHWC, kernels HWIO.
#pragma once

#include <array>

#include "ml_function.h"

namespace plumbline::conv2d {

struct Geometry {
  int64_t batch, height, width, channels, kernel, stride, filters;
  int64_t top, left, bottom, right;  // rows and columns of zeros around each image

  int64_t padded_height() const { return top + height + bottom; }
  int64_t padded_width() const { return left + width + right; }
  int64_t output_height() const { return (padded_height() - kernel) / stride + 1; }
  int64_t output_width() const { return (padded_width() - kernel) / stride + 1; }

  Shape padded_image() const { return {padded_height(), padded_width(), channels}; }
  Shape image() const { return {height, width, channels}; }
  Shape images() const { return {batch, height, width, channels}; }
  Shape kernel_shape() const { return {kernel, kernel, channels, filters}; }
  Shape output() const { return {output_height(), output_width(), filters}; }
  Shape outputs() const { return {batch, output_height(), output_width(), filters}; }

  bool operator<(const Geometry& other) const { return key() < other.key(); }

 private:
  std::array<int64_t, 11> key() const {
    return {batch, height, width, channels, kernel, stride, filters, top, left, bottom, right};
  }
};

}  // namespace plumbline::conv2d
