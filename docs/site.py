#!/usr/bin/env python3
"""Builds the manual and the API reference as one site, and checks it.

usage: site.py REPOSITORY BUILD OUTPUT     writes the site to OUTPUT (BUILD: a configured build tree, for the generated header)
       site.py --self-test                 checks the link checker

Fails on a warning of Sphinx, on a public symbol without documentation, and on a link of the site that leads nowhere.
Links to other sites are not followed.
"""
import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

# Members that C++ readers know from the standard's own types: what they do is in their names, the rest in the class's description.
CONVENTIONAL = re.compile(r"Member (?:value_type|error_type|size_type|iterator|const_iterator|is_transparent|operator\S*|[ck]?begin|c?end|size|empty|"
                          r"size_bytes|data|value|closed|capacity|readiness|subscriber|semaphore_permit|async_acquire)\b")
PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"]


class links(html.parser.HTMLParser):
    """The targets that a page links to, and the anchors that it has."""

    def __init__(self):
        super().__init__()
        self.targets, self.anchors = [], set()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            if name in ("href", "src") and value:
                self.targets.append(value)


def read(page):
    found = links()
    found.feed(page.read_text(encoding="utf-8", errors="replace"))
    return found


def broken_links(site):
    pages = {page.resolve(): read(page) for page in sorted(site.rglob("*.html"))}
    for page, found in pages.items():
        if "api" in page.relative_to(site.resolve()).parts:
            continue  # doxygen's own pages refer to scripts that it writes as needed
        for target in found.targets:
            url = urllib.parse.urlsplit(target)
            if url.scheme or target.startswith("//"):
                continue
            aim = (page.parent / urllib.parse.unquote(url.path)).resolve() if url.path else page
            anchor = urllib.parse.unquote(url.fragment)
            if not aim.exists():
                yield f"{page.relative_to(site.resolve())}: {target} leads nowhere"
            elif anchor and aim in pages and anchor not in pages[aim].anchors:
                yield f"{page.relative_to(site.resolve())}: {target} has no such anchor"


def stage(repository, source):
    """The pages with the folders that they refer to, laid out as in the repository."""
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(repository / "docs", source / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(repository / "bench/results", source / "bench/results")
    for page in PAGES:
        shutil.copy(repository / page, source / page)


def manual(source, output):
    # The API reference comes later; its entry is there already, so that the manual can point to it.
    api = source / "docs/api"
    api.mkdir()
    (api / "index.html").write_text("")
    command = ["sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-c", str(source / "docs"), str(source), str(output)]
    return subprocess.run(command, check=False).returncode


def is_conventional(line):
    return "is not documented" in line and CONVENTIONAL.search(line)


def reference(repository, build, output):
    log = output.parent / "doxygen.log"
    settings = (repository / "docs/Doxyfile").read_text()
    settings += f"\nOUTPUT_DIRECTORY={output}\nHTML_OUTPUT=docs/api\nWARN_LOGFILE={log}\nINPUT+={build}/include\n"
    done = subprocess.run(["doxygen", "-"], input=settings, text=True, cwd=repository, check=False)
    warnings = [line for line in log.read_text().splitlines() if re.search(r"warning|error", line) and not is_conventional(line)]
    for line in warnings:
        print(line.replace(str(repository) + "/", ""))
    return done.returncode or len(warnings)


def build(repository, tree, output):
    source = output.parent / "source"
    shutil.rmtree(output, ignore_errors=True)
    stage(repository, source)
    failures = manual(source, output)
    failures += reference(repository, tree, output)
    for line in broken_links(output):
        print(line)
        failures += 1
    front = output / "index.html"
    front.write_text('<!doctype html><meta http-equiv="refresh" content="0; url=docs/index.html"><title>tandem</title>\n')
    print(f"{output}/index.html: {len(list(output.rglob('*.html')))} pages, {failures} complaints")
    return 1 if failures else 0


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        site = pathlib.Path(folder)
        (site / "a.html").write_text('<a href="b.html#here">x</a><a href="b.html#not">x</a><a href="c.html">x</a><a href="https://x">x</a>')
        (site / "b.html").write_text('<p id="here">')
        found = list(broken_links(site))
        if len(found) != 2:
            print("\n".join(["the link checker is wrong:"] + found))
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(build(*(pathlib.Path(one).resolve() for one in sys.argv[1:])))
