// Writing results: whole files or an error that says which, and a PNG beside each SVG.
#pragma once

#include <filesystem>
#include <string>

namespace tandem_bench {

/// Writes the text, creating folders; throws std::runtime_error naming the file.
void write_file(std::filesystem::path const& where, std::string const& text);

/// Renders an SVG file as a PNG beside it with rsvg-convert, at `zoom`. Returns "" or, when that failed, a
/// sentence why.
std::string render_png(std::filesystem::path const& svg, double zoom);

} // namespace tandem_bench
