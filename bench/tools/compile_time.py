#!/usr/bin/env python3
"""What one parallel_map costs a compiler: compile_time.py [BUILD] [ROUNDS]

Compiles, in turn, a file with one tandem::parallel_map and the same loop written with oneTBB, including nothing but what it
needs, with each compiler that is there, at -O2. Prints the medians of the processor time and their ratio as a table.
"""
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

LOOP = {
    "oneTBB's parallel_for": """#include <span>
#include <tbb/parallel_for.h>
#include <vector>
void twice(std::span<float const> in, std::span<float> out) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, in.size()), [=](auto const& range) {
    for (auto i = range.begin(); i != range.end(); ++i)
      out[i] = 2 * in[i];
  });
}
""",
    "`<tandem/map.hpp>`": """#include <tandem/map.hpp>
#include <span>
#include <vector>
void twice(std::span<float const> in, std::span<float> out) {
  tandem::parallel_map(in, out, [](auto x) { return 2 * x; });
}
""",
    "`<tandem/tandem.hpp>`": """#include <tandem/tandem.hpp>
#include <span>
#include <vector>
void twice(std::span<float const> in, std::span<float> out) {
  tandem::parallel_map(in, out, [](auto x) { return 2 * x; });
}
""",
}


def seconds(compiler, source, includes):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, "-std=c++20", "-O2", *includes, "-c", source, "-o", os.devnull], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else root / "build/release")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    includes = [f"-I{folder}" for folder in
                (build / "include", root / "cpu/include", root / "gpu/include", root / "dispatch/include")]
    print("| compiler | file | processor time, s | ratio |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for i, (name, text) in enumerate(LOOP.items()):
            files[name] = pathlib.Path(folder, f"{i}.cpp")
            files[name].write_text(text)
        for compiler in filter(shutil.which, ("g++", "clang++-19")):
            times = {name: [] for name in files}
            for _ in range(rounds):
                for name, path in files.items():
                    times[name].append(seconds(compiler, path, includes))
            base = statistics.median(next(iter(times.values())))
            for name, taken in times.items():
                median = statistics.median(taken)
                print(f"| {compiler} | {name} | {median:.2f} | {median / base:.2f} |")


if __name__ == "__main__":
    main()
