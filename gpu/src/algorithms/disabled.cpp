// The GPU algorithms of a build without a GPU side: each says that there is none.
#include <tandem/gpu/error.hpp>
#include <tandem/gpu/extremum.hpp>
#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/gpu/map_reduce.hpp>
#include <tandem/gpu/merge.hpp>
#include <tandem/gpu/reduce_by_key.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/top_k.hpp>
#include <tandem/gpu/unique.hpp>

namespace tandem::gpu {
namespace {

[[noreturn]] void refuse() {
  throw no_device_error("this build of tandem has no GPU side");
}

} // namespace

site_cost kernel_site::cost() const noexcept {
  return {};
}
site_cost kernel_site::note(recording const&) {
  return {};
}
std::uint32_t kernel_site::shapes() const noexcept {
  return 0;
}
std::string glsl_of(recording const&) {
  refuse();
}

void map(device const&, kernel_site&, recording const&, std::span<operand const>, std::span<operand const>,
         std::size_t) {
  refuse();
}
void map(device const&, kernel_site&, recording const&, std::span<operand const>, operand const&,
         std::size_t) {
  refuse();
}
bool warm_map(device const&, kernel_site&, recording const&, std::span<operand const>,
              std::span<operand const>, std::size_t) {
  refuse();
}
void generate(device const&, kernel_site&, recording const&, std::span<operand const>, std::size_t) {
  refuse();
}
void generate(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
void reduce(device const&, kernel_site&, recording const&, operand const&, std::size_t, void const*, void*,
            reduction_order) {
  refuse();
}
bool warm_reduce(device const&, kernel_site&, recording const&, std::size_t, reduction_order) {
  refuse();
}
void map_reduce(device const&, kernel_site&, recording const&, std::span<operand const>, std::size_t,
                joined_type, void const*, void*, reduction_order) {
  refuse();
}
void map_reduce_blocks(device const&, kernel_site&, recording const&, std::span<operand const>, std::size_t,
                       scalar, void*, reduction_order) {
  refuse();
}
bool warm_map_reduce(device const&, kernel_site&, recording const&, std::span<operand const>, std::size_t,
                     reduction_order) {
  refuse();
}

void inclusive_scan(device const&, kernel_site&, recording const&, operand const&, operand const&,
                    std::size_t) {
  refuse();
}
void exclusive_scan(device const&, kernel_site&, recording const&, operand const&, operand const&,
                    std::size_t, void const*) {
  refuse();
}
std::size_t filter(device const&, kernel_site&, recording const&, operand const&, operand const&,
                   std::size_t) {
  refuse();
}
std::size_t partition(device const&, kernel_site&, recording const&, operand const&, operand const&,
                      std::size_t) {
  refuse();
}
std::size_t find_if(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
std::size_t count_if(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
void radix_sort(device const&, operand const&, std::size_t, sort_order) {
  refuse();
}
void radix_sort_by_key(device const&, operand const&, operand const&, std::size_t, std::size_t, sort_order) {
  refuse();
}
void radix_sort_permutation(device const&, operand const&, operand const&, std::size_t, sort_order) {
  refuse();
}

bool warm_scan(device const&, kernel_site&, recording const&, std::size_t, bool) {
  refuse();
}
std::size_t filter_to_new(device const&, kernel_site&, recording const&, operand const&, std::size_t,
                          room_for_result) {
  refuse();
}
bool warm_filter(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
bool warm_partition(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
bool warm_count_if(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
bool warm_find_if(device const&, kernel_site&, recording const&, scalar) {
  refuse();
}
std::size_t unique(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
bool warm_unique(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
bool warm_radix_sort(device const&, scalar, std::size_t, std::size_t) {
  refuse();
}
void top_k(device const&, operand const&, std::size_t, std::size_t, sort_order, void*) {
  refuse();
}
bool warm_top_k(device const&, scalar, sort_order, std::size_t) {
  refuse();
}
void top_k(device const&, kernel_site&, recording const&, operand const&, std::size_t, std::size_t, void*) {
  refuse();
}
bool warm_top_k(device const&, kernel_site&, recording const&, scalar, std::size_t, std::size_t) {
  refuse();
}
std::size_t most_indices(device const&) {
  refuse();
}
std::size_t reduce_by_key(device const&, kernel_site&, recording const&, operand const&, operand const&,
                          operand const&, operand const&, std::size_t, host_join) {
  refuse();
}
std::size_t count_runs(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
bool warm_reduce_by_key(device const&, kernel_site&, recording const&, std::size_t) {
  refuse();
}
std::uint64_t histogram(device const&, kernel_site&, recording const&, operand const&, std::size_t,
                        std::span<std::uint64_t>) {
  refuse();
}
bool warm_histogram(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
std::size_t gather(device const&, operand const&, operand const&, operand const&, std::size_t) {
  refuse();
}
std::size_t scatter(device const&, operand const&, operand const&, operand const&, std::size_t) {
  refuse();
}
bool warm_gather(device const&, scalar, scalar) {
  refuse();
}
bool warm_scatter(device const&, scalar, scalar) {
  refuse();
}
std::size_t min_element(device const&, operand const&, std::size_t) {
  refuse();
}
std::size_t max_element(device const&, operand const&, std::size_t) {
  refuse();
}
std::pair<std::size_t, std::size_t> minmax_element(device const&, operand const&, std::size_t) {
  refuse();
}
bool warm_extrema(device const&, scalar, std::size_t, bool, bool) {
  refuse();
}

void merge_sort(device const&, kernel_site&, recording const&, operand const&, std::size_t) {
  refuse();
}
void merge(device const&, kernel_site&, recording const&, operand const&, operand const&, operand const&) {
  refuse();
}
void merge(device const&, operand const&, operand const&, operand const&, sort_order) {
  refuse();
}
bool warm_merge_sort(device const&, kernel_site&, recording const&, scalar, std::size_t) {
  refuse();
}
bool warm_merge(device const&, kernel_site&, recording const&, scalar) {
  refuse();
}
bool warm_merge(device const&, scalar) {
  refuse();
}

} // namespace tandem::gpu
