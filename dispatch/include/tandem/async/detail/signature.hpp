// Finds the completion signature of an asynchronous operation without starting it.
#pragma once

#include <tandem/async/asio.hpp>

namespace tandem::detail {

struct signature_probe {};

template <class Signature>
struct probed {
  using signature = Signature;
};

} // namespace tandem::detail

template <class R, class... Args>
class asio::async_result<tandem::detail::signature_probe, R(Args...)> {
 public:
  using return_type = tandem::detail::probed<R(Args...)>;
  template <class Initiation, class Token, class... InitArgs>
  static return_type initiate(Initiation&&, Token&&, InitArgs&&...) {
    return {};
  }
};

namespace tandem::detail {

/// `Initiate` is callable with any completion token.
template <class Initiate>
using signature_of =
    typename std::remove_cvref_t<std::invoke_result_t<Initiate&, signature_probe>>::signature;

template <class Initiate>
concept AsyncOperation = requires {
  typename signature_of<std::remove_reference_t<Initiate>>;
};

} // namespace tandem::detail
