// Inverted dropout: Srivastava et al. 2014, scaled in training so that evaluation does nothing.
//
// Whether an element is dropped follows from four numbers: seed, draw, layer and its index. So no
// mask is kept: the same call that dropped inputs drops the same elements of the output's gradient.
#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

// SplitMix64: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Where the sequence of a mask starts; neighbouring draws and layers start far apart.
uint64_t start_of_mask(const Arguments& arguments) {
  uint64_t state = 0;
  for (const char* name : {"seed", "draw", "layer"})
    state = mix(state + kGolden + static_cast<uint64_t>(arguments.integer(name)));
  return state;
}

double rate_of(const Arguments& arguments) {
  const double rate = arguments.real("rate");
  if (!(rate >= 0 && rate < 1))
    Arguments::fail("rate", "is " + std::to_string(rate) + "; from 0 to below 1 is needed");
  return rate;
}

void dropout(const Arguments& arguments, Result& result) {
  const auto [x, size] = arguments.tensor("values");
  const double rate = rate_of(arguments);
  const uint64_t start = start_of_mask(arguments);
  const auto dropped_below = static_cast<uint64_t>(rate * 4294967296.0);  // of 32 random bits
  const auto scale = static_cast<float>(1 / (1 - rate));
  float* y = result.tensor({size});
  for_each_element(size, [=, x = x](int64_t i) {
    const uint64_t bits = mix(start + kGolden * static_cast<uint64_t>(i + 1)) >> 32;
    y[i] = bits < dropped_below ? 0 : x[i] * scale;
  });
}

std::vector<MlFunction> functions() {
  return {
      {"ml_dropout",
       {{"values", "array(real)"},
        {"rate", "double"},
        {"seed", "bigint"},
        {"draw", "bigint"},
        {"layer", "bigint"}},
       ResultType::kTensor,
       dropout},
  };
}

const Family family(functions);

}  // namespace
}  // namespace plumbline
