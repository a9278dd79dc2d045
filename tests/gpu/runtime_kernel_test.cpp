// A user's own shaders: what they compute, and what is said when shader or arguments are wrong.
#include <tandem/gpu.hpp>

#include "session.hpp"

#include <filesystem>
#include <fstream>
#include <numeric>

using namespace tandem;
using tandem_test::gpu_session;

namespace {

constexpr gpu::detail::device_mask masks[] = {{}, {.unified_memory = true, .push_descriptors = true}};

constexpr char const* scale_and_add = R"(#version 460
layout(local_size_x = 32) in;
layout(binding = 3) writeonly buffer Out { float result[]; };
layout(binding = 0) readonly buffer In { float values[]; };
layout(push_constant) uniform Push { uint count; float factor; int offset; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < count)
    result[i] = values[i] * factor + float(offset);
}
)";

std::vector<float> counting(std::size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 1.0F);
  return values;
}

std::string log_of(gpu::device const& device, std::string_view source) {
  try {
    gpu::kernel::from_glsl(device, source, "wrong.comp");
  } catch (kernel_error const& failure) {
    return failure.what();
  }
  return {};
}

} // namespace

TEST_CASE("a kernel of one's own computes what it says") {
  auto const mask = GENERATE(0, 1);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const kernel = gpu::kernel::from_glsl(session.device(), scale_and_add);
  CHECK(kernel.group_size().x == 32);
  for (std::size_t const count : {0, 1, 31, 32, 33, 1000, 100001}) {
    auto const values = counting(count);
    gpu::buffer<float> const in{session.device(), values};
    gpu::buffer<float> const out{session.device(), count};
    auto const done =
        kernel.launch(gpu::threads{count}, in, out, std::uint32_t(count), 2.0F, std::int32_t{-3});
    done.wait();
    CHECK(done.done());
    auto const result = out.download();
    CHECK(done.elapsed_ns() >= 0.0);
    REQUIRE(result.size() == count);
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE(result[i] == values[i] * 2.0F - 3.0F);
  }
}

TEST_CASE("a kernel may be dropped while a launch of it still runs") {
  auto const mask = GENERATE(0, 1);
  gpu_session const session{masks[mask]}; // validation would object to a pipeline destroyed in use
  if (!session)
    return;
  auto const values = counting(std::size_t{1} << 20);
  gpu::buffer<float> const in{session.device(), values};
  std::vector<gpu::buffer<float>> outs;
  std::vector<gpu::event> launched;
  for (int round = 0; round < 4; ++round) {
    outs.emplace_back(session.device(), values.size());
    launched.push_back(gpu::kernel::from_glsl(session.device(), scale_and_add)
                           .launch(gpu::threads{values.size()}, in, outs.back(),
                                   static_cast<std::uint32_t>(values.size()), 2.0F, std::int32_t{round}));
  }
  for (auto const& one : launched)
    one.wait();
  for (std::size_t round = 0; round < outs.size(); ++round) {
    auto const result = outs[round].download();
    for (std::size_t i = 0; i < result.size(); i += 997)
      REQUIRE(result[i] == values[i] * 2.0F + static_cast<float>(round));
  }
}

TEST_CASE("launches run in order") {
  auto const mask = GENERATE(0, 1);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const kernel = gpu::kernel::from_glsl(session.device(), scale_and_add);
  gpu::buffer<float> const a{session.device(), counting(500)};
  gpu::buffer<float> const b{session.device(), 500};
  for (int i = 0; i < 20; ++i) {
    kernel.launch(gpu::threads{500}, a, b, 500U, 1.0F, 1);
    kernel.launch(gpu::groups{16}, b, a, 500U, 1.0F, 1);
  }
  auto const result = a.download();
  for (std::size_t i = 0; i < 500; ++i)
    REQUIRE(result[i] == static_cast<float>(i + 1 + 40));
}

