// broadcast and watch: a station measures; every display gets every measurement (broadcast), or is told how
// many it was too slow for; the unit in which they show is a setting of which only the newest value counts
// (watch).
#include <tandem/async.hpp>

#include <iostream>
#include <thread>
#include <vector>

int main() {
  struct display {
    int shown = 0;
    std::uint64_t missed = 0;
    double sum_celsius = 0;
    bool saw_fahrenheit = false;
  };
  constexpr int measurements = 20000;
  tandem::broadcast<double> temperature(256);
  tandem::watch<bool> fahrenheit(false);
  std::vector<display> displays(3);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < displays.size(); ++i)
      // Subscribed before the thread starts, so that nothing is sent too early.
      threads.emplace_back(
          [&, &d = displays[i], values = temperature.subscribe(), unit = fahrenheit.subscribe()]() mutable {
            for (;;) {
              auto const value = values.receive();
              if (value.status() == tandem::wait_status::closed)
                break;
              if (value) {
                ++d.shown;
                d.sum_celsius += *value;
              } else {
                d.missed += value.missed(); // lagged: goes on with the oldest that is still there
              }
            }
            d.saw_fahrenheit = unit.get(); // the newest setting, however often it changed
          });
    for (int i = 0; i < measurements; ++i) {
      temperature.send(15.0 + i % 10);
      if (i % 1000 == 0)
        fahrenheit.update([](bool& on) { on = !on; });
    }
    fahrenheit.set(true);
    temperature.close();
  }
  bool all_accounted = true, all_saw = true;
  for (auto const& d : displays) {
    all_accounted = all_accounted && static_cast<std::uint64_t>(d.shown) + d.missed == measurements;
    all_saw = all_saw && d.saw_fahrenheit;
  }
  std::cout << "each display accounts for all " << measurements
            << " measurements, shown or missed: " << (all_accounted ? "yes" : "WRONG")
            << "\nall ended in the newest unit: " << (all_saw ? "yes" : "WRONG") << '\n';
}
