// Mean over the batch of −log softmax(logits)[label].
#include <algorithm>
#include <cmath>
#include <vector>

#include "ml_function.h"

namespace plumbline {
namespace {

struct Samples {
  int64_t count, classes;
  const float* logits;
  const int64_t* labels;

  const float* row(int64_t sample) const { return logits + sample * classes; }
};

Samples samples_of(const Arguments& arguments) {
  const int64_t classes = arguments.size("classes");
  const int64_t count = arguments.batch("logits", {classes});
  if (count == 0) Arguments::fail("logits", "has no sample to take a mean over");
  return {count, classes, arguments.tensor("logits", {count, classes}),
          arguments.labels("labels", count, classes)};
}

// log Σ exp(logits), shifted by the largest so that nothing overflows.
double log_sum_exp(const float* logits, int64_t classes) {
  const double largest = *std::max_element(logits, logits + classes);
  double sum = 0;
  for (int64_t k = 0; k < classes; ++k) sum += std::exp(logits[k] - largest);
  return largest + std::log(sum);
}

// exp(logits), shifted likewise, and their sum.
double exponentiate(const float* logits, int64_t classes, double* shares) {
  const double largest = *std::max_element(logits, logits + classes);
  double sum = 0;
  for (int64_t k = 0; k < classes; ++k) sum += shares[k] = std::exp(logits[k] - largest);
  return sum;
}

void softmax_cross_entropy(const Arguments& arguments, Result& result) {
  const Samples samples = samples_of(arguments);
  double loss = 0;
  for (int64_t i = 0; i < samples.count; ++i)
    loss += log_sum_exp(samples.row(i), samples.classes) - samples.row(i)[samples.labels[i]];
  result.set_real(loss / static_cast<double>(samples.count));
}

// How many samples have their largest logit, the first of equals, at their label.
void count_correct(const Arguments& arguments, Result& result) {
  const Samples samples = samples_of(arguments);
  int64_t correct = 0;
  for (int64_t i = 0; i < samples.count; ++i) {
    const float* logits = samples.row(i);
    correct += std::max_element(logits, logits + samples.classes) - logits == samples.labels[i];
  }
  result.set_integer(correct);
}

// (softmax(logits) − one-hot label) / batch.
void softmax_cross_entropy_gradient(const Arguments& arguments, Result& result) {
  const Samples samples = samples_of(arguments);
  const auto count = static_cast<double>(samples.count);
  float* gradient = result.tensor({samples.count, samples.classes});
  std::vector<double> shares(samples.classes);
  for (int64_t i = 0; i < samples.count; ++i) {
    const double sum = exponentiate(samples.row(i), samples.classes, shares.data());
    for (int64_t k = 0; k < samples.classes; ++k) {
      const double target = k == samples.labels[i] ? 1 : 0;
      gradient[i * samples.classes + k] = static_cast<float>((shares[k] / sum - target) / count);
    }
  }
}

std::vector<MlFunction> functions() {
  const std::vector<Parameter> parameters{
      {"logits", "array(real)"}, {"labels", "array(bigint)"}, {"classes", "bigint"}};
  return {
      {"ml_softmax_cross_entropy", parameters, ResultType::kReal, softmax_cross_entropy},
      {"ml_count_correct", parameters, ResultType::kInteger, count_correct},
      {"ml_softmax_cross_entropy_gradient",
       parameters,
       ResultType::kTensor,
       softmax_cross_entropy_gradient},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
