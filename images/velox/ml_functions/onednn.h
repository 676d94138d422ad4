// oneDNN as the functions use it: one CPU engine, one stream, primitives kept by shape.
#pragma once

#include <omp.h>

#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <utility>

#include "buffer.h"

namespace plumbline::onednn {

using Dims = dnnl::memory::dims;
using Layout = dnnl::memory::format_tag;

inline const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

inline void run(
    const dnnl::primitive& primitive, const std::unordered_map<int, dnnl::memory>& arguments) {
  static dnnl::stream stream(cpu());
  primitive.execute(stream, arguments);
  stream.wait();
}

inline dnnl::memory::desc describe(const Dims& dims, Layout layout) {
  return {dims, dnnl::memory::data_type::f32, layout};
}

// Memory that oneDNN reads or writes in place.
inline dnnl::memory view(const dnnl::memory::desc& description, const float* data) {
  return {description, cpu(), const_cast<float*>(data)};
}

// A tensor that lies in one layout and is computed with in another, which oneDNN prefers. Where
// the two differ it passes through memory that the caller lends for the length of a call.
class Relayout {
 public:
  Relayout(const dnnl::memory::desc& plain, const dnnl::memory::desc& preferred)
      : plain_(plain),
        preferred_(preferred),
        in_({cpu(), plain, cpu(), preferred}),
        out_({cpu(), preferred, cpu(), plain}) {}

  size_t room_bytes() const { return is_plain() ? 0 : preferred_.get_size(); }

  // The tensor in the preferred layout.
  dnnl::memory load(const float* plain, const Buffer& room) const {
    dnnl::memory loaded = destination(plain, room);
    if (!is_plain()) run(in_, {{DNNL_ARG_FROM, view(plain_, plain)}, {DNNL_ARG_TO, loaded}});
    return loaded;
  }

  // Where to write the tensor in the preferred layout, before `store`.
  dnnl::memory destination(const float* plain, const Buffer& room) const {
    return view(preferred_, is_plain() ? plain : room.as<float>());
  }

  void store(const Buffer& room, float* plain) const {
    if (is_plain()) return;
    run(out_, {{DNNL_ARG_FROM, view(preferred_, room.as<float>())},
               {DNNL_ARG_TO, view(plain_, plain)}});
  }

 private:
  bool is_plain() const { return plain_ == preferred_; }

  dnnl::memory::desc plain_, preferred_;
  dnnl::reorder in_, out_;
};

// The kernel for a shape, made at its first use. Only the leader of the compute threads calls this.
// oneDNN divides the work among threads when it makes a kernel: another number, another kernel.
template <typename Kernel, typename Shape>
Kernel& kernel_for(const Shape& shape) {
  using Key = std::pair<int, Shape>;
  constexpr size_t kept = 256;
  static auto* kernels = new std::map<Key, Kernel>;  // never destroyed: oneDNN's statics go first
  const Key key{omp_get_max_threads(), shape};
  const auto found = kernels->find(key);
  if (found != kernels->end()) return found->second;
  if (kernels->size() == kept) kernels->clear();
  return kernels->emplace(key, Kernel(shape)).first->second;
}

}  // namespace plumbline::onednn
