#!/usr/bin/env python3
"""Turns the C++ snippets of a page into one program, so that the tests compile and run what the manual shows.

usage: snippets.py PAGE.md PROGRAM.cpp     writes the program
       snippets.py --self-test             checks the extraction itself

Every ```cpp fence becomes a function that the program calls; its #include lines move to the top. What readers need not see
stands in an HTML comment before the fence:
    <!-- setup: C++ -->        code put in front of the snippet, in the same function
    <!-- after: C++ -->        code put behind it, for checks (expect(condition) throws when it is false)
    <!-- scope: namespace -->  the snippet is declarations; later snippets of the page see them
    <!-- shows: only -->       a sketch that cannot stand alone; it is listed by the program, so that it cannot hide
A snippet with a main() is a whole program: its main is called.
"""
import pathlib
import re
import sys

FENCE = re.compile(r"((?:<!--\s*(?:setup|after|scope|shows):.*?-->\s*\n)*)^```cpp\n(.*?)^```", re.S | re.M)
NOTE = re.compile(r"<!--\s*(setup|after|scope|shows):(.*?)-->", re.S)
HEAD = """#include <cstdio>
#include <exception>
#include <stdexcept>
"""
TOOLS = """
namespace {
[[maybe_unused]] void expect(bool truth, char const* what = "an expectation of the page") {
  if (!truth)
    throw std::runtime_error(what);
}
"""


def snippets_of(text):
    """(line number, notes, code) of every C++ fence of a page."""
    for match in FENCE.finditer(text):
        notes = {kind: body.strip() for kind, body in NOTE.findall(match.group(1))}
        yield text.count("\n", 0, match.start(2)) + 1, notes, match.group(2)


def body_of(number, line, notes, code, page):
    """The text of one snippet, and the name of the function to call ('' if there is none)."""
    where = f'#line {line} "{page}"\n'
    if "shows" in notes:
        return "", ""
    if notes.get("scope") == "namespace":
        return where + code, ""
    if re.search(r"\bint main\(", code):
        renamed = re.sub(r"\bint main\(", "int program(", code)
        renamed = re.sub(r"\}\s*\Z", "return 0; }\n", renamed)  # which main alone may leave out
        return f"namespace snippet_{number} {{\n{where}{renamed}}}\n", f"snippet_{number}::program"
    setup, after = notes.get("setup", ""), notes.get("after", "")
    return f"void snippet_{number}() {{\n{setup}\n{where}{code}\n{after}\n}}\n", f"snippet_{number}"


def program_of(text, page):
    includes, bodies, calls, shown = [], [], [], []
    for number, (line, notes, code) in enumerate(snippets_of(text), 1):
        lines = "\n".join([notes.get("setup", ""), code]).splitlines()
        includes += [one for one in lines if one.startswith("#include") and one not in includes]
        blank = lambda block: "\n".join("" if one.startswith("#include") else one for one in block.splitlines()) + "\n"
        notes = {kind: blank(body).rstrip() if kind in ("setup", "after") else body for kind, body in notes.items()}
        body, call = body_of(number, line, notes, blank(code), page)
        if "shows" in notes:
            shown.append(line)
        bodies.append(body)
        if call:
            calls.append(f'  run("{page}:{line}", [] {{ {call}(); }});\n')
    run = """
int failures = 0;
template <class F>
void run(char const* where, F snippet) {
  try {
    snippet();
    std::printf("ran %s\\n", where);
  } catch (std::exception const& problem) {
    ++failures;
    std::printf("FAILED %s: %s\\n", where, problem.what());
  }
}
"""
    listed = "".join(f'  std::printf("not run, a sketch: {page}:{line}\\n");\n' for line in shown)
    return (HEAD + "\n".join(includes) + "\n" + TOOLS + "".join(bodies) + run + "} // namespace\n\nint main() {\n" + "".join(calls)
            + listed + f'  std::printf("%d snippets, %d failed\\n", {len(calls)}, failures);\n'
            + "  return failures != 0;\n}\n"), len(calls)


def self_test():
    page = ("# A\n<!-- setup: int x = 1; -->\n```cpp\n#include <vector>\nx += 1;\n```\n<!-- shows: only -->\n```cpp\n...\n```\n"
            "<!-- scope: namespace -->\n```cpp\nstruct s {};\n```\n```cpp\nint main() { return 0; }\n```\n")
    program, count = program_of(page, "a.md")
    wanted = ["#include <vector>\n", "int x = 1;", '#line 4 "a.md"', "not run, a sketch: a.md:9", "struct s {};", "int program() {"]
    missing = [text for text in wanted if text not in program]
    if missing or count != 2 or "..." in program:
        print(f"extraction is wrong: {missing}, {count} calls\n{program}")
        return 1
    return 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 2:
        print(__doc__)
        return 2
    page = pathlib.Path(arguments[0])
    program, count = program_of(page.read_text(encoding="utf-8"), page.name)
    pathlib.Path(arguments[1]).write_text(program, encoding="utf-8")
    return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
