#!/usr/bin/env python3
"""Checks that two runs tell the same of the same photos, in the same order: all but times and where they were.

    python3 same_manifest.py DIR OTHER
"""

import json
import pathlib
import sys


def entries(folder):
    """Of its manifest, without what differs from run to run."""
    lines = pathlib.Path(folder, "manifest.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key not in ("milliseconds", "path", "sources")}
            for line in lines]


one, other = entries(sys.argv[1]), entries(sys.argv[2])
assert len(one) == len(other), (len(one), len(other))
for a, b in zip(one, other):
    assert a == b, (a, b)
print(f"{len(one)} entries of the manifests are the same")
