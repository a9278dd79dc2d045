#include "glsl.hpp"

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/error.hpp>

#include <glslang/Public/ResourceLimits.h>
#include <glslang/Public/ShaderLang.h>
#include <glslang/SPIRV/GlslangToSpv.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

namespace tandem::gpu {
namespace {

std::atomic<std::uint64_t> runs{0};

} // namespace

std::uint64_t glslang_runs() noexcept {
  return runs.load();
}

namespace detail {
namespace {

void initialise_once() {
  static bool const ready = glslang::InitializeProcess();
  if (!ready)
    throw kernel_error("glslang could not start", {}, {});
}

/// Adapts a glsl_includer; owns what it has returned until glslang releases it.
class includer final : public glslang::TShader::Includer {
 public:
  explicit includer(glsl_includer const& find) : find_(find) {}

  IncludeResult* includeLocal(char const* name, char const* from, std::size_t depth) override {
    return include(name, from, depth, false);
  }
  IncludeResult* includeSystem(char const* name, char const* from, std::size_t depth) override {
    return include(name, from, depth, true);
  }

  void releaseInclude(IncludeResult* result) override {
    if (result == nullptr)
      return;
    delete static_cast<glsl_file*>(result->userData);
    delete result;
  }

 private:
  IncludeResult* include(char const* name, char const* from, std::size_t depth, bool angled) {
    constexpr std::size_t deepest = 64;
    if (!find_)
      return nullptr;
    if (depth > deepest)
      return result_of({{}, "includes include one another, " + std::to_string(depth) + " deep"});
    try {
      return result_of(find_(name, from, angled));
    } catch (std::invalid_argument const& missing) {
      return result_of(
          {{}, missing.what()}); // without a name: glslang reports the text as an error, with the line
    }
  }

  static IncludeResult* result_of(glsl_file found) {
    auto file = std::make_unique<glsl_file>(std::move(found));
    auto result =
        std::make_unique<IncludeResult>(file->name, file->text.data(), file->text.size(), file.get());
    file.release();
    return result.release();
  }

  glsl_includer const& find_;
};

std::string numbered(std::string_view source) {
  std::string text;
  for (std::size_t line = 1, at = 0; at < source.size(); ++line) {
    auto const end = std::min(source.find('\n', at), source.size());
    auto const number = std::to_string(line);
    text += std::string(number.size() < 4 ? 4 - number.size() : 0, ' ') + number + "  ";
    text += std::string{source.substr(at, end - at)} + "\n";
    at = end + 1;
  }
  return text;
}

[[noreturn]] void throw_kernel_error(std::string_view name, std::string_view source, std::string const& log) {
  throw kernel_error("the kernel '" + std::string{name} + "' does not compile:", numbered(source), log);
}

spirv_code translate(glslang::TProgram const& program, std::string_view name, std::string_view source) {
  spirv_code words;
  spv::SpvBuildLogger logger;
  glslang::SpvOptions options;
  options.disableOptimizer = true;
  options.validate = false;
  glslang::GlslangToSpv(*program.getIntermediate(EShLangCompute), words, &logger, &options);
  if (words.empty())
    throw_kernel_error(name, source, logger.getAllMessages());
  return words;
}

} // namespace

spirv_code compile_glsl(std::string_view source, std::string_view name, glsl_includer const& include) {
  initialise_once();
  ++runs;
  std::string const label{name};
  char const* const text = source.data();
  int const length = static_cast<int>(source.size());
  char const* const label_text = label.c_str();
  glslang::TShader shader{EShLangCompute};
  shader.setStringsWithLengthsAndNames(&text, &length, &label_text, 1);
  shader.setEnvInput(glslang::EShSourceGlsl, EShLangCompute, glslang::EShClientVulkan, 100);
  shader.setEnvClient(glslang::EShClientVulkan, glslang::EShTargetVulkan_1_2);
  shader.setEnvTarget(glslang::EShTargetSpv, glslang::EShTargetSpv_1_5);
  auto const messages = static_cast<EShMessages>(EShMsgSpvRules | EShMsgVulkanRules);
  constexpr int default_version = 460;
  includer files{include};
  if (include)
    shader.setPreamble("#extension GL_GOOGLE_include_directive : require\n");
  if (!shader.parse(GetDefaultResources(), default_version, false, messages, files))
    throw_kernel_error(name, source, shader.getInfoLog());
  glslang::TProgram program;
  program.addShader(&shader);
  if (!program.link(messages))
    throw_kernel_error(name, source, program.getInfoLog());
  return translate(program, name, source);
}

void warm_glslang_in_background() {
  static std::once_flag once;
  std::call_once(once, [] {
    // A future of the process: its destructor, at exit, waits for the thread.
    static auto const warming = std::async(std::launch::async, [] {
      compile_glsl("#version 460\nlayout(local_size_x = 1) in;\nvoid main() {}\n", "warm-up");
    });
  });
}

} // namespace detail
} // namespace tandem::gpu
