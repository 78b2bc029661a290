#!/usr/bin/env bash
# Sets up, builds and runs every test: the release build with all tests, then those without LibTorch under the address
# and undefined-behaviour sanitizers, and the pipeline of many jobs under the thread sanitizer. Stops at the first step
# that fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

step() {
    echo "== step $*"
}
trap 'echo "run.sh: failed in: $BASH_COMMAND" >&2' ERR

# build_and_test PRESET
build_and_test() {
    step "$1: configure"
    cmake --preset "$1" -DGRADCUT_BUILD_TESTS=ON
    step "$1: build"
    cmake --build --preset "$1" -j2
    step "$1: test"
    ctest --preset "$1" --no-tests=error --output-on-failure
}

step "set up"
bash data/setup.sh --tests
step "data scripts: test"
/usr/bin/python3 tests/data/convert_torch_test.py
build_and_test release
build_and_test asan
build_and_test tsan
step "done: all tests passed"
