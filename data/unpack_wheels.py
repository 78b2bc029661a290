#!/usr/bin/env python3
"""Unpack chosen files of wheels.

    unpack_wheels.py WHEELS DESTINATION PATTERN...

Unpacks from each wheel in the folder WHEELS the members that match a shell pattern (`*` also matches `/`), keeping their
paths. A pattern that matches nothing is an error. The wheels are trusted: their hashes were checked by the download.
"""

import fnmatch
import pathlib
import sys
import zipfile


def unpack(wheels, destination, patterns):
    """Unpack all matching members; returns the patterns that matched nothing."""
    unmatched = set(patterns)
    for path in sorted(pathlib.Path(wheels).glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            for member in wheel.infolist():
                matching = [pattern for pattern in patterns if fnmatch.fnmatchcase(member.filename, pattern)]
                unmatched.difference_update(matching)
                if matching and not member.is_dir():
                    wheel.extract(member, destination)
    return unmatched


def main():
    """Command line; returns the exit status."""
    if len(sys.argv) < 4:
        print("usage: unpack_wheels.py WHEELS DESTINATION PATTERN...", file=sys.stderr)
        return 2
    try:
        unmatched = unpack(sys.argv[1], sys.argv[2], sys.argv[3:])
    except (OSError, zipfile.BadZipFile) as error:
        print(f"unpack_wheels: {error}", file=sys.stderr)
        return 1
    if unmatched:
        print(f"unpack_wheels: no file in {sys.argv[1]} matches {' '.join(sorted(unmatched))}", file=sys.stderr)
    return 1 if unmatched else 0


if __name__ == "__main__":
    sys.exit(main())
