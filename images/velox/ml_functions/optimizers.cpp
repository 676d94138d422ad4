// One step of an optimizer on one weight tensor. The state of an optimizer is one tensor, its parts
// one after the other; a step returns the new weights and the new state behind them.
#include <cmath>

#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

// w ← w − η·g
void sgd(const Arguments& arguments, Result& result) {
  const auto [w, size] = arguments.tensor("weights");
  const float* g = arguments.tensor("gradient", {size});
  const auto rate = static_cast<float>(arguments.real("learning_rate"));
  float* new_w = result.tensor(size);
  for_each_element(size, [=, w = w](int64_t i) { new_w[i] = w[i] - rate * g[i]; });
}

// v ← μ·v + g; w ← w − η·v. State: v.
void momentum(const Arguments& arguments, Result& result) {
  const auto [w, size] = arguments.tensor("weights");
  const float* g = arguments.tensor("gradient", {size});
  const float* v = arguments.tensor("state", {size});
  const auto rate = static_cast<float>(arguments.real("learning_rate"));
  const auto mu = static_cast<float>(arguments.real("momentum"));
  float* new_w = result.tensor(2 * size);
  float* new_v = new_w + size;
  for_each_element(size, [=, w = w](int64_t i) {
    new_v[i] = mu * v[i] + g[i];
    new_w[i] = w[i] - rate * new_v[i];
  });
}

// m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε).
// State: m, v. Kingma & Ba 2015, the form before section 2.1: ε beside the uncorrected root.
void adam(const Arguments& arguments, Result& result) {
  const auto [w, size] = arguments.tensor("weights");
  const float* g = arguments.tensor("gradient", {size});
  const float* m = arguments.tensor("state", {2, size});
  const float* v = m + size;
  const auto step = static_cast<double>(arguments.size("step"));
  const double beta_1 = arguments.real("beta_1");
  const double beta_2 = arguments.real("beta_2");
  const auto rate = static_cast<float>(
      arguments.real("learning_rate") * std::sqrt(1 - std::pow(beta_2, step)) /
      (1 - std::pow(beta_1, step)));
  const auto epsilon = static_cast<float>(arguments.real("epsilon"));
  const auto keep_1 = static_cast<float>(beta_1), take_1 = static_cast<float>(1 - beta_1);
  const auto keep_2 = static_cast<float>(beta_2), take_2 = static_cast<float>(1 - beta_2);
  float* new_w = result.tensor(3 * size);
  float* new_m = new_w + size;
  float* new_v = new_m + size;
  for_each_element(size, [=, w = w](int64_t i) {
    new_m[i] = keep_1 * m[i] + take_1 * g[i];
    new_v[i] = keep_2 * v[i] + take_2 * g[i] * g[i];
    new_w[i] = w[i] - rate * new_m[i] / (std::sqrt(new_v[i]) + epsilon);
  });
}

}  // namespace

std::vector<MlFunction> optimizer_functions() {
  const Parameter weights{"weights", "array(real)"};
  const Parameter gradient{"gradient", "array(real)"};
  const Parameter state{"state", "array(real)"};
  const Parameter rate{"learning_rate", "double"};
  return {
      {"ml_sgd", {weights, gradient, rate}, ResultType::kTensor, sgd},
      {"ml_momentum",
       {weights, gradient, state, rate, {"momentum", "double"}},
       ResultType::kTensor,
       momentum},
      {"ml_adam",
       {weights,
        gradient,
        state,
        {"step", "bigint"},
        rate,
        {"beta_1", "double"},
        {"beta_2", "double"},
        {"epsilon", "double"}},
       ResultType::kTensor,
       adam},
  };
}

}  // namespace plumbline
