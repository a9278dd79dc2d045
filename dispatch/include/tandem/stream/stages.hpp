#pragma once

#include <tandem/stream/pipeline.hpp>
#include <tandem/tandem.hpp>

#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace tandem {

namespace detail {

/// A policy on the runtime of a stream.
template <target Target>
policy<Target> bound(policy<Target> plain, chunk_place const& where) noexcept {
  return where.bound ? plain.with(*where.bound) : plain;
}

/// Calls f with the policy that `where` names; true if that is a GPU. The GPU is named only for lambdas that
/// can run there.
template <bool Traceable, class F>
bool with_place(chunk_place const& where, F&& f) {
  if constexpr (Traceable) {
    if (where.where == target::gpu) {
      f(bound(on_gpu, where));
      return true;
    }
  } else {
    if (where.forced)
      throw std::invalid_argument(
          "tandem::run: a stage's lambda has parameters of concrete types, so it cannot run on a "
          "GPU; write `auto` parameters, or use target::automatic");
  }
  f(bound(on_cpu, where));
  return false;
}

template <class T, class U, class F>
class map_stage final : public stream_stage {
 public:
  explicit map_stage(F f) : f_(std::move(f)) {}
  std::string name() const override { return "map"; }
  std::size_t item_bytes() const noexcept override { return sizeof(U); }
  bool gpu_capable() const noexcept override { return can_trace; }
  bool process(packet& p, chunk_place const& where) override {
    auto const in = p.items<T const>();
    auto const out = p.output<U>().first(in.size());
    bool gpu = false;
    if (!in.empty())
      gpu = with_place<can_trace>(where, [&](auto how) { parallel_map(how, in, out, f_); });
    p.commit(in.size());
    return gpu;
  }

 private:
  static constexpr bool can_trace = traceable<F, T>() && device_type_v<U>;
  F f_;
};

template <class T, class P>
class filter_stage final : public stream_stage {
 public:
  explicit filter_stage(P keep) : keep_(std::move(keep)) {}
  std::string name() const override { return "filter"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  bool gpu_capable() const noexcept override { return can_trace; }
  bool process(packet& p, chunk_place const& where) override {
    auto const in = p.items<T const>();
    bool gpu = false;
    std::size_t n = 0;
    if (!in.empty()) {
      chunk_place const here{where.where, where.forced && can_trace, where.bound};
      gpu = with_place<can_trace>(
          here, [&](auto how) { n = parallel_filter(how, in, p.output<T>().first(in.size()), keep_); });
    }
    p.commit(n);
    return gpu;
  }

 private:
  static constexpr bool can_trace = can_select_on_gpu<target::gpu, P, T>();
  P keep_;
};

template <class T, class Op>
class scan_stage final : public stream_stage {
 public:
  explicit scan_stage(Op op) : op_(std::move(op)) {}
  std::string name() const override { return "scan"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  bool ordered() const noexcept override { return true; }
  bool process(packet& p, chunk_place const& where) override {
    auto const in = p.items<T const>();
    if (!in.empty()) {
      auto const out = p.output<T>().first(in.size());
      auto const how = bound(on_cpu, where);
      parallel_inclusive_scan(how, in, out, op_);
      if (carry_)
        parallel_map(how, out, out, [&](T const& x) { return static_cast<T>(op_(*carry_, x)); });
      carry_ = out.back(); // only now: an exception must leave the scan where it was
    }
    p.commit(in.size());
    return false;
  }

 private:
  Op op_;
  std::optional<T> carry_;
};

/// Takes everything in and gives one element, the result, behind the last chunk.
template <class T, class R, class Op, class F>
class map_reduce_stage final : public stream_stage {
 public:
  map_reduce_stage(R init, Op op, F f) : total_(init), op_(std::move(op)), f_(std::move(f)) {}
  std::string name() const override { return "map_reduce"; }
  std::size_t item_bytes() const noexcept override { return sizeof(R); }
  std::size_t most_out(std::size_t) const noexcept override { return 1; }
  bool ordered() const noexcept override { return true; }
  bool process(packet& p, chunk_place const& where) override {
    auto const in = p.items<T const>();
    if (!in.empty())
      total_ = parallel_map_reduce(bound(on_cpu, where), in, total_, op_, f_);
    if (p.last)
      p.output<R>()[0] = total_;
    p.commit(p.last ? 1 : 0);
    return false;
  }

 private:
  R total_;
  Op op_;
  F f_;
};

template <class R, class Op, class F>
struct map_reduce_descriptor {
  R init;
  Op operation;
  F function;
  template <class>
  using result = R;
  template <class T>
  auto make_stage() && {
    return std::make_unique<map_reduce_stage<T, R, Op, F>>(std::move(init), std::move(operation),
                                                           std::move(function));
  }
};

template <class T>
class batch_stage final : public stream_stage {
 public:
  explicit batch_stage(std::size_t size) : size_(size), held_(new T[size]) {}
  std::string name() const override { return "batch"; }
  std::size_t item_bytes() const noexcept override { return sizeof(T); }
  std::size_t most_out(std::size_t n) const noexcept override { return n + size_; }
  bool ordered() const noexcept override { return true; }
  bool process(packet& p, chunk_place const&) override {
    auto const in = p.items<T const>();
    T* const out = p.output<T>().data();
    std::size_t const total = held_count_ + in.size();
    std::size_t const ready = p.last ? total : total - total % size_;
    copy(out, held_.get(), std::min(ready, held_count_));
    if (ready >= held_count_) {
      std::size_t const taken = ready - held_count_;
      copy(out + held_count_, in.data(), taken);
      copy(held_.get(), in.data() + taken, in.size() - taken);
      held_count_ = in.size() - taken;
    } else {
      copy(held_.get() + held_count_, in.data(), in.size());
      held_count_ = total;
    }
    p.commit(ready);
    return false;
  }

