// Progress on stderr: one line that rewrites itself on a terminal, a line per stage elsewhere.
#pragma once

#include <cstddef>
#include <string>

namespace tandem_bench {

class progress {
 public:
  /// `steps` in all; quiet prints nothing.
  progress(std::size_t steps, bool quiet);
  ~progress();
  progress(progress const&) = delete;
  progress& operator=(progress const&) = delete;

  void stage(std::string const& name); ///< the part that follows
  void step(std::string const& what);  ///< one step is about to be done

 private:
  std::size_t steps_;
  std::size_t done_ = 0;
  bool quiet_;
  bool terminal_;
  std::string stage_;
};

} // namespace tandem_bench
