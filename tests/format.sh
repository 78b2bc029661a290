#!/usr/bin/env bash
# Fails and shows the lines when a C++ file is not formatted as .clang-format says.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
find include src tests eval \( -name '*.h' -o -name '*.cc' \) -print0 |
    xargs -0 clang-format-14 --dry-run --Werror
