// By the component streams: a file through a pipeline into another, a queue between a thread and a coroutine, and one between a thread and
// a pipeline. streams FOLDER
#if !defined(ASIO_STANDALONE) || !defined(ASIO_NO_DEPRECATED) || ASIO_HAS_CO_AWAIT != 1
#error "tandem::streams brings Asio's settings"
#endif

#include <tandem/stream.hpp>
#include <tandem/version.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::uint32_t count = 100'000;

bool a_file_goes_through(std::string const& folder) {
  std::string const in = folder + "/in.u32", out = folder + "/out.u32";
  std::vector<std::uint32_t> numbers(count), doubled(count);
  for (std::uint32_t i = 0; i < count; ++i)
    numbers[i] = i;
  auto const bytes = static_cast<std::streamsize>(count * sizeof numbers[0]);
  std::ofstream(in, std::ios::binary).write(reinterpret_cast<char const*>(numbers.data()), bytes);
  auto const report = tandem::run(tandem::read_file<std::uint32_t>(in) |
                                  tandem::map([](auto x) { return 2u * x; }) | tandem::write_file(out));
  std::ifstream(out, std::ios::binary).read(reinterpret_cast<char*>(doubled.data()), bytes);
  for (std::uint32_t i = 0; i < count; ++i)
    if (doubled[i] != 2 * i)
      return false;
  return report.items_in == count && report.items_out == count;
}

void fill(tandem::queue<std::uint32_t>& numbers) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (!numbers.push(i))
      break;
  numbers.close();
}

asio::awaitable<void> add_up(tandem::queue<std::uint32_t>& numbers, std::uint64_t& sum) {
  while (auto const number = co_await numbers.async_pop())
    sum += *number;
}

bool a_coroutine_empties_a_queue() {
  tandem::queue<std::uint32_t> numbers(64);
  std::jthread const filling([&] { fill(numbers); });
  std::uint64_t sum = 0;
  asio::io_context io(1);
  asio::co_spawn(io, add_up(numbers, sum), asio::detached);
  io.run();
  return sum == std::uint64_t{count} * (count - 1) / 2;
}

bool a_pipeline_empties_a_queue() {
  tandem::queue<std::uint32_t> numbers(64);
  std::jthread const filling([&] { fill(numbers); });
  std::uint64_t sum = 0;
  tandem::run(tandem::from(numbers) | tandem::map([](std::uint32_t x) { return std::uint64_t{x}; }) |
              tandem::reduce_to(sum, tandem::plus{}));
  return sum == std::uint64_t{count} * (count - 1) / 2;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  bool const file = a_file_goes_through(argv[1]);
  bool const coroutine = a_coroutine_empties_a_queue();
  bool const pipeline = a_pipeline_empties_a_queue();
  std::printf("streams of tandem %s: file %d, coroutine %d, pipeline %d\n", tandem::version(), file,
              coroutine, pipeline);
  return file && coroutine && pipeline ? 0 : 1;
}
