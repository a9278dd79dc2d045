// Lazy views: chains of map, zip, filter, windows and chunks over 20 000 days of prices. Each chain is one
// parallel pass that stores nothing in between; only what ends it (sum, count, collect, …) does any work.
#include <tandem/tandem.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace {

using days = std::span<double const>;

constexpr std::size_t month = 20, week = 5;

/// A random walk of closing prices, in cents so that every sum of them is exact.
std::vector<double> closing_prices() {
  std::vector<double> prices;
  std::mt19937 random(7);
  double price = 10'000;
  for (int day = 0; day < 20'000; ++day) {
    price = std::max(100.0, price + static_cast<double>(random() % 401) - 199.0);
    prices.push_back(price);
  }
  return prices;
}

double mean(days some) {
  double sum = 0;
  for (double const each : some)
    sum += each;
  return sum / static_cast<double>(some.size());
}

/// How often the price rises above its average of the last month: the plain loop that the chains must equal.
std::size_t crossings_by_loop(std::vector<double> const& prices) {
  std::size_t found = 0;
  for (std::size_t i = month; i < prices.size(); ++i) {
    bool const above = prices[i] > mean(days(prices).subspan(i + 1 - month, month));
    bool const above_before = prices[i - 1] > mean(days(prices).subspan(i - month, month));
    found += above && !above_before;
  }
  return found;
}

} // namespace

int main() {
  using namespace tandem;
  auto const prices = closing_prices();

  // windows: runs that overlap. The average of every 20 days that follow each other.
  auto const averages = par(prices) | windows(month) | map(mean) | collect();

  // A chain is a value: this one says for each day whether the price is above the average, and is used below.
  auto const above = par(prices) | skip(month - 1) | zip(averages) |
                     map([](double price, double average) { return price > average; });
  std::size_t const days_above = above | filter([](bool yes) { return yes; }) | count();
  auto const before = above | take(averages.size() - 1);
  std::size_t const crossings =
      above | skip(1) | zip(before) | filter([](bool now, bool then) { return now && !then; }) | count();

  // chunks: runs side by side. The best price of every week, and the mean of those.
  auto const highs = par(prices) | chunks(week) |
                     map([](days some) { return *std::max_element(some.begin(), some.end()); }) | collect();
  double const sum_of_highs = par(highs) | sum();

  // Falls of more than a hundredth: filter_map keeps what has a value; reduce finds the worst of them.
  auto const fall = [](days pair) -> std::optional<double> {
    double const change = pair[1] / pair[0] - 1;
    return change < -0.01 ? std::optional(change) : std::nullopt;
  };
  auto const falls = par(prices) | windows(2) | filter_map(fall);
  double const worst = falls | reduce(0.0, minimum{});

  // The day of the highest price, its place and value side by side; of equals the first.
  auto const [day, price] =
      par(prices) | enumerate() | map([](auto at, auto value) { return std::pair(at, value); }) |
      reduce(std::pair(std::uint32_t{0}, 0.0), [](auto a, auto b) { return b.second > a.second ? b : a; });

  std::printf("above its average of %zu days on %zu of %zu days, rose above it %zu times\n", month,
              days_above, averages.size(), crossings);
  std::printf("%zu weeks, mean of their highs %.2f; %zu falls of more than 1 %%, the worst %.2f %%\n",
              highs.size(), sum_of_highs / static_cast<double>(highs.size()) / 100, falls | count(),
              100 * worst);
  std::printf("highest on day %u: %.2f\n", day, price / 100);

  auto const highest = std::max_element(prices.begin(), prices.end());
  double high_sum = 0, lowest_change = 0;
  std::size_t fall_count = 0;
  for (std::size_t i = 0; i < prices.size(); i += week)
    high_sum += *std::max_element(prices.begin() + static_cast<long>(i),
                                  prices.begin() + static_cast<long>(i + week));
  for (std::size_t i = 1; i < prices.size(); ++i) {
    double const change = prices[i] / prices[i - 1] - 1;
    fall_count += change < -0.01;
    lowest_change = std::min(lowest_change, change);
  }
  bool const right = crossings == crossings_by_loop(prices) && sum_of_highs == high_sum &&
                     (falls | count()) == fall_count && worst == lowest_change &&
                     prices.begin() + day == highest && price == *highest;
  std::printf("plain loops find the same: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
