// Mean over batch and outputs of (output − target)².
#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

struct Pairs {
  int64_t count;
  const float* outputs;
  const float* targets;
};

Pairs pairs_of(const Arguments& arguments) {
  const auto [outputs, count] = arguments.tensor("outputs");
  if (count == 0) Arguments::fail("outputs", "has no value to take a mean over");
  return {count, outputs, arguments.tensor("targets", {count})};
}

void mean_squared_error(const Arguments& arguments, Result& result) {
  const auto [count, outputs, targets] = pairs_of(arguments);
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double distance = static_cast<double>(outputs[i]) - targets[i];
    sum += distance * distance;
  }
  result.set_real(sum / static_cast<double>(count));
}

// 2·(output − target) / count.
void mean_squared_error_gradient(const Arguments& arguments, Result& result) {
  const Pairs pairs = pairs_of(arguments);
  const float *outputs = pairs.outputs, *targets = pairs.targets;
  const auto scale = static_cast<float>(2 / static_cast<double>(pairs.count));
  float* gradient = result.tensor({pairs.count});
  for_each_element(pairs.count, [=](int64_t i) { gradient[i] = scale * (outputs[i] - targets[i]); });
}

std::vector<MlFunction> functions() {
  const std::vector<Parameter> parameters{{"outputs", "array(real)"}, {"targets", "array(real)"}};
  return {
      {"ml_mean_squared_error", parameters, ResultType::kReal, mean_squared_error},
      {"ml_mean_squared_error_gradient",
       parameters,
       ResultType::kTensor,
       mean_squared_error_gradient},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
