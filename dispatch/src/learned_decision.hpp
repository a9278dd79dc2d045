#pragma once

#include "learner.hpp"

#include <tandem/decision.hpp>

namespace tandem::detail {

/// decide_quickly() with what `learned` knows about `site`, and now and then another choice in order to
/// learn.
TANDEM_API decision decide_learned(request const& asked, machine const& state, profile const& known,
                                   learner& learned, void const* site) noexcept;
/// The same for `made.asked`, in place: see decide_into().
TANDEM_API void decide_learned_into(decision& made, machine const& state, profile const& known,
                                    learner& learned, void const* site) noexcept;

/// From which n on a GPU is predicted to win, by the model and by what was learned at each size; 0: nowhere.
TANDEM_API std::size_t learned_crossover(request const& asked, machine const& state, profile const& known,
                                         learner const& learned, void const* site) noexcept;

/// Tells the learner how long the chosen candidate really took.
TANDEM_API void observe(decision const& made, learner& learned, void const* site,
                        double measured_us) noexcept;

/// The same for a split call: how long each side took.
TANDEM_API void observe_split(decision const& made, learner& learned, void const* site, double device_us,
                              double cpu_us) noexcept;

} // namespace tandem::detail
