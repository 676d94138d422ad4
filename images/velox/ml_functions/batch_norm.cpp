// Batch normalisation of each channel, the last axis: Ioffe & Szegedy 2015, algorithm 1.
//
// Statistics are one tensor (2, channels): means, then variances without Bessel's correction. Those
// of the batch serve in training, the moving averages of them in evaluation.
#include <cmath>

#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

// The inputs as a (rows, channels) matrix; every pixel of every image is a row.
struct Matrix {
  int64_t rows, channels;
  const float* values;
};

Matrix inputs_of(const Arguments& arguments) {
  const int64_t channels = arguments.size("channels");
  const int64_t rows = arguments.batch("inputs", {channels});
  return {rows, channels, arguments.tensor("inputs", {rows, channels})};
}

// Mean and 1/√(σ² + ε) of each channel.
struct Normaliser {
  const float* mean;
  std::vector<float> inverse_deviation;

  Normaliser(const Arguments& arguments, int64_t channels)
      : mean(arguments.tensor("statistics", {2, channels})), inverse_deviation(channels) {
    const double epsilon = arguments.real("epsilon");
    const float* variance = mean + channels;
    for (int64_t c = 0; c < channels; ++c)
      inverse_deviation[c] = static_cast<float>(1 / std::sqrt(variance[c] + epsilon));
  }
};

void statistics(const Arguments& arguments, Result& result) {
  const auto [rows, channels, x] = inputs_of(arguments);
  if (rows == 0) Arguments::fail("inputs", "has no sample to take statistics of");
  std::vector<double> mean = sum_in_columns(
      rows, channels, [x = x](int64_t i, int64_t) -> double { return x[i]; });
  for (double& sum : mean) sum /= static_cast<double>(rows);
  const double* center = mean.data();
  const std::vector<double> squares =
      sum_in_columns(rows, channels, [x = x, center](int64_t i, int64_t c) {
        const double distance = x[i] - center[c];
        return distance * distance;
      });
  float* found = result.tensor({2, channels});
  for (int64_t c = 0; c < channels; ++c) {
    found[c] = static_cast<float>(mean[c]);
    found[channels + c] = static_cast<float>(squares[c] / static_cast<double>(rows));
  }
}

// γ·(x − μ)/√(σ² + ε) + β
void batch_norm(const Arguments& arguments, Result& result) {
  const auto [rows, channels, x] = inputs_of(arguments);
  const Normaliser normaliser(arguments, channels);
  const float* gamma = arguments.tensor("gamma", {channels});
  const float* beta = arguments.tensor("beta", {channels});
  std::vector<float> scales(channels);
  for (int64_t c = 0; c < channels; ++c) scales[c] = gamma[c] * normaliser.inverse_deviation[c];
  const float* mean = normaliser.mean;
  const float* scale = scales.data();
  float* y = result.tensor({rows, channels});
  for_each_in_columns(rows, channels, [=, x = x](int64_t i, int64_t c) {
    y[i] = (x[i] - mean[c]) * scale[c] + beta[c];
  });
}

// Σ ∂y·(x − μ)/√(σ² + ε)
void gradient_gamma(const Arguments& arguments, Result& result) {
  const Matrix inputs = inputs_of(arguments);
  const Normaliser normaliser(arguments, inputs.channels);
  const float* x = inputs.values;
  const float* mean = normaliser.mean;
  const float* dy = arguments.tensor("output_gradient", {inputs.rows, inputs.channels});
  const std::vector<double> sums =
      sum_in_columns(inputs.rows, inputs.channels, [=](int64_t i, int64_t c) {
        return static_cast<double>(dy[i]) * (x[i] - mean[c]);
      });
  float* gradient = result.tensor({inputs.channels});
  for (int64_t c = 0; c < inputs.channels; ++c)
    gradient[c] = static_cast<float>(sums[c] * normaliser.inverse_deviation[c]);
}

