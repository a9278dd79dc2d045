// How close a stream comes to its slowest part: a file of floats through map and filter to a file, against
// reading alone, computing alone and writing alone, all with the stream's own source, stages and sink. Where
// all of it is work of few processors the parts cannot overlap fully, whoever arranges them: the three at
// once, each for itself and with nothing to hand over, show what this machine can do at best. Also the
// resident memory that running the stream added.
//
//   stream_bench FOLDER [MiB, default 1024] [repetitions, default 5] [KiB of a chunk]
#include <tandem/stream.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using clock_type = std::chrono::steady_clock;

auto const scaled = [](auto x) { return x * 0.5f + 1.0f; };
auto const large = [](float x) { return x >= 1000.0f; };

double seconds(std::function<void()> const& f) {
  auto const start = clock_type::now();
  f();
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

// The peak that ru_maxrss remembers would include what touch_memory() used.
long status_kib(char const* field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word)
    if (word == field) {
      long kib = 0;
      status >> kib;
      return kib;
    }
  return 0;
}
long resident_now_kib() {
  return status_kib("VmRSS:");
}
long peak_kib() {
  return status_kib("VmHWM:");
}
void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

// A virtual machine may have given free memory back to its host, and takes milliseconds per MiB to get it
// again. No part shall pay for that: all begin with memory that was used a moment ago.
void touch_memory(std::uint64_t bytes) {
  void* const p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED)
    return;
  ::madvise(p, bytes, MADV_HUGEPAGE);
  std::memset(p, 1, bytes);
  ::munmap(p, bytes);
}

struct measured_stream {
  std::string in, out;
  std::uint64_t bytes;
  tandem::stream_options options;

  tandem::stream_report whole() const {
    return tandem::run(tandem::read_file<float>(in) | tandem::map(scaled) | tandem::filter(large) |
                           tandem::write_file(out),
                       options);
  }
  void read_alone() const {
    tandem::run(tandem::read_file<float>(in) | tandem::for_each_chunk([](std::span<float const>) {}),
                options);
  }
  void compute_alone() const {
    std::size_t const n = options.chunk_bytes / sizeof(float);
    std::vector<float> const source(n, 2000.0f);
    std::vector<float> mapped(n), kept(n);
    for (std::uint64_t done = 0; done < bytes; done += options.chunk_bytes) {
      tandem::parallel_map(tandem::on_cpu, source, mapped, scaled);
      tandem::parallel_filter(tandem::on_cpu, mapped, kept, large);
    }
  }
  void write_alone(std::uint64_t bytes_out) const {
    auto sink = tandem::detail::make_file_sink(out, sizeof(float), {});
    tandem::detail::packet p;
    p.allocate(options.chunk_bytes, false);
    std::memset(p.items<std::byte>().data(), 1, options.chunk_bytes);
    sink->open({});
    for (std::uint64_t done = 0; done < bytes_out; done += p.count() * sizeof(float)) {
      std::uint64_t const left = std::min<std::uint64_t>(options.chunk_bytes, bytes_out - done);
      p.set_count(static_cast<std::size_t>(left) / sizeof(float));
      sink->write(p);
    }
    sink->close();
  }
  void all_at_once(std::uint64_t bytes_out) const {
    std::jthread const reader([this] { read_alone(); });
    std::jthread const computer([this] { compute_alone(); });
    write_alone(bytes_out);
  }
  // A memory file system need not hold the old output and the new one, and a disk shall not be busy with
  // giving up the old one's blocks.
  void prepare() const {
    std::filesystem::remove(out);
    ::sync();
    touch_memory(bytes);
  }
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr, "usage: stream_bench FOLDER [MiB] [repetitions] [KiB of a chunk]\n"), 2;
  std::filesystem::path const folder = argv[1];
  std::uint64_t const bytes = (argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1024) << 20;
  int const repetitions = argc > 3 ? std::atoi(argv[3]) : 5;
  measured_stream m{(folder / "in.f32").string(), (folder / "out.f32").string(), bytes, {}};
  if (argc > 4)
    m.options.chunk_bytes = std::strtoull(argv[4], nullptr, 10) << 10;
  touch_memory(bytes);
  tandem::run(tandem::generate(bytes / 4, [](std::uint64_t i) { return static_cast<float>(i % 1000003); }) |
              tandem::write_file(m.in));

  std::vector<double> read, compute, write, at_once, whole;
  tandem::stream_report last;
  for (int r = 0; r < repetitions; ++r) {
    m.prepare();
    long const before = resident_now_kib();
    reset_peak();
    whole.push_back(seconds([&] { last = m.whole(); }));
    if (r == 0)
      std::printf("resident memory added: %.1f MiB\n", static_cast<double>(peak_kib() - before) / 1024);
    read.push_back(seconds([&] { m.read_alone(); }));
    compute.push_back(seconds([&] { m.compute_alone(); }));
    m.prepare();
    write.push_back(seconds([&] { m.write_alone(last.bytes_out); }));
    m.prepare();
    at_once.push_back(seconds([&] { m.all_at_once(last.bytes_out); }));
    std::printf("stream %.3f, read %.3f, compute %.3f, write %.3f, at once %.3f s\n", whole.back(),
                read.back(), compute.back(), write.back(), at_once.back());
    std::fflush(stdout); // a long run may be cut short
  }
  double const slowest = std::max({median(read), median(compute), median(write)});
  std::printf("| part (%.1f GiB in, median of %d) | seconds |\n| --- | ---: |\n",
              static_cast<double>(bytes) / (1 << 30), repetitions);
  std::printf("| read alone | %.3f |\n| compute alone | %.3f |\n| write and fsync alone | %.3f |\n",
              median(read), median(compute), median(write));
  std::printf("| the three at once, independent | %.3f |\n| the stream | %.3f |\n", median(at_once),
              median(whole));
  std::printf("\nspeed against its slowest part: %.0f %%, against the three at once: %.0f %%\n\n%s",
              100 * slowest / median(whole), 100 * median(at_once) / median(whole), last.to_string().c_str());
  std::filesystem::remove(m.in);
  std::filesystem::remove(m.out);
}
