// oneshot: one value, once. A thread that owns a dictionary is asked through a queue; each question carries
// the oneshot that its answer goes into, so askers need no channel of their own and answers cannot be mixed
// up.
#include <tandem/async/oneshot.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

struct question {
  std::string word;
  std::shared_ptr<tandem::oneshot<std::string>> answer = std::make_shared<tandem::oneshot<std::string>>();
};

void dictionary(tandem::queue<question>& questions) {
  std::map<std::string, std::string> const known{
      {"atomic", "seen whole or not at all"},
      {"barrier", "where all wait for the last"},
      {"latch", "a barrier for one use"},
      {"mutex", "one at a time"},
  };
  while (auto q = questions.pop()) {
    auto const found = known.find(q->word);
    if (found != known.end())
      q->answer->send(found->second);
    else
      q->answer->close(); // there will be no answer: the asker does not wait for ever
  }
}

} // namespace

int main() {
  tandem::queue<question> questions(8);
  std::jthread const owner([&] { dictionary(questions); });
  std::vector<std::string> const words{"mutex", "latch", "monad", "atomic", "barrier"};
  std::vector<std::string> answers(words.size());
  {
    std::vector<std::jthread> askers;
    for (std::size_t i = 0; i < words.size(); ++i)
      askers.emplace_back([&, i] {
        question q{words[i]};
        auto const mine = q.answer;
        (void)questions.push(std::move(q));
        answers[i] = mine->receive().value_or("(not in the dictionary)");
      });
  }
  questions.close();
  for (std::size_t i = 0; i < words.size(); ++i)
    std::cout << words[i] << ": " << answers[i] << '\n';
}
