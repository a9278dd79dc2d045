"""Every sample has a row in docs/gallery.md and a test that looks at its output, and every row has a sample.

    gallery.py SOURCE       prints what is missing and fails
    gallery.py --self-test  plants one fault of each kind and expects it to be found
"""
import pathlib
import re
import sys
import tempfile


def samples_in(root):
    """Paths below samples/ without ending; a folder's main.cpp is the folder."""
    found = set()
    for source in sorted((root / "samples").rglob("*.cpp")):
        name = source.relative_to(root / "samples").with_suffix("")
        found.add((name.parent if name.name in ("main", name.parent.name) else name).as_posix())
    return found


def rows_of(text):
    """What stands in the column `program` of every table."""
    rows, column = set(), None
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
        if len(cells) < 3:
            column = None
        elif "program" in cells:
            column = cells.index("program")
        elif column is not None and cells[column].startswith("`"):
            rows.add(cells[column].strip("`"))
    return rows


def faults(root):
    samples = samples_in(root)
    rows = rows_of((root / "docs/gallery.md").read_text())
    tests = (root / "tests/samples/CMakeLists.txt").read_text()
    tested = set(re.findall(r'(?:tandem_sample_test\(|NAME "sample: )([a-z0-9_]+)', tests))
    yield from (f"{name}: no row in docs/gallery.md" for name in sorted(samples - rows))
    yield from (f"{name}: in docs/gallery.md, but no sample" for name in sorted(rows - samples))
    yield from (f"{name}: not run by tests/samples" for name in sorted(samples)
                if name.rsplit("/", 1)[-1] not in tested)


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ("a/one.cpp", "a/two.cpp", "three/main.cpp", "four/four.cpp"):
            (root / "samples" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "samples" / name).touch()
        (root / "docs").mkdir()
        (root / "docs/gallery.md").write_text(
            "| program | for |\n| --- | --- |\n| `three` | x |\n| `four` | x |\n| `gone` | x |\n\n"
            "| in | program |\n| --- | --- |\n| `p \\| q` | `a/one` |\n")
        (root / "tests/samples").mkdir(parents=True)
        (root / "tests/samples/CMakeLists.txt").write_text(
            'tandem_sample_test(one "x")\ntandem_sample_test(two "x")\nadd_test(NAME "sample: three" COMMAND three)\n')
        found = list(faults(root))
    expected = ["a/two: no row in docs/gallery.md", "gone: in docs/gallery.md, but no sample",
                "four: not run by tests/samples"]
    if found != expected:
        sys.exit(f"expected {expected}, found {found}")


if sys.argv[1] == "--self-test":
    self_test()
else:
    missing = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(missing) or "the gallery is complete")
    sys.exit(1 if missing else 0)
