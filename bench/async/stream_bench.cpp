// How close a stream comes to its slowest part: a file of floats through map and filter to a file, against
// reading alone, computing alone and writing alone. Also the resident memory that running it added.
//
//   stream_bench FOLDER [MiB, default 1024] [repetitions, default 5]
#include <tandem/stream.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>

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

long resident_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// A plain write of what the stream writes, with the same file and the same fsync.
void write_alone(std::string const& path, std::uint64_t bytes, std::size_t chunk_bytes) {
  auto sink = tandem::detail::make_file_sink(path, sizeof(float), {});
  tandem::detail::packet p;
  p.allocate(chunk_bytes, false);
  std::memset(p.items<std::byte>().data(), 1, chunk_bytes);
  sink->open({});
  for (std::uint64_t done = 0; done < bytes; done += p.count() * sizeof(float)) {
    p.set_count(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, bytes - done)) / sizeof(float));
    sink->write(p);
  }
  sink->close();
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr, "usage: stream_bench FOLDER [MiB] [repetitions]\n"), 2;
  std::filesystem::path const folder = argv[1];
  std::uint64_t const bytes = (argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1024) << 20;
  int const repetitions = argc > 3 ? std::atoi(argv[3]) : 5;
  std::string const in = (folder / "in.f32").string(), out = (folder / "out.f32").string();
  std::size_t const chunk = tandem::stream_options().chunk_bytes;
  tandem::run(tandem::generate(bytes / 4, [](std::uint64_t i) { return static_cast<float>(i % 1000003); }) |
              tandem::write_file(in));

  auto const nowhere = [] { return tandem::for_each_chunk([](std::span<float const>) {}); };
  long const before = resident_kib();
  std::vector<double> read, compute, write, whole;
  tandem::stream_report last;
  for (int r = 0; r < repetitions; ++r) {
    std::filesystem::remove(out); // a memory file system need not hold the old one and the new one
    whole.push_back(seconds([&] {
      last = tandem::run(tandem::read_file<float>(in) | tandem::map(scaled) | tandem::filter(large) |
                         tandem::write_file(out));
    }));
    long const added = resident_kib() - before;
    if (r == 0)
      std::printf("resident memory added: %.1f MiB\n", static_cast<double>(added) / 1024);
    read.push_back(seconds([&] { tandem::run(tandem::read_file<float>(in) | nowhere()); }));
    compute.push_back(seconds([&] {
      std::vector<float> source(chunk / 4, 2000.0f), mapped(chunk / 4), kept(chunk / 4);
      for (std::uint64_t done = 0; done < bytes; done += chunk) {
        tandem::parallel_map(source, mapped, scaled);
        std::size_t n = 0;
        for (float x : mapped) {
          kept[n] = x;
          n += large(x);
        }
      }
    }));
    std::filesystem::remove(out);
    write.push_back(seconds([&] { write_alone(out, last.bytes_out, chunk); }));
  }
  double const slowest = std::max({median(read), median(compute), median(write)});
  std::printf("| part (%.1f GiB in, median of %d) | seconds |\n| --- | ---: |\n",
              static_cast<double>(bytes) / (1 << 30), repetitions);
  std::printf("| read alone | %.3f |\n| compute alone, one thread | %.3f |\n| write and fsync alone | %.3f "
              "|\n| the stream | %.3f |\n",
              median(read), median(compute), median(write), median(whole));
  std::printf("\nspeed against its slowest part: %.0f %%\n\n%s", 100 * slowest / median(whole),
              last.to_string().c_str());
  std::filesystem::remove(in);
  std::filesystem::remove(out);
}
