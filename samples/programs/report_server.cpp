// A web server that shows where calls would run on this machine: for sizes and costs of a map, the way that is predicted to finish first.
// Connections are coroutines on one thread; the pages are computed on the pool, so that a costly one never holds up the others.
//
//     report_server PORT      serves until Ctrl-C
//     report_server           serves 64 requests of its own and says what it saw
#include "../support/http.hpp"

#include <tandem/decision.hpp>
#include <tandem/runtime.hpp>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

namespace http = samples::http;

namespace {

/// The page of one cost: a row for each size, with the predicted time of every way and the choice.
std::string page_of(double work, tandem::machine const& state, tandem::profile const& known) {
  std::string rows;
  for (int power = 8; power <= 26; ++power) {
    tandem::request asked{.n = std::size_t{1} << power,
                          .work_per_element = work,
                          .kernel = tandem::kernel_state::ready,
                          .traceable = true,
                          .device_types = true};
    asked.read_bytes = asked.written_bytes = 4.0 * static_cast<double>(asked.n);
    asked.upload_bytes = asked.read_bytes;
    asked.download_bytes = asked.written_bytes;
    auto const made = tandem::decide(asked, state, known);
    rows += "<tr><td>" + std::to_string(asked.n);
    char time[32];
    for (std::size_t i = 0; i < made.candidate_count; ++i) {
      std::snprintf(time, sizeof time, "%.1f", made.candidates[i].total_us);
      rows += std::string("<td>") + (made.candidates[i].possible ? time : "–");
    }
    rows += std::string("<td><b>") + tandem::name_of(made.where()) + "</b>";
  }
  std::string head = "<th>elements<th>one thread<th>all threads";
  for (auto const& device : known.devices)
    head += "<th>" + device.name;
  return "<!doctype html><title>tandem: where a map runs</title><h1>A map of " +
         std::to_string(static_cast<int>(work)) + " operations an element, in µs</h1><table>" + head +
         "<th>chosen" + rows + "</table>";
}

/// /, /work/30 …
double work_in(std::string const& path) {
  if (path == "/")
    return 1;
  return path.starts_with("/work/") ? std::atof(path.c_str() + 6) : 0;
}

class report {
 public:
  report() : state_(runtime_.current_machine()), known_(runtime_.current_profile()) {}

  asio::awaitable<http::response> page(std::string path) {
    auto const work = work_in(path);
    if (work <= 0)
      co_return http::response{.status = 404, .body = "try / or /work/100"};
    auto compute = [this, work] { return page_of(work, state_, known_); };
    auto body = co_await tandem::on_cpu.with(runtime_)(std::move(compute));
    co_return http::response{.body = std::move(body)};
  }

 private:
  tandem::runtime runtime_{{.thread_name = "report"}};
  tandem::machine state_;
  tandem::profile known_;
};

asio::awaitable<void> visit(unsigned short port, int visitor, int& right) {
  auto const work = std::to_string(visitor % 8 + 1);
  bool const lost = visitor % 16 == 15;
  std::string path =
      lost ? "/nothing" : "/work/" + work; // named: g++ 12 mishandles temporaries inside co_await
  auto const reply = co_await http::get(port, std::move(path));
  bool const expected = lost ? reply.status == 404
                             : reply.status == 200 &&
                                   reply.body.find("A map of " + work + " operations") != std::string::npos &&
                                   reply.body.find("67108864") != std::string::npos;
  right += expected ? 1 : 0;
}

asio::awaitable<void> visit_often(unsigned short port, int& right) {
  tandem::task_scope visitors(co_await asio::this_coro::executor);
  for (int i = 0; i < 64; ++i)
    visitors.spawn(visit(port, i, right));
  co_await visitors.async_join();
}

asio::awaitable<void> until_signal(tandem::graceful_shutdown& shutdown) {
  co_await shutdown.async_wait();
}

} // namespace

int main(int argc, char** argv) {
  auto const port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0);
  asio::io_context io(1);
  report pages;
  http::tcp::acceptor acceptor(io, http::loopback(port));
  tandem::task_scope serving(io.get_executor()), connections(io.get_executor());
  serving.spawn(
      http::serve(acceptor, connections, [&](std::string path) { return pages.page(std::move(path)); }));
  auto const stop = [&](std::exception_ptr) {
    serving.cancel();
    acceptor.close();
  };
  if (port != 0) {
    tandem::graceful_shutdown shutdown(io.get_executor());
    std::printf("http://127.0.0.1:%d/ and /work/100; Ctrl-C ends it\n", acceptor.local_endpoint().port());
    asio::co_spawn(io, until_signal(shutdown), stop);
    io.run();
    return 0;
  }
  int right = 0;
  asio::co_spawn(io, visit_often(acceptor.local_endpoint().port(), right), stop);
  io.run();
  std::printf("%d of 64 visitors at once got what they asked for: %s\n", right,
              right == 64 ? "right" : "WRONG");
  return right == 64 ? 0 : 1;
}
