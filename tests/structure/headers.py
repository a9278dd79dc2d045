#!/usr/bin/env python3
"""Every public header compiles alone, without a warning.

usage: headers.py COMPILER HEADER_FOLDER… -- FLAG…
Each header of the folders becomes one file of one line, checked with -fsyntax-only.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]


def compile_alone(compiler, flags, name):
    command = [compiler, "-std=c++20", "-fsyntax-only", *WARNINGS, *flags, "-x", "c++", "-"]
    done = subprocess.run(command, input=f"#include <{name}>\n", capture_output=True, text=True, check=False)
    return name, done.returncode, done.stderr


def main(arguments):
    split = arguments.index("--")
    compiler, folders, flags = arguments[0], [pathlib.Path(f) for f in arguments[1:split]], arguments[split + 1:]
    names = sorted({h.relative_to(f).as_posix() for f in folders for h in f.rglob("*.hpp")})
    flags += [f"-I{folder}" for folder in folders]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, status, errors in pool.map(lambda n: compile_alone(compiler, flags, n), names):
            if status != 0:
                failed += 1
                print(f"<{name}> does not compile alone:\n{errors}")
    print(f"{len(names)} headers, {failed} of them not on their own, {compiler}")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    if "--" not in sys.argv or len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