TEST_CASE("push constants as one struct") {
  gpu_session const session;
  if (!session)
    return;
  struct {
    std::uint32_t count;
    float factor;
    std::int32_t offset;
  } const push{3, 4.0F, 1};
  auto const kernel = gpu::kernel::from_glsl(session.device(), scale_and_add);
  gpu::buffer<float> const in{session.device(), counting(3)};
  gpu::buffer<float> const out{session.device(), 3};
  kernel.launch(gpu::threads{3}, in, out, push).wait();
  CHECK(out.download() == std::vector<float>{5, 9, 13});
}

TEST_CASE("wrong arguments are named") {
  gpu_session const session;
  if (!session)
    return;
  auto const& device = session.device();
  auto const kernel = gpu::kernel::from_glsl(device, scale_and_add, "scale");
  gpu::buffer<float> const a{device, 8};
  gpu::buffer<float> const b{device, 8};
  gpu::buffer<std::int32_t> const integers{device, 8};
  gpu::buffer<float> const empty;
  using Catch::Contains;
  gpu::threads const n{8};
  CHECK_THROWS_AS(kernel.launch(n, a, b), std::invalid_argument);
  CHECK_THROWS_WITH(kernel.launch(n, a, b),
                    Contains("scale") && Contains("3 push constants") && Contains("given 0"));
  CHECK_THROWS_WITH(kernel.launch(n, a, 8U, 1.0F, 1), Contains("2 buffers") && Contains("given 1"));
  CHECK_THROWS_WITH(kernel.launch(n, a, b, a, 8U, 1.0F, 1), Contains("2 buffers") && Contains("given 3"));
  CHECK_THROWS_WITH(kernel.launch(n, a, integers, 8U, 1.0F, 1),
                    Contains("argument 2") && Contains("binding 3") && Contains("std::int32_t") &&
                        Contains("float"));
  CHECK_THROWS_WITH(kernel.launch(n, empty, b, 8U, 1.0F, 1), Contains("argument 1") && Contains("empty"));
  CHECK_THROWS_WITH(kernel.launch(n, a, b, 8, 1.0F, 1), Contains("argument 3") && Contains("'count'") &&
                                                            Contains("std::uint32_t") &&
                                                            Contains("std::int32_t"));
  CHECK_THROWS_WITH(kernel.launch(n, a, b, 8U, 1.0, 1),
                    Contains("'factor'") && Contains("double") && Contains("float"));
  CHECK_THROWS_WITH(kernel.launch(n, a, b, 8U, a, 1), Contains("argument 4") && Contains("buffer"));
  CHECK_NOTHROW(kernel.launch(n, a, b, 8U, 1.0F, 1).wait());
}

TEST_CASE("more workgroups than the device dispatches") {
  gpu_session const session;
  if (!session)
    return;
  auto const kernel = gpu::kernel::from_glsl(session.device(), scale_and_add);
  gpu::buffer<float> const a{session.device(), 8};
  auto const most = session.device().info().limits.max_groups[1];
  if (most == ~0U)
    TANDEM_SKIP("the device has no limit that could be passed");
  CHECK_THROWS_AS(kernel.launch(gpu::groups{1, most + 1, 1}, a, a, 8U, 1.0F, 1), std::invalid_argument);
  CHECK_THROWS_WITH(kernel.launch(gpu::threads{1, std::uint64_t{most} + 1, 1}, a, a, 8U, 1.0F, 1),
                    Catch::Contains(std::to_string(most)));
}

