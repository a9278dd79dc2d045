// Lowered limits, to cross chunk boundaries with few elements. Reaches into the runtime.
#pragma once

#include "gpu_support.hpp"

#include <gpu/src/runtime/engine.hpp>

namespace tandem_test {

class lowered_limits {
 public:
  template <class Change>
  lowered_limits(gpu::device const& where, Change&& change)
      : engine_(where.engine()), before_(engine_.limits()) {
    auto limits = before_;
    change(limits);
    engine_.set_limits(limits);
  }
  lowered_limits(lowered_limits const&) = delete;
  ~lowered_limits() { engine_.set_limits(before_); }

 private:
  gpu::detail::engine& engine_;
  gpu::detail::work_limits before_;
};

} // namespace tandem_test
