// Streams: a source, stages and a sink, run chunk by chunk on the CPU and the GPU with bounded memory.
// Link tandem::streams.
#pragma once

#include <tandem/adaptors.hpp>
#include <tandem/async.hpp>
#include <tandem/stream/options.hpp>
#include <tandem/stream/pipeline.hpp>
#include <tandem/stream/run.hpp>
#include <tandem/stream/sinks.hpp>
#include <tandem/stream/sources.hpp>
#include <tandem/stream/sqlite.hpp>
#include <tandem/stream/stages.hpp>
#include <tandem/stream/text.hpp>
