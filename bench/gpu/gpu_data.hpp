// The data that trials of GPU algorithms share: words in the host's memory or the device's.
#pragma once

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/operand.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace tandem_bench {

namespace gpu = tandem::gpu;
using word = std::uint32_t;
using words = std::vector<word>;

inline words random_words(std::size_t n, unsigned seed = 1) {
  std::mt19937 engine(seed);
  words all(n);
  for (word& each : all)
    each = static_cast<std::uint32_t>(engine());
  return all;
}

/// A range of words for one trial, in the host's memory or the device's.
class range {
 public:
  range(gpu::device const& where, words initial, bool resident)
      : initial_(std::move(initial)), host_(initial_) {
    if (resident) {
      device_ = gpu::memory(where, initial_.size() * sizeof(word));
      refill();
    }
  }
  void refill() {
    if (device_)
      device_.upload(initial_.data(), bytes());
    else
      host_ = initial_;
  }
  template <class T = word>
  gpu::operand operand() {
    return device_ ? gpu::operand::of<T>(device_, initial_.size())
                   : gpu::operand::of(reinterpret_cast<T*>(host_.data()), host_.size());
  }
  words const& initial() const { return initial_; }
  words const& result() {
    if (device_)
      device_.download(host_.data(), bytes());
    return host_;
  }

 private:
  std::size_t bytes() const { return initial_.size() * sizeof(word); }

  words initial_;
  words host_;
  gpu::memory device_;
};

/// What a trial keeps alive.
struct data {
  gpu::device where;
  std::size_t n;
  range in;
  range out;
  range more;
  std::size_t count = 0;
  word number = 0;
  std::vector<std::uint64_t> bins;
};

inline std::shared_ptr<data> make_data(gpu::device const& where, std::size_t n, bool resident,
                                       bool with_more = false) {
  return std::make_shared<data>(data{where,
                                     n,
                                     range(where, random_words(n), resident),
                                     range(where, words(n), resident),
                                     range(where, words(with_more ? n : 1), resident),
                                     0,
                                     0,
                                     {}});
}

} // namespace tandem_bench