void gradient_beta(const Arguments& arguments, Result& result) {
  const int64_t channels = arguments.size("channels");
  const int64_t rows = arguments.batch("output_gradient", {channels});
  const float* dy = arguments.tensor("output_gradient", {rows, channels});
  sum_rows(dy, rows, channels, result.tensor({channels}));
}

// γ/√(σ² + ε)·(∂y − (∂β + x̂·∂γ)/rows), with x̂ = (x − μ)/√(σ² + ε): the batch's statistics follow
// the inputs.
void gradient_input(const Arguments& arguments, Result& result) {
  const Matrix inputs = inputs_of(arguments);
  const int64_t channels = inputs.channels;
  const Normaliser normaliser(arguments, channels);
  const float* gamma = arguments.tensor("gamma", {channels});
  const float* by_gamma = arguments.tensor("gamma_gradient", {channels});
  const float* by_beta = arguments.tensor("beta_gradient", {channels});
  const float* dy = arguments.tensor("output_gradient", {inputs.rows, channels});
  std::vector<float> scales(channels), shifts(channels), slopes(channels);
  const auto rows = static_cast<float>(inputs.rows);
  for (int64_t c = 0; c < channels; ++c) {
    scales[c] = gamma[c] * normaliser.inverse_deviation[c];
    shifts[c] = by_beta[c] / rows;
    slopes[c] = by_gamma[c] / rows * normaliser.inverse_deviation[c];
  }
  const float* x = inputs.values;
  const float *mean = normaliser.mean, *scale = scales.data();
  const float *shift = shifts.data(), *slope = slopes.data();
  float* dx = result.tensor({inputs.rows, channels});
  for_each_in_columns(inputs.rows, channels, [=](int64_t i, int64_t c) {
    dx[i] = scale[c] * (dy[i] - shift[c] - (x[i] - mean[c]) * slope[c]);
  });
}

// momentum·average + (1 − momentum)·latest
void moving_average(const Arguments& arguments, Result& result) {
  const auto [average, size] = arguments.tensor("average");
  const float* latest = arguments.tensor("latest", {size});
  const double momentum = arguments.real("momentum");
  const auto keep = static_cast<float>(momentum), take = static_cast<float>(1 - momentum);
  float* moved = result.tensor({size});
  for_each_element(size, [=, average = average](int64_t i) {
    moved[i] = keep * average[i] + take * latest[i];
  });
}

std::vector<MlFunction> functions() {
  const Parameter inputs{"inputs", "array(real)"};
  const Parameter statistics_{"statistics", "array(real)"};
  const Parameter gamma{"gamma", "array(real)"};
  const Parameter beta{"beta", "array(real)"};
  const Parameter output_gradient{"output_gradient", "array(real)"};
  const Parameter channels{"channels", "bigint"};
  const Parameter epsilon{"epsilon", "double"};
  return {
      {"ml_batch_norm_statistics", {inputs, channels}, ResultType::kTensor, statistics},
      {"ml_batch_norm",
       {inputs, statistics_, gamma, beta, channels, epsilon},
       ResultType::kTensor,
       batch_norm},
      {"ml_batch_norm_gradient_gamma",
       {inputs, statistics_, output_gradient, channels, epsilon},
       ResultType::kTensor,
       gradient_gamma},
      {"ml_batch_norm_gradient_beta",
       {output_gradient, channels},
       ResultType::kTensor,
       gradient_beta},
      {"ml_batch_norm_gradient_input",
       {inputs,
        statistics_,
        gamma,
        {"gamma_gradient", "array(real)"},
        {"beta_gradient", "array(real)"},
        output_gradient,
        channels,
        epsilon},
       ResultType::kTensor,
       gradient_input},
      {"ml_moving_average",
       {{"average", "array(real)"}, {"latest", "array(real)"}, {"momentum", "double"}},
       ResultType::kTensor,
       moving_average},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
