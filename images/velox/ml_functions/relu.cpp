// max(x, 0), elementwise; not-a-number passes, so that a diverged training shows.
#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

void relu(const Arguments& arguments, Result& result) {
  const Numbers<float> inputs = arguments.tensor("inputs");
  const float* x = inputs.data;
  float* y = result.tensor({inputs.size});
  for_each_element(inputs.size, [=](int64_t i) { y[i] = x[i] < 0 ? 0 : x[i]; });
}

// The gradient at 0 is 0. The layer's outputs tell as much as its inputs would.
void relu_gradient(const Arguments& arguments, Result& result) {
  const Numbers<float> outputs = arguments.tensor("outputs");
  const float* y = outputs.data;
  const float* dy = arguments.tensor("output_gradient", {outputs.size});
  float* dx = result.tensor({outputs.size});
  for_each_element(outputs.size, [=](int64_t i) {
    const float gradient = dy[i];  // read in any case: a conditional read would not vectorise
    dx[i] = y[i] > 0 ? gradient : 0;
  });
}

std::vector<MlFunction> functions() {
  return {
      {"ml_relu", {{"inputs", "array(real)"}}, ResultType::kTensor, relu},
      {"ml_relu_gradient",
       {{"outputs", "array(real)"}, {"output_gradient", "array(real)"}},
       ResultType::kTensor,
       relu_gradient},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
