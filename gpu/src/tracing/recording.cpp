#include <tandem/gpu/tracing/recording.hpp>

#include <tandem/gpu/error.hpp>

#include <algorithm>

namespace tandem::gpu::detail {

template <class T>
void arena<T>::grow() {
  std::uint32_t const wanted = capacity_ == 0 ? 256 : capacity_ * 2;
  if (wanted <= capacity_)
    throw tandem::error("a traced lambda recorded more than 2^31 operations");
  T* const larger = new T[wanted];
  std::copy_n(data_, size_, larger);
  delete[] data_;
  data_ = larger;
  capacity_ = wanted;
}

template class arena<node>;
template class arena<table_fact>;
template class arena<table>;
template class arena<std::uint64_t>;

constinit thread_local recording* active_recording = nullptr;

recording& thread_recording() {
  thread_local recording instance;
  return instance;
}

void throw_no_trace() {
  throw tandem::error("a tandem::gpu::value was used outside of the traced lambda that it belongs to");
}

void throw_nested_trace() {
  throw tandem::error("a lambda that is being traced for the GPU must not start another GPU algorithm");
}

} // namespace tandem::gpu::detail
