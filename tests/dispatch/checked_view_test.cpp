// The debug mode that finds reads outside of a view: a program of its own, compiled with it everywhere.
#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <stdexcept>

TEST_CASE("a checked view names the index that is outside", "[view]") {
  std::vector<float> const table(10, 2.0f);
  std::vector<float> out(11);
  auto const t = tandem::view(table);
  auto const f = [t](auto i) { return t[i]; };
  CHECK_THROWS_AS(tandem::parallel_generate(tandem::on_cpu, out, f), std::out_of_range);
  CHECK_THROWS_WITH(tandem::parallel_generate(tandem::on_cpu, out, f), Catch::Contains("element 10 of 10"));
  CHECK_THROWS_WITH(t[-1], Catch::Contains("element -1 of 10"));
  out.pop_back();
  tandem::parallel_generate(tandem::on_cpu, out, f);
  CHECK(out == table);
  auto const picture = tandem::view2d(table, 5, 2); // whose border is no mistake
  CHECK((picture(-1, 0) == 0.0f && picture(4, 2) == 0.0f && picture.clamped(9, 9) == 2.0f));
}
