#pragma once

/// \file
/// Every algorithm, the function vocabulary, arrays, policies and runtimes. Asynchronous calls and streams, which need Asio, are in
/// <tandem/async.hpp> and <tandem/stream.hpp>; a user's own GPU kernels in <tandem/gpu.hpp>.

#include <tandem/array.hpp>
#include <tandem/error.hpp>
#include <tandem/extrema.hpp>
#include <tandem/filter.hpp>
#include <tandem/find.hpp>
#include <tandem/for_each.hpp>
#include <tandem/functional.hpp>
#include <tandem/gather.hpp>
#include <tandem/generate.hpp>
#include <tandem/histogram.hpp>
#include <tandem/join.hpp>
#include <tandem/map.hpp>
#include <tandem/map_reduce.hpp>
#include <tandem/math.hpp>
#include <tandem/merge.hpp>
#include <tandem/policy.hpp>
#include <tandem/reduce.hpp>
#include <tandem/reduce_by_key.hpp>
#include <tandem/runtime.hpp>
#include <tandem/scan.hpp>
#include <tandem/scope.hpp>
#include <tandem/sort.hpp>
#include <tandem/struct.hpp>
#include <tandem/top_k.hpp>
#include <tandem/try_map.hpp>
#include <tandem/unique.hpp>
#include <tandem/version.hpp>
#include <tandem/views.hpp>
#include <tandem/warmup.hpp>
