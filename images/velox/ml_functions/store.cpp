// Tensors, one after the other, into memory that the caller lent.
//
// Velox copies what leaves a plan, and the caller would copy it once more: for new weights, with
// what an optimizer remembers, that takes longer than to compute them. The only function here that
// does more than return a value; a plan calls it last, when nothing reads the old values any more.
#include <map>
#include <mutex>

#include "lent_memory.h"
#include "loops.h"
#include "ml_function.h"

namespace plumbline {
namespace {

struct Region {
  float* memory;
  int64_t elements;
};

struct Lent {
  std::mutex mutex;
  std::map<int64_t, Region> regions;
  int64_t last_number = 0;
};

// Never destroyed: plans may run until the process ends.
Lent& lent() {
  static auto* instance = new Lent;
  return *instance;
}

void store(const Arguments& arguments, Result& result) {
  const int64_t number = arguments.integer("memory");
  const std::vector<Numbers<float>> tensors = arguments.tensors("tensors");
  std::lock_guard<std::mutex> lock(lent().mutex);
  const auto found = lent().regions.find(number);
  if (found == lent().regions.end())
    Arguments::fail("memory", "is " + std::to_string(number) + ", which is not lent");
  int64_t total = 0;
  for (const auto& [values, size] : tensors) total += size;
  if (total != found->second.elements)
    Arguments::fail("tensors", "have " + std::to_string(total) + " elements; the memory has " +
                                   std::to_string(found->second.elements));
  float* destination = found->second.memory;
  for (const auto& [values, size] : tensors) {
    for_each_element(size, [=, values = values](int64_t i) { destination[i] = values[i]; });
    destination += size;
  }
  result.set_integer(total);
}

std::vector<MlFunction> functions() {
  return {
      {"ml_store",
       {{"memory", "bigint"}, {"tensors", "array(real)"}},
       ResultType::kInteger,
       store,
       Work::kPerElement,
       true,
       true},
  };
}

const Family family(functions);

}  // namespace

int64_t lend_memory(float* memory, int64_t elements) {
  std::lock_guard<std::mutex> lock(lent().mutex);
  const int64_t number = ++lent().last_number;
  lent().regions[number] = {memory, elements};
  return number;
}

void take_back_memory(int64_t number) {
  std::lock_guard<std::mutex> lock(lent().mutex);
  lent().regions.erase(number);
}

}  // namespace plumbline
