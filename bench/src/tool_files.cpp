#include "tool_files.hpp"

#include "profile_object.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace tandem_bench {
namespace {

using json = nlohmann::ordered_json;

/// A cell of CSV that may hold commas and quotes.
std::string quoted(std::string const& text) {
  std::string cell = "\"";
  for (char const c : text) {
    cell += c == '"' ? "\"\"" : std::string(1, c);
  }
  return cell + "\"";
}

json abilities(tandem::gpu::device_info const& device) {
  auto const& has = device.features;
  return {{"int64", has.int64},
          {"float64", has.float64},
          {"int16", has.int16},
          {"float16", has.float16},
          {"int8", has.int8},
          {"atomic_int64", has.atomic_int64},
          {"subgroup_arithmetic", has.subgroup_arithmetic},
          {"unified_memory", has.unified_memory},
          {"host_import", has.host_import},
          {"timestamps", has.timestamps}};
}

json limits(tandem::gpu::device_info const& device) {
  auto const& may = device.limits;
  return {{"subgroup_size", may.subgroup_size},
          {"max_group_invocations", may.max_group_invocations},
          {"shared_memory_bytes", may.shared_memory_bytes},
          {"max_allocation_bytes", may.max_allocation_bytes},
          {"max_loop_iterations", may.max_loop_iterations}};
}

json arithmetic(tandem::gpu::device_info const& device) {
  auto const& keeps = device.arithmetic;
  if (!keeps.tested) {
    return nullptr;
  }
  return {{"exact_division32", keeps.exact_division32}, {"exact_sqrt32", keeps.exact_sqrt32},
          {"fused_fma32", keeps.fused_fma32},           {"keeps_subnormals32", keeps.keeps_subnormals32},
          {"exact_division64", keeps.exact_division64}, {"exact_sqrt64", keeps.exact_sqrt64},
          {"fused_fma64", keeps.fused_fma64},           {"keeps_subnormals64", keeps.keeps_subnormals64}};
}

/// "CPU" or the device's name.
std::string name_of(tandem::candidate const& way, tandem::profile const& known) {
  auto const index = static_cast<std::size_t>(way.device);
  return way.device >= 0 && index < known.devices.size() ? known.devices[index].name : "CPU";
}

json way_json(tandem::candidate const& way, tandem::profile const& known) {
  json one{
      {"where", tandem::name_of(way.where)}, {"device", name_of(way, known)}, {"possible", way.possible}};
  if (!way.possible) {
    one["why_not"] = tandem::in_words(way.why);
    return one;
  }
  one["total_us"] = way.total_us;
  for (std::size_t i = 0; i < tandem::term_count; ++i) {
    one["terms_us"][tandem::name_of(static_cast<tandem::term>(i))] = way.microseconds[i];
  }
  one["source"] = tandem_bench::name_of(way.origin);
  if (way.where == tandem::backend::both) {
    one["device_elements"] = way.device_elements;
  }
  return one;
}

bool is_chosen(tandem::candidate const& way, tandem::decision const& made) {
  return way.where == made.chosen.where && way.device == made.chosen.device;
}

} // namespace

std::string devices_json(std::vector<tandem::gpu::device_info> const& devices) {
  json list = json::array();
  for (auto const& device : devices) {
    json one{
        {"index", device.index},        {"name", device.name},     {"kind", name_of(device.kind)},
        {"vendor", device.vendor},      {"driver", device.driver}, {"driver_version", device.driver_version},
        {"vulkan", device.api_version}, {"uuid", device.uuid},     {"usable", device.usable()}};
    if (device.usable()) {
      one["device_memory_bytes"] = device.device_memory_bytes;
      one["shared_memory_bytes"] = device.shared_memory_bytes;
      one["features"] = abilities(device);
      one["limits"] = limits(device);
      one["arithmetic"] = arithmetic(device);
    } else {
      one["refused"] = device.refused;
    }
    list.push_back(std::move(one));
  }
  return json{{"devices", std::move(list)}}.dump(2) + "\n";
}

