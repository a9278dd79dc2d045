// A line of stages with queues between them, of which the middle one fans out to several workers. Lines of
// arithmetic are read, evaluated by three workers, and put back into their order. What cannot be evaluated is
// no exception but a message like the others: the line number and what is wrong, so that one bad line costs
// nothing but itself. Each queue is bounded, so a slow stage slows those before it, and closed by whoever
// fills it, so the line ends by itself.
#include <tandem/async/queue.hpp>

#include <cstdio>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace {

struct question {
  std::size_t line;
  std::string text;
};
struct answer {
  std::size_t line;
  std::variant<long, std::string> value; // or what is wrong
};

/// Numbers and operators in the order in which a stack takes them: "3 4 + 2 *" is 14.
answer evaluated(question const& q) try {
  std::vector<long> stack;
  auto const taken = [&] {
    if (stack.empty())
      throw std::invalid_argument("an operator without a number");
    long const top = stack.back();
    stack.pop_back();
    return top;
  };
  std::istringstream words(q.text);
  for (std::string word; words >> word;) {
    if (word.find_first_not_of("0123456789") == std::string::npos) {
      stack.push_back(std::stol(word));
      continue;
    }
    long const right = taken(), left = taken();
    if (word == "/" && right == 0)
      throw std::domain_error("division by zero");
    stack.push_back(word == "+"   ? left + right
                    : word == "-" ? left - right
                    : word == "*" ? left * right
                    : word == "/" ? left / right
                                  : throw std::invalid_argument("unknown word '" + word + "'"));
  }
  return {q.line, taken()};
} catch (std::logic_error const& error) {
  return {q.line, error.what()};
}

} // namespace

int main() {
  constexpr std::size_t lines = 30'000;
  tandem::queue<question> questions(32);
  tandem::queue<answer> answers(32);

  std::jthread reader([&] {
    for (std::size_t n = 1; n <= lines; ++n) {
      auto const x = std::to_string(n);
      std::string text = x + " 1 + " + x + " * 2 / 3 -"; // the sum up to n, less 3
      if (n % 10'000 == 0)
        text = x + " 7 7 - /";
      else if (n % 7'000 == 0)
        text = x + " +";
      (void)questions.push({n, std::move(text)});
    }
    questions.close();
  });
  std::jthread fan([&] {
    { // three workers; whoever is free takes the next question
      std::vector<std::jthread> workers;
      for (int i = 0; i < 3; ++i)
        workers.emplace_back([&] {
          while (auto const q = questions.pop())
            (void)answers.push(evaluated(*q));
        });
    }
    answers.close(); // when the last of them has ended
  });

  std::map<std::size_t, answer> early; // came before its turn
  std::size_t next = 1, wrong = 0;
  long total = 0;
  std::vector<std::string> errors;
  while (auto a = answers.pop()) {
    early.emplace(a->line, std::move(*a));
    for (auto it = early.find(next); it != early.end(); it = early.find(++next)) {
      auto const n = static_cast<long>(next);
      if (auto const* value = std::get_if<long>(&it->second.value)) {
        total += *value;
        wrong += *value != n * (n + 1) / 2 - 3;
      } else {
        errors.push_back("line " + std::to_string(next) + ": " + std::get<std::string>(it->second.value));
      }
      early.erase(it);
    }
  }
  for (auto const& error : errors)
    std::printf("%s\n", error.c_str());
  bool const right = wrong == 0 && next == lines + 1 && errors.size() == 7;
  std::printf("%zu lines in order, %zu errors, total %ld: %s\n", next - 1, errors.size(), total,
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
