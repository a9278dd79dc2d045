/// A user's own compute shaders: devices, buffers, kernels and events.
#pragma once

#include <tandem/gpu/batch.hpp>
#include <tandem/gpu/buffer.hpp>
#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>
#include <tandem/gpu/event.hpp>
#include <tandem/gpu/kernel.hpp>
#include <tandem/gpu/memory.hpp>
