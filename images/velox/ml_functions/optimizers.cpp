// One step of an optimizer on one weight tensor. The state of an optimizer is one tensor, its parts
// one after the other; a step returns the new weights and the new state behind them.
//
// Every rule starts with g ← g + λ·w, the gradient of an L2 penalty; λ is the weight decay.
#include <cmath>

#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

struct Tensors {
  int64_t size;
  const float *w, *g;
  float rate, decay;
};

Tensors tensors_of(const Arguments& arguments) {
  const auto [w, size] = arguments.tensor("weights");
  return {size, w, arguments.tensor("gradient", {size}),
          static_cast<float>(arguments.real("learning_rate")),
          static_cast<float>(arguments.real("weight_decay"))};
}

// w ← w − η·g
void sgd(const Arguments& arguments, Result& result) {
  const Tensors t = tensors_of(arguments);
  float* new_w = result.tensor({t.size});
  for_each_element(t.size, [=](int64_t i) {
    new_w[i] = t.w[i] - t.rate * (t.g[i] + t.decay * t.w[i]);
  });
}

// v ← μ·v + g; w ← w − η·v. State: v.
void momentum(const Arguments& arguments, Result& result) {
  const Tensors t = tensors_of(arguments);
  const float* v = arguments.tensor("state", {t.size});
  const auto mu = static_cast<float>(arguments.real("momentum"));
  float* new_w = result.tensor({2, t.size});
  float* new_v = new_w + t.size;
  for_each_element(t.size, [=](int64_t i) {
    new_v[i] = mu * v[i] + (t.g[i] + t.decay * t.w[i]);
    new_w[i] = t.w[i] - t.rate * new_v[i];
  });
}

// m ← β₁·m + (1−β₁)·g; v ← β₂·v + (1−β₂)·g²; w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε).
// State: m, v. Kingma & Ba 2015, the form before section 2.1: ε beside the uncorrected root.
void adam(const Arguments& arguments, Result& result) {
  const Tensors t = tensors_of(arguments);
  const float* m = arguments.tensor("state", {2, t.size});
  const float* v = m + t.size;
  const auto step = static_cast<double>(arguments.size("step"));
  const double beta_1 = arguments.real("beta_1");
  const double beta_2 = arguments.real("beta_2");
  const auto rate = static_cast<float>(
      arguments.real("learning_rate") * std::sqrt(1 - std::pow(beta_2, step)) /
      (1 - std::pow(beta_1, step)));
  const auto epsilon = static_cast<float>(arguments.real("epsilon"));
  const auto keep_1 = static_cast<float>(beta_1), take_1 = static_cast<float>(1 - beta_1);
  const auto keep_2 = static_cast<float>(beta_2), take_2 = static_cast<float>(1 - beta_2);
  float* new_w = result.tensor({3, t.size});
  float* new_m = new_w + t.size;
  float* new_v = new_m + t.size;
  for_each_element(t.size, [=](int64_t i) {
    const float g = t.g[i] + t.decay * t.w[i];
    new_m[i] = keep_1 * m[i] + take_1 * g;
    new_v[i] = keep_2 * v[i] + take_2 * g * g;
    new_w[i] = t.w[i] - rate * new_m[i] / (std::sqrt(new_v[i]) + epsilon);
  });
}

std::vector<MlFunction> functions() {
  const Parameter weights{"weights", "array(real)"};
  const Parameter gradient{"gradient", "array(real)"};
  const Parameter state{"state", "array(real)"};
  const Parameter rate{"learning_rate", "double"};
  const Parameter decay{"weight_decay", "double"};
  return {
      {"ml_sgd", {weights, gradient, rate, decay}, ResultType::kTensor, sgd},
      {"ml_momentum",
       {weights, gradient, state, rate, decay, {"momentum", "double"}},
       ResultType::kTensor,
       momentum},
      {"ml_adam",
       {weights,
        gradient,
        state,
        {"step", "bigint"},
        rate,
        decay,
        {"beta_1", "double"},
        {"beta_2", "double"},
        {"epsilon", "double"}},
       ResultType::kTensor,
       adam},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
