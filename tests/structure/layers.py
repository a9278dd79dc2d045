#!/usr/bin/env python3
"""Include arrows point one way, and public headers stay light.

usage: layers.py REPOSITORY      checks the tree
       layers.py --self-test     checks the checker: every planted fault is found
An include marked `// not with libstdc++` stands in a branch that Debian's compilers never take, and is left alone.
Prints one line per breach (file:line: what, and why not) and fails if there is any.
"""
import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STREAM_HEADERS = {"dispatch/include/tandem/async.hpp", "dispatch/include/tandem/stream.hpp"}

# What each layer may name of the project, by the first folder after tandem/; "" is dispatch's own headers.
ALLOWED_LAYERS = {"cpu": {"cpu"}, "gpu": {"gpu"}, "dispatch": {"cpu", "gpu", ""}}
COMMON = {"tandem/config.hpp"}
LAYER_LIBRARIES = {  # libraries that belong to some layers only
    "vulkan": {"gpu"}, "glslang": {"gpu"}, "SPIRV": {"gpu"}, "tbb": {"cpu"}, "oneapi": {"cpu"}, "hwy": {"cpu"},
    "asio": {"dispatch"}, "asio.hpp": {"dispatch"}, "sqlite3.h": {"dispatch"}, "liburing.h": {"dispatch"},
}
FORBIDDEN_IN_PUBLIC = {"tbb", "oneapi", "vulkan", "glslang", "SPIRV", "asio", "asio.hpp", "hwy", "sqlite3.h",
                       "liburing.h", "iostream", "regex", "filesystem", "functional", "ranges", "algorithm"}


def layer_of(include):
    """The layer a <tandem/…> header belongs to: cpu, gpu or "" (dispatch)."""
    parts = include.split("/")
    return parts[1] if len(parts) > 2 and parts[1] in ("cpu", "gpu") else ""


def is_streaming(path):
    """Headers of async queues and streams, which may include Asio; nothing else includes them."""
    return path in STREAM_HEADERS or path.startswith(("dispatch/include/tandem/async/", "dispatch/include/tandem/stream/"))


def breaches_of(path, text):
    """Every breach in one file, as (line, message)."""
    layer = path.split("/")[0]
    public = "/include/" in path
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match or line.rstrip().endswith("// not with libstdc++"):
            continue
        name = match.group(2)
        root = name.split("/")[0]
        if root == "tandem" and name not in COMMON and layer_of(name) not in ALLOWED_LAYERS[layer]:
            found.append((number, f"{layer}/ may not include <{name}>: arrows point from dispatch to cpu and gpu"))
        if re.match(r"(\.\./)+(cpu|gpu|dispatch|tests|bench|samples)/", name):
            found.append((number, f'"{name}" reaches into another layer by path'))
        if root == "shaders" and layer != "gpu":
            found.append((number, f"{layer}/ may not include <{name}>: shaders belong to gpu/"))
        if root in LAYER_LIBRARIES and layer not in LAYER_LIBRARIES[root]:
            found.append((number, f"{layer}/ may not include <{name}>: that is for {', '.join(LAYER_LIBRARIES[root])}/"))
        if public and root in FORBIDDEN_IN_PUBLIC and not (is_streaming(path) and root in ("asio", "asio.hpp", "functional")):
            found.append((number, f"a public header may not include <{name}>: users would compile it with every file"))
        if public and not is_streaming(path) and root == "tandem" and is_streaming("dispatch/include/" + name):
            found.append((number, f"only streaming headers may include <{name}>"))
    return found


def check(root):
    count, files = 0, 0
    for layer in ALLOWED_LAYERS:
        for path in sorted((root / layer).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".h", ".inl"):
                continue
            files += 1
            relative = path.relative_to(root).as_posix()
            for line, message in breaches_of(relative, path.read_text(encoding="utf-8")):
                print(f"{relative}:{line}: {message}")
                count += 1
    for path in sorted((root / "shaders").rglob("*.comp")):
        files += 1
        for line in path.read_text(encoding="utf-8").splitlines():
            match = INCLUDE.match(line)
            if match and match.group(2).startswith(("..", "/")):
                print(f"{path.relative_to(root)}: shaders/ includes nothing from outside: {match.group(2)}")
                count += 1
    print(f"{files} files, {count} breaches")
    return 1 if count or not files else 0


PLANTED = [  # a file, what it includes, and how many breaches that is
    ("cpu/src/a.cpp", "<tandem/gpu/device.hpp>", 1), ("cpu/src/a.cpp", "<tandem/map.hpp>", 1),
    ("gpu/src/a.cpp", "<tandem/cpu/pool.hpp>", 1), ("gpu/src/a.cpp", "<tbb/parallel_for.h>", 1),
    ("cpu/src/a.cpp", "<vulkan/vulkan.h>", 1), ("dispatch/src/a.cpp", "<vulkan/vulkan_raii.hpp>", 1),
    ("gpu/src/a.cpp", '"../../cpu/src/b.hpp"', 1), ("dispatch/src/a.cpp", "<shaders/map.hpp>", 1),
    ("cpu/include/tandem/cpu/a.hpp", "<tbb/parallel_for.h>", 1), ("dispatch/include/tandem/a.hpp", "<algorithm>", 1),
    ("dispatch/include/tandem/a.hpp", "<tandem/async.hpp>", 1), ("dispatch/include/tandem/a.hpp", "<asio.hpp>", 1),
    ("dispatch/include/tandem/async.hpp", "<asio.hpp>", 0), ("dispatch/src/a.cpp", "<tandem/gpu/device.hpp>", 0),
    ("cpu/src/a.cpp", "<tbb/parallel_for.h>", 0), ("gpu/src/a.cpp", "<tandem/config.hpp>", 0),
    ("gpu/src/a.cpp", "<vulkan/vulkan_raii.hpp>", 0), ("cpu/src/a.cpp", "<algorithm>", 0),
    ("dispatch/include/tandem/a.hpp", "<functional>", 1),
    ("dispatch/include/tandem/a.hpp", "<functional> // not with libstdc++", 0),
]


def self_test():
    failures = 0
    for path, include, expected in PLANTED:
        found = breaches_of(path, f"#pragma once\n#  include {include}\n")
        if len(found) != expected:
            print(f"{path} with {include}: {len(found)} breaches found, {expected} planted")
            failures += 1
    with tempfile.TemporaryDirectory() as folder:
        if check(pathlib.Path(folder)) == 0:
            print("a tree without files passes")
            failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(self_test() if sys.argv[1] == "--self-test" else check(pathlib.Path(sys.argv[1])))
