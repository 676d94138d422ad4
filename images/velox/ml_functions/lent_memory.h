// Memory of the caller's, in which a plan leaves what shall outlive it.
#pragma once

#include <cstdint>

namespace plumbline {

// Returns the number under which `ml_store` may write there, until it is taken back. No other
// memory has had that number.
int64_t lend_memory(float* memory, int64_t elements);

// Waits for a store that goes on; later ones are refused.
void take_back_memory(int64_t number);

}  // namespace plumbline
