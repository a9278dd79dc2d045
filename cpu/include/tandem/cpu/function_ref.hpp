#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace tandem::cpu {

template <class Signature>
class function_ref;

/// A callable borrowed for the length of a call: two words, nothing allocated, the type erased.
/// It must not outlive what it was made from.
template <class Result, class... Args>
class function_ref<Result(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, function_ref> &&
           std::is_invocable_r_v<Result, F&, Args...>) function_ref(F&& f)
  noexcept // implicit: it is a parameter type
      : object_(const_cast<void*>(static_cast<void const*>(std::addressof(f)))),
        call_([](void* object, Args... args) -> Result {
          if constexpr (std::is_void_v<Result>)
            static_cast<void>(
                (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...));
          else
            return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<Args>(args)...);
        }) {}

  Result operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  Result (*call_)(void*, Args...);
};

} // namespace tandem::cpu
