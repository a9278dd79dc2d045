// One answer made of four services, asked at once: what comes in time is used, what fails or takes too long is named and left out; what is
// least worth waiting for has the shortest limit. The services are this program's own, on the loopback interface; one never answers.
#include "../support/http.hpp"

#include <cstdio>
#include <map>
#include <vector>

namespace http = samples::http;
using namespace std::chrono_literals;

namespace {

struct part {
  std::string name;
  std::string path;
  std::chrono::milliseconds limit = 30s;
  std::string value = {};
  std::string problem = {};
};

asio::awaitable<void> ask(unsigned short port, part& one) {
  try {
    auto const reply = co_await tandem::with_timeout(one.limit, http::get(port, one.path));
    if (reply.status == 200)
      one.value = reply.body;
    else
      one.problem = "status " + std::to_string(reply.status);
  } catch (std::system_error const& failed) {
    bool const late = failed.code() == asio::error::timed_out;
    one.problem = late ? "no answer within " + std::to_string(one.limit.count()) + " ms" : failed.what();
  } catch (std::exception const& failed) {
    one.problem = failed.what();
  }
}

asio::awaitable<std::vector<part>> aggregate(unsigned short port) {
  std::vector<part> parts{
      {"weather", "/weather"}, {"rate", "/rate"}, {"news", "/news", 300ms}, {"stock", "/stock"}};
  tandem::task_scope asked(co_await asio::this_coro::executor);
  for (auto& one : parts)
    asked.spawn(ask(port, one));
  co_await asked.async_join();
  co_return parts;
}

std::string as_json(std::vector<part> const& parts) {
  std::string values, missing;
  for (auto const& one : parts)
    if (one.problem.empty())
      values += (values.empty() ? "" : ", ") + ('"' + one.name + "\": ") + one.value;
    else
      missing += (missing.empty() ? "" : ", ") + ('"' + one.name + "\": \"") + one.problem + '"';
  return "{" + values + (missing.empty() ? "" : ", \"missing\": {" + missing + "}") + "}";
}

} // namespace

int main() {
  asio::io_context io(1);
  tandem::event never;
  http::handler const services = [&](std::string path) -> asio::awaitable<http::response> {
    static std::map<std::string, std::string> const answers{{"/weather", "{\"celsius\": 18.5}"},
                                                            {"/rate", "1.0842"}};
    if (path == "/news")
      co_await never.async_wait(); // until the caller goes away
    auto const found = answers.find(path);
    if (found == answers.end())
      co_return http::response{.status = 503, .body = "down for maintenance"};
    co_return http::response{.body = found->second, .type = "application/json"};
  };
  http::tcp::acceptor acceptor(io, http::loopback());
  tandem::task_scope serving(io.get_executor()), connections(io.get_executor());
  serving.spawn(http::serve(acceptor, connections, services));

  std::string answer;
  asio::co_spawn(io, aggregate(acceptor.local_endpoint().port()),
                 [&](std::exception_ptr failed, std::vector<part> parts) {
                   if (!failed)
                     answer = as_json(parts);
                   serving.cancel();
                   connections.cancel();
                 });
  io.run();
  std::printf("%s\n", answer.c_str());
  bool const right = answer == "{\"weather\": {\"celsius\": 18.5}, \"rate\": 1.0842, \"missing\": {\"news\": "
                               "\"no answer within 300 ms\", "
                               "\"stock\": \"status 503\"}}";
  std::printf("%s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
