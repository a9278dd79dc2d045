// Bandwidth: a map that does next to nothing over 10^7 floats, against copying as fast as this machine can.
#include "peers_suite.hpp"
#include "workload.hpp"

#include <tandem/map.hpp>

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstring>
#include <execution>

namespace tandem_bench {
namespace {

struct data {
  std::vector<float> in = some_floats(10'000'000, 1);
  std::vector<float> out = std::vector<float>(10'000'000);
};

void copy(float const* in, float* out, std::size_t n) {
  std::memcpy(out, in, n * sizeof(float));
}

// Stores that bypass the caches: the fastest copy there is for data beyond the last cache.
void copy_streaming(float const* in, float* out, std::size_t n) {
#if defined(__SSE2__)
  std::size_t i = 0;
  while (i < n && reinterpret_cast<std::uintptr_t>(out + i) % 16 != 0) {
    out[i] = in[i];
    ++i;
  }
  for (; i + 4 <= n; i += 4) {
    _mm_stream_ps(out + i, _mm_loadu_ps(in + i));
  }
  copy(in + i, out + i, n - i);
  _mm_sfence();
#else
  copy(in, out, n);
#endif
}

template <class Copy>
void copy_on_all_threads(data& held, Copy copy_range) {
  std::size_t const grain = std::size_t{1} << 16U;
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, held.in.size(), grain),
      [&](tbb::blocked_range<std::size_t> const& range) {
        copy_range(held.in.data() + range.begin(), held.out.data() + range.begin(), range.size());
      },
      tbb::static_partitioner{});
}

} // namespace

comparison copying_map(tandem::runtime& where) {
  auto const held = std::make_shared<data>();
  auto const f = [](auto x) { return x * 2.0F + 1.0F; };
  comparison made{"copying_map", "2x + 1 over 10^7 floats", held->in.size(), 8.0e7, {}, {}};
  made.ways.push_back({"tandem on_cpu", [held, f, &where] {
                         tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out, f);
                       }});
  made.ways.push_back({"copy, streaming stores", [held] { copy_on_all_threads(*held, copy_streaming); }});
  made.ways.push_back({"copy, memcpy per thread", [held] { copy_on_all_threads(*held, copy); }});
  made.ways.push_back({"std::transform par_unseq", [held, f] {
                         std::transform(std::execution::par_unseq, held->in.begin(), held->in.end(),
                                        held->out.begin(), f);
                       }});
  made.verify = [held, f, &where]() -> std::string {
    tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out, f);
    for (std::size_t i = 0; i < held->in.size(); ++i) {
      if (held->out[i] != held->in[i] * 2.0F + 1.0F) {
        return "element " + std::to_string(i) + " is wrong";
      }
    }
    return "";
  };
  return made;
}

} // namespace tandem_bench