TEST_CASE("a shader that does not compile gives its log with line numbers") {
  gpu_session const session;
  if (!session)
    return;
  using Catch::Contains;
  auto const log = log_of(session.device(),
                          "#version 460\nlayout(local_size_x = 1) in;\nvoid main() {\n  int x = y;\n}\n");
  CHECK_THAT(log, Contains("wrong.comp") && Contains(":4:") && Contains("'y'"));
  CHECK_THAT(log_of(session.device(), ""), Contains("wrong.comp"));
  CHECK_THAT(log_of(session.device(), "not glsl at all"), Contains("wrong.comp:1"));
  CHECK_THAT(log_of(session.device(), "#version 460\nvoid main() {"), Contains("wrong.comp"));
  CHECK_THAT(log_of(session.device(), "#version 460\n#include \"x\"\nvoid main() {}"), Contains("include"));
  try {
    gpu::kernel::from_glsl(session.device(), "#version 460\nvoid main() { z(); }");
    FAIL("compiled");
  } catch (kernel_error const& failure) {
    CHECK_THAT(failure.source(), Contains("   2  void main() { z(); }"));
    CHECK_THAT(failure.log(), Contains("ERROR"));
  }
}

TEST_CASE("what a kernel cannot be given is refused with its reason") {
  gpu_session const session;
  if (!session)
    return;
  using Catch::Contains;
  std::string const head = "#version 460\nlayout(local_size_x = 1) in;\n";
  CHECK_THAT(
      log_of(session.device(),
             head + "layout(set = 1, binding = 0) buffer Far { int a[]; };\nvoid main() { a[0] = 1; }"),
      Contains("Far") && Contains("set 1"));
  CHECK_THAT(log_of(session.device(), head + "layout(binding = 0, r32f) uniform image2D picture;\n"
                                             "void main() { imageStore(picture, ivec2(0), vec4(0)); }"),
             Contains("picture") && Contains("not a buffer"));
  std::vector<std::uint32_t> const nonsense{1, 2, 3, 4, 5, 6, 7};
  CHECK_THROWS_AS(gpu::kernel::from_spirv(session.device(), nonsense), kernel_error);
  CHECK_THROWS_AS(gpu::kernel::from_spirv(session.device(), {}), kernel_error);
  std::vector<std::uint32_t> const truncated{0x07230203, 0x00010500, 0, 10, 0, 0x00090000};
  CHECK_THROWS_AS(gpu::kernel::from_spirv(session.device(), truncated), kernel_error);
  CHECK_THROWS_AS(gpu::kernel::from_glsl_file(session.device(), "/does/not/exist.comp"),
                  std::invalid_argument);
}

namespace {

/// A folder of files for one test.
class files {
 public:
  files() { std::filesystem::create_directories(folder_); }
  files(files const&) = delete;
  ~files() { std::filesystem::remove_all(folder_); }

  void add(std::string const& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream{folder_ / name} << text;
  }
  std::string path(std::string const& name = {}) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tandem-kernel-" + std::to_string(::getpid()));
};

constexpr char const* store_value = "layout(local_size_x = 1) in;\n"
                                    "layout(binding = 0) buffer Out { int result[]; };\n"
                                    "void main() { result[0] = value() + 1; }\n";

int result_of(gpu::device const& device, gpu::kernel const& kernel) {
  gpu::buffer<int> const out{device, 1};
  kernel.launch(gpu::groups{}, out).wait();
  return out.download().front();
}

template <class Make>
std::string message_of(Make const& make) {
  try {
    make();
  } catch (kernel_error const& failure) {
    return failure.what();
  }
  return {};
}

} // namespace

TEST_CASE("files, with includes beside them") {
  gpu_session const session;
  if (!session)
    return;
  files const here;
  here.add("parts/value.glsl", "#include \"deep.glsl\"\nint value() { return deep() + 1; }\n");
  here.add("parts/deep.glsl", "int deep() { return 40; }\n");
  here.add("main.comp", std::string{"#version 460\n#extension GL_GOOGLE_include_directive : require\n"
                                    "#include \"parts/value.glsl\"\n"} +
                            store_value);
  CHECK(result_of(session.device(), gpu::kernel::from_glsl_file(session.device(), here.path("main.comp"))) ==
        42);
}

