#include "profile_object.hpp"

#include <nlohmann/json.hpp>

namespace tandem_bench {
namespace {

using json = nlohmann::ordered_json;

json transfers(std::vector<tandem::transfer_sample> const& samples) {
  json list = json::array();
  for (auto const& sample : samples) {
    list.push_back({{"bytes", sample.bytes}, {"us", sample.microseconds}});
  }
  return list;
}

json factors(tandem::class_factors const& all) {
  json named = json::object();
  for (std::size_t i = 0; i < tandem::algorithm_count; ++i) {
    named[tandem::name_of(static_cast<tandem::algorithm>(i))] = all[i];
  }
  return named;
}

} // namespace

char const* name_of(tandem::source origin) {
  return origin == tandem::source::measured ? "measured"
         : origin == tandem::source::stored ? "stored"
                                            : "assumed";
}

nlohmann::ordered_json profile_object(tandem::profile const& known) {
  auto const& cpu = known.cpu;
  json bandwidth = json::array();
  for (auto const& sample : cpu.bandwidth) {
    bandwidth.push_back({{"bytes", sample.bytes},
                         {"serial_gb_per_s", sample.gb_per_s_serial},
                         {"parallel_gb_per_s", sample.gb_per_s_parallel}});
  }
  json devices = json::array();
  for (auto const& device : known.devices) {
    devices.push_back({{"name", device.name},
                       {"uuid", device.uuid},
                       {"driver", device.driver},
                       {"source", name_of(device.origin)},
                       {"submit_us", device.submit_us},
                       {"minimum_kernel_us", device.minimum_kernel_us},
                       {"gb_per_s", device.gb_per_s},
                       {"ns_per_operation", device.ns_per_operation},
                       {"full_occupancy_n", device.full_occupancy_n},
                       {"compile_us", device.compile_us},
                       {"upload", transfers(device.upload)},
                       {"download", transfers(device.download)},
                       {"factors", factors(device.factors)}});
  }
  return {{"cpu",
           {{"name", cpu.name},
            {"threads", cpu.threads},
            {"source", name_of(cpu.origin)},
            {"ns_per_operation", cpu.ns_per_operation},
            {"fork_us", cpu.fork_us},
            {"parallel_efficiency", cpu.parallel_efficiency},
            {"bandwidth", std::move(bandwidth)},
            {"factors", factors(cpu.factors)}}},
          {"devices", std::move(devices)}};
}

} // namespace tandem_bench
