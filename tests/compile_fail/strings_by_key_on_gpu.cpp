#include <tandem/sort.hpp>

#include <string>

int main() {
  std::vector<std::string> words(10);
  std::vector<int> numbers(10);
#ifdef FIXED
  tandem::parallel_sort_by_key(tandem::on_gpu, numbers, words);
#else
  tandem::parallel_sort_by_key(tandem::on_gpu, words, numbers);
#endif
}
