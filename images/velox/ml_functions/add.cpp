// The sum of two tensors: where two paths through a network meet, and where their gradients do.
#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

void add(const Arguments& arguments, Result& result) {
  const auto [left, size] = arguments.tensor("left");
  const float* right = arguments.tensor("right", {size});
  float* sum = result.tensor({size});
  for_each_element(size, [=, left = left](int64_t i) { sum[i] = left[i] + right[i]; });
}

std::vector<MlFunction> functions() {
  return {
      {"ml_add", {{"left", "array(real)"}, {"right", "array(real)"}}, ResultType::kTensor, add},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
