// Fully connected layer: inputs (batch, features), kernel (features, units).
#include <tuple>

#include "loops.h"
#include "ml_function.h"
#include "onednn.h"

namespace plumbline {
namespace {

using onednn::Layout;

// A product of two matrices, either read transposed, with or without a bias by column.
struct ProductShape {
  int64_t rows, inner, columns;
  bool transpose_left, transpose_right, with_bias;

  bool operator<(const ProductShape& other) const { return key() < other.key(); }

 private:
  std::tuple<int64_t, int64_t, int64_t, bool, bool, bool> key() const {
    return {rows, inner, columns, transpose_left, transpose_right, with_bias};
  }
};

class Product {
 public:
  explicit Product(const ProductShape& shape)
      : left_(onednn::describe({shape.rows, shape.inner}, layout(shape.transpose_left))),
        right_(onednn::describe({shape.inner, shape.columns}, layout(shape.transpose_right))),
        bias_(shape.with_bias ? onednn::describe({1, shape.columns}, Layout::ab)
                              : dnnl::memory::desc()),
        result_(onednn::describe({shape.rows, shape.columns}, Layout::ab)),
        primitive_({onednn::cpu(), left_, right_, bias_, result_}) {}

  void operator()(const float* left, const float* right, const float* bias, float* result) {
    std::unordered_map<int, dnnl::memory> arguments{
        {DNNL_ARG_SRC, onednn::view(left_, left)},
        {DNNL_ARG_WEIGHTS, onednn::view(right_, right)},
        {DNNL_ARG_DST, onednn::view(result_, result)}};
    if (bias != nullptr) arguments.emplace(DNNL_ARG_BIAS, onednn::view(bias_, bias));
    onednn::run(primitive_, arguments);
  }

 private:
  static Layout layout(bool transposed) { return transposed ? Layout::ba : Layout::ab; }

  dnnl::memory::desc left_, right_, bias_, result_;
  dnnl::matmul primitive_;
};

void dense(const Arguments& arguments, Result& result, bool with_bias) {
  const int64_t features = arguments.size("features");
  const int64_t units = arguments.last_axis("kernel", {features});
  const int64_t batch = arguments.batch("inputs", {features});
  const float* inputs = arguments.tensor("inputs", {batch, features});
  const float* kernel = arguments.tensor("kernel", {features, units});
  const float* bias = with_bias ? arguments.tensor("bias", {units}) : nullptr;
  float* outputs = result.tensor({batch, units});
  if (batch == 0) return;
  const ProductShape shape{batch, features, units, false, false, with_bias};
  onednn::kernel_for<Product>(shape)(inputs, kernel, bias, outputs);
}

void dense_with_bias(const Arguments& arguments, Result& result) {
  dense(arguments, result, true);
}

void dense_without_bias(const Arguments& arguments, Result& result) {
  dense(arguments, result, false);
}

void dense_gradient_input(const Arguments& arguments, Result& result) {
  const int64_t features = arguments.size("features");
  const int64_t units = arguments.last_axis("kernel", {features});
  const int64_t batch = arguments.batch("output_gradient", {units});
  const float* kernel = arguments.tensor("kernel", {features, units});
  const float* output_gradient = arguments.tensor("output_gradient", {batch, units});
  float* input_gradient = result.tensor({batch, features});
  if (batch == 0) return;
  const ProductShape shape{batch, units, features, false, true, false};
  onednn::kernel_for<Product>(shape)(output_gradient, kernel, nullptr, input_gradient);
}

void dense_gradient_kernel(const Arguments& arguments, Result& result) {
  const int64_t features = arguments.size("features");
  const int64_t units = arguments.size("units");
  const int64_t batch = arguments.batch("inputs", {features});
  const float* inputs = arguments.tensor("inputs", {batch, features});
  const float* output_gradient = arguments.tensor("output_gradient", {batch, units});
  if (batch == 0) {
    result.zeros({features, units});
    return;
  }
  float* kernel = result.tensor({features, units});
  const ProductShape shape{features, batch, units, true, false, false};
  onednn::kernel_for<Product>(shape)(inputs, output_gradient, nullptr, kernel);
}

void dense_gradient_bias(const Arguments& arguments, Result& result) {
  const int64_t units = arguments.size("units");
  const int64_t batch = arguments.batch("output_gradient", {units});
  const float* output_gradient = arguments.tensor("output_gradient", {batch, units});
  sum_rows(output_gradient, batch, units, result.tensor({units}));
}

std::vector<MlFunction> functions() {
  const Parameter inputs{"inputs", "array(real)"};
  const Parameter kernel{"kernel", "array(real)"};
  const Parameter bias{"bias", "array(real)"};
  const Parameter output_gradient{"output_gradient", "array(real)"};
  const Parameter features{"features", "bigint"};
  const Parameter units{"units", "bigint"};
  return {
      {"ml_dense",
       {inputs, kernel, bias, features},
       ResultType::kTensor,
       dense_with_bias,
       Work::kProducts},
      {"ml_dense_without_bias",
       {inputs, kernel, features},
       ResultType::kTensor,
       dense_without_bias,
       Work::kProducts},
      {"ml_dense_gradient_input",
       {kernel, output_gradient, features},
       ResultType::kTensor,
       dense_gradient_input,
       Work::kProducts},
      {"ml_dense_gradient_kernel",
       {inputs, output_gradient, features, units},
       ResultType::kTensor,
       dense_gradient_kernel,
       Work::kProducts},
      {"ml_dense_gradient_bias",
       {output_gradient, units},
       ResultType::kTensor,
       dense_gradient_bias},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