std::string devices_csv(std::vector<tandem::gpu::device_info> const& devices) {
  std::ostringstream out;
  out << "index,name,kind,vendor,driver,driver_version,vulkan,uuid,usable,device_memory_bytes,max_allocation_"
         "bytes,"
         "subgroup_size,int64,float64,refused\n";
  for (auto const& device : devices) {
    out << device.index << ',' << quoted(device.name) << ',' << name_of(device.kind) << ','
        << quoted(device.vendor) << ',' << quoted(device.driver) << ',' << quoted(device.driver_version)
        << ',' << device.api_version << ',' << device.uuid << ',' << device.usable() << ','
        << device.device_memory_bytes << ',' << device.limits.max_allocation_bytes << ','
        << device.limits.subgroup_size << ',' << device.features.int64 << ',' << device.features.float64
        << ',' << quoted(device.refused) << '\n';
  }
  return out.str();
}

std::string profile_json(tandem::profile const& known) {
  return profile_object(known).dump(2) + "\n";
}

std::string profile_csv(tandem::profile const& known) {
  std::ostringstream out;
  out << "who,what,bytes,value\n";
  auto const add = [&out](std::string const& who, char const* what, double value) {
    out << quoted(who) << ',' << what << ",," << value << '\n';
  };
  auto const add_at = [&out](std::string const& who, char const* what, double bytes, double value) {
    out << quoted(who) << ',' << what << ',' << bytes << ',' << value << '\n';
  };
  auto const& cpu = known.cpu;
  std::string const name = cpu.name.empty() ? "CPU" : cpu.name;
  add(name, "threads", cpu.threads);
  add(name, "ns_per_operation", cpu.ns_per_operation);
  add(name, "fork_us", cpu.fork_us);
  add(name, "parallel_efficiency", cpu.parallel_efficiency);
  for (auto const& sample : cpu.bandwidth) {
    add_at(name, "serial_gb_per_s", sample.bytes, sample.gb_per_s_serial);
    add_at(name, "parallel_gb_per_s", sample.bytes, sample.gb_per_s_parallel);
  }
  for (auto const& device : known.devices) {
    add(device.name, "submit_us", device.submit_us);
    add(device.name, "minimum_kernel_us", device.minimum_kernel_us);
    add(device.name, "gb_per_s", device.gb_per_s);
    add(device.name, "ns_per_operation", device.ns_per_operation);
    add(device.name, "full_occupancy_n", device.full_occupancy_n);
    add(device.name, "compile_us", device.compile_us);
    for (auto const& sample : device.upload) {
      add_at(device.name, "upload_us", sample.bytes, sample.microseconds);
    }
    for (auto const& sample : device.download) {
      add_at(device.name, "download_us", sample.bytes, sample.microseconds);
    }
  }
  return out.str();
}

std::string decision_json(tandem::decision const& made, tandem::profile const& known) {
  json ways = json::array();
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    ways.push_back(way_json(made.candidates[i], known));
  }
  auto const& asked = made.asked;
  return json{{"asked",
               {{"algorithm", tandem::name_of(asked.kind)},
                {"n", asked.n},
                {"read_bytes", asked.read_bytes},
                {"written_bytes", asked.written_bytes},
                {"work_per_element", asked.work_per_element},
                {"upload_bytes", asked.upload_bytes},
                {"download_bytes", asked.download_bytes}}},
              {"chosen", way_json(made.chosen, known)},
              {"why", tandem::in_words(made.why)},
              {"margin", made.margin},
              {"crossover_n", made.crossover_n == 0 ? json(nullptr) : json(made.crossover_n)},
              {"ways", std::move(ways)}}
             .dump(2) +
         "\n";
}

std::string decision_csv(tandem::decision const& made, tandem::profile const& known) {
  std::ostringstream out;
  out << "where,device,chosen,possible,total_us";
  for (std::size_t i = 0; i < tandem::term_count; ++i) {
    out << ',' << tandem::name_of(static_cast<tandem::term>(i)) << "_us";
  }
  out << ",why_not\n";
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    out << tandem::name_of(way.where) << ',' << quoted(name_of(way, known)) << ',' << is_chosen(way, made)
        << ',' << way.possible << ',' << way.total_us;
    for (float const us : way.microseconds) {
      out << ',' << us;
    }
    out << ',' << quoted(way.possible ? "" : tandem::in_words(way.why)) << '\n';
  }
  return out.str();
}

} // namespace tandem_bench