 private:
  static void copy(T* to, T const* from, std::size_t n) noexcept {
    if (n)
      std::memcpy(static_cast<void*>(to), from, n * sizeof(T));
  }
  std::size_t size_;
  std::unique_ptr<T[]> held_;
  std::size_t held_count_ = 0;
};

template <class T, class U, class F>
class user_stage final : public stream_stage {
 public:
  user_stage(F f, std::size_t growth, bool ordered) : f_(std::move(f)), growth_(growth), ordered_(ordered) {}
  std::string name() const override { return "stage"; }
  std::size_t item_bytes() const noexcept override { return sizeof(U); }
  std::size_t most_out(std::size_t n) const noexcept override { return n * growth_; }
  bool ordered() const noexcept override { return ordered_; }
  bool process(packet& p, chunk_place const&) override {
    auto const in = p.items<T const>();
    std::size_t n = 0;
    if (!in.empty()) {
      auto const out = p.output<U>().first(in.size() * growth_);
      n = static_cast<std::size_t>(f_(in, out));
      if (n > out.size())
        throw std::out_of_range("a stage reports " + std::to_string(n) +
                                " results where there was room for " + std::to_string(out.size()));
    }
    p.commit(n);
    return false;
  }

 private:
  F f_;
  std::size_t growth_;
  bool ordered_;
};

struct batch_descriptor {
  std::size_t size;
  template <class T>
  using result = T;
  template <class T>
  auto make_stage() && {
    return std::make_unique<batch_stage<T>>(size);
  }
};

template <class U, class F>
struct stage_descriptor {
  F function;
  std::size_t growth;
  bool ordered;
  template <class>
  using result = U;
  template <class T>
  auto make_stage() && {
    return std::make_unique<user_stage<T, U, F>>(std::move(function), growth, ordered);
  }
};

} // namespace detail

/// Adds a map.
template <class T, class F>
auto operator|(stream<T>&& s, detail::map_adaptor<F> m) {
  using U = std::remove_cvref_t<std::invoke_result_t<F&, T const&>>;
  return std::move(s).template then<U>(std::make_unique<detail::map_stage<T, U, F>>(std::move(m.function)));
}

/// Adds a filter.
template <class T, class P>
auto operator|(stream<T>&& s, detail::filter_adaptor<P> f) {
  return std::move(s).template then<T>(std::make_unique<detail::filter_stage<T, P>>(std::move(f.predicate)));
}

/// The scan runs over the whole stream, chunk after chunk.
template <class T, class Op>
auto operator|(stream<T>&& s, detail::scan_adaptor<Op> a) {
  return std::move(s).template then<T>(std::make_unique<detail::scan_stage<T, Op>>(std::move(a.operation)));
}

/// From here on there is one element, init op f(x0) op f(x1) …, which comes when the input has ended: for what
/// goes on to a sink (a file, a database, a queue) as any other element does. Chunks are taken in their order,
/// each by parallel_map_reduce; see map_reduce_to for a result that is wanted in a variable.
template <detail::Streamable R, class Op, class F>
detail::map_reduce_descriptor<R, Op, F> map_reduce(R init, Op op, F f) {
  return {std::move(init), std::move(op), std::move(f)};
}

/// The same of the elements themselves: `stream | reduce(init, op)`.
template <class T, class R, class Op>
auto operator|(stream<T>&& s, detail::reduce_adaptor<R, Op> r) {
  auto const itself = [](auto const& x) { return x; };
  return std::move(s) | map_reduce(std::move(r.init), std::move(r.operation), itself);
}

/// From here on chunks hold a multiple of `size` elements (the last one the rest), so that a stage or sink
/// that works on groups sees whole groups. Chunks keep their order here.
inline detail::batch_descriptor batch(std::size_t size) {
  if (size == 0)
    throw std::invalid_argument("tandem::batch: size must be at least 1, not 0");
  return {size};
}

/// A stage of your own: `f(std::span<T const> in, std::span<U> out)` returns how many it wrote; there is room
/// for `growth` times as many as come in. `ordered`: one chunk at a time, in order, so that f may keep state;
/// otherwise f is called from several threads at once.
template <class U, class F>
detail::stage_descriptor<U, F> stage(F f, std::size_t growth = 1, bool ordered = false) {
  if (growth == 0)
    throw std::invalid_argument("tandem::stage: growth must be at least 1, not 0");
  return {std::move(f), growth, ordered};
}

} // namespace tandem