TEST_CASE("a text includes what lies beside its name, and files of the folders it is given") {
  gpu_session const session;
  if (!session)
    return;
  auto const& device = session.device();
  files const here;
  here.add("value.glsl", "int value() { return 1; }\n");
  here.add("first/value.glsl", "#include <shared/number.glsl>\nint value() { return number; }\n");
  here.add("second/value.glsl", "int value() { return 3; }\n");
  here.add("second/shared/number.glsl", "const int number = 20;\n");
  auto const text = std::string{"#version 460\n#include \"value.glsl\"\n"} + store_value;
  auto const angled = std::string{"#version 460\n#include <value.glsl>\n"} + store_value;
  auto const name = here.path("from_text.comp"), first = here.path("first"), second = here.path("second");
  CHECK(result_of(device, gpu::kernel::from_glsl(device, text, name)) == 2);
  CHECK(result_of(device, gpu::kernel::from_glsl(device, text, name, {first, second})) == 2);
  CHECK(result_of(device, gpu::kernel::from_glsl(device, angled, name, {first, second})) == 21);
  CHECK(result_of(device, gpu::kernel::from_glsl(device, angled, name, {second, first})) == 4);
  CHECK(result_of(device, gpu::kernel::from_glsl(device, text, "no path", {first, second})) == 21);
  // What was included is read again, however often the text is compiled.
  here.add("value.glsl", "int value() { return 6; }\n");
  CHECK(result_of(device, gpu::kernel::from_glsl(device, text, name)) == 7);
}

TEST_CASE("errors behind and within includes have the user's lines and file names") {
  gpu_session const session;
  if (!session)
    return;
  using Catch::Contains;
  auto const& device = session.device();
  files const here;
  here.add("good.glsl", "int good() { return 1; }\n\n\n\n");
  here.add("bad.glsl", "int fine;\nint bad() { return nowhere; }\n");
  here.add("loop.glsl", "#include \"loop.glsl\"\n");
  auto const compile = [&](std::string const& text) {
    return message_of(
        [&] { gpu::kernel::from_glsl(device, text, here.path("main.comp"), {here.path("sub")}); });
  };
  CHECK_THAT(compile("#version 460\n#include \"good.glsl\"\nvoid main() {\n  int x = y;\n}\n"),
             Contains("main.comp:4:") && Contains("'y'"));
  CHECK_THAT(compile("#version 460\n#include \"bad.glsl\"\nvoid main() {}\n"),
             Contains(here.path("bad.glsl") + ":2:") && Contains("'nowhere'"));
  auto const missing = compile("#version 460\n\n#include \"missing.glsl\"\nvoid main() {}\n");
  CHECK_THAT(missing, Contains("main.comp:3:") && Contains(here.path("missing.glsl")) &&
                          Contains(here.path("sub/missing.glsl")));
  CHECK_THAT(compile("#version 460\n#include \"loop.glsl\"\nvoid main() {}\n"),
             Contains("loop.glsl:1:") && Contains("include one another"));
  CHECK_THAT(compile("#version 460\n#include \"parts\"\nvoid main() {}\n"), Contains("parts")); // a folder
  CHECK_THROWS_WITH(gpu::kernel::from_glsl_file(device, here.path("none.comp")),
                    Contains(here.path("none.comp")));
}

TEST_CASE("a uniform block takes a buffer too") {
  auto const mask = GENERATE(0, 1);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const kernel = gpu::kernel::from_glsl(session.device(), R"(#version 460
layout(local_size_x = 1) in;
layout(binding = 1) uniform Settings { vec4 weights; };
layout(binding = 2) buffer Out { vec4 result[]; };
void main() { result[gl_GlobalInvocationID.x] = weights * float(gl_GlobalInvocationID.x); })");
  gpu::buffer<float> const weights{session.device(), std::vector<float>{1, 2, 3, 4}};
  gpu::buffer<float> const out{session.device(), 8};
  kernel.launch(gpu::groups{2}, weights, out).wait();
  CHECK(out.download() == std::vector<float>{0, 0, 0, 0, 1, 2, 3, 4});
}
