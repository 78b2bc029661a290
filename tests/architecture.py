#!/usr/bin/env python3
"""Checks that the code is what the ladder of modules says.

    python3 tests/architecture.py build/release/ladder.txt

The ladder stands in src/CMakeLists.txt, which writes it to the file named. Fails with a line for each
module that includes a header of one that it may not use, for each .cc file without a header of its name,
and unless src/README.md shows the ladder as it is.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WITHOUT_HEADER = {"src/cli/main.cc", "src/python/core.cc", "src/pysegmenter/segmenter.cc"}


def read_ladder(path):
    """Module -> those that it may use."""
    ladder = {}
    for line in pathlib.Path(path).read_text().splitlines():
        name, _, uses = line.partition("|")
        ladder[name.strip()] = set(uses.split())
    return ladder


def sources():
    """(module, file) for every header and source of a module."""
    for base in (ROOT / "src", ROOT / "include" / "gradcut"):
        for file in sorted(base.rglob("*")):
            if file.suffix in (".cc", ".h"):
                yield file.relative_to(base).parts[0], file


def problems(ladder, ladder_text):
    for module, file in sources():
        name = file.relative_to(ROOT)
        if module not in ladder:
            yield f"{name}: lies in no module of the ladder"
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            include = re.match(r'#include "(?:gradcut/)?([a-z]+)/', line)
            if include and include[1] != module and include[1] not in ladder[module]:
                yield f"{name}:{number}: module {module} may not use {include[1]}"
        if file.suffix == ".cc" and str(name) not in WITHOUT_HEADER:
            beside = file.with_suffix(".h")
            public = ROOT / "include" / "gradcut" / file.relative_to(ROOT / "src").with_suffix(".h")
            if not beside.exists() and not public.exists():
                yield f"{name}: has no header of its name"
    guide = ROOT / "src" / "README.md"
    shown = re.search(r"```ladder\n(.*?)```", guide.read_text() if guide.exists() else "", re.DOTALL)
    if shown is None or shown[1] != ladder_text:
        yield f"{guide.relative_to(ROOT)}: its ```ladder block must read\n{ladder_text}"


def main():
    found = list(problems(read_ladder(sys.argv[1]), pathlib.Path(sys.argv[1]).read_text()))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
