// A progress bar for streams: how much is done, how fast, and how long it will still take.
#pragma once

#include <tandem/stream.hpp>

#include <cstdio>
#include <string>

namespace samples {

inline void draw_progress(tandem::stream_progress const& p) {
  constexpr int width = 32;
  int const done = static_cast<int>(p.fraction() * width);
  std::string bar(static_cast<std::size_t>(done), '#');
  bar.resize(width, '.');
  std::fprintf(stderr, "\r[%s] %3.0f %%  %7.1f MB/s  %4.1f s left ", bar.c_str(), 100 * p.fraction(),
               p.rate() * 1e-6, p.seconds_left());
}

/// Ends the bar's line, also when the stream is stopped or fails, so that what is said about that has its own.
class progress_line {
 public:
  progress_line() = default;
  progress_line(progress_line const&) = delete;
  progress_line& operator=(progress_line const&) = delete;
  ~progress_line() { end(); }
  void end() {
    if (!ended_)
      std::fputc('\n', stderr);
    ended_ = true;
  }

 private:
  bool ended_ = false;
};

} // namespace samples
