#include "workload.hpp"

#include <tandem/array.hpp>
#include <tandem/functional.hpp>
#include <tandem/reduce.hpp>

#include <bit>
#include <cstdint>

namespace tandem_bench {
namespace {

class sum_trial final : public trial {
 public:
  sum_trial(runtimes const& where, std::size_t n) : where_(where), in_(some_floats(n, 1)) {
    if (where.gpu) {
      resident_in_ = tandem::array<float>(in_);
    }
  }

  void run_serial() override { add_up(tandem::on_cpu.with(where_.serial), in_); }
  void run_parallel() override { add_up(tandem::on_cpu.with(where_.all), in_); }
  void run_automatic() override { add_up(tandem::automatic.with(where_.all), in_); }
  void run_gpu() override { add_up(tandem::on_gpu.with(where_.all), in_); }
  void run_gpu_resident() override { add_up(tandem::on_gpu.with(where_.all), resident_in_); }

  bool agrees() override {
    run_serial();
    auto const expected = std::bit_cast<std::uint32_t>(total_);
    run_gpu();
    bool const same = std::bit_cast<std::uint32_t>(total_) == expected;
    run_gpu_resident();
    return same && std::bit_cast<std::uint32_t>(total_) == expected;
  }

 private:
  template <class Policy, class In>
  void add_up(Policy const& policy, In const& in) {
    total_ = tandem::parallel_reduce(policy, in, 0.0F, tandem::plus{});
    keep(total_);
  }

  runtimes where_;
  std::vector<float> in_;
  tandem::array<float> resident_in_;
  float total_ = 0.0F;
};

} // namespace

workload sum() {
  return {"sum", "Sum", "x₀ + x₁ + …", 4, [](runtimes const& where, std::size_t n) -> std::unique_ptr<trial> {
            return std::make_unique<sum_trial>(where, n);
          }};
}

} // namespace tandem_bench
