#!/usr/bin/env bash
# Sets up, builds and runs every test: the release build with the Python package and its wheel, the tests of all modules under the address and undefined-behaviour
# sanitizers, the pipeline of many jobs under the thread sanitizer, each reader's fuzzer for four seconds, and clang-tidy. Warnings are errors.
# Stops at the first step that fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

# What has been compiled before is not compiled again, wherever the clone lies: CMake and its tests take these from the environment.
# Precompiled headers are found by their text (`-fpch-preprocess`), not by when they were made.
export CMAKE_CXX_COMPILER_LAUNCHER=ccache CXXFLAGS=-fpch-preprocess
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

step() {
    echo "== step $*"
}
trap 'echo "run.sh: failed in: $BASH_COMMAND" >&2' ERR

# build PRESET [SETTING...]
build() {
    step "$1: configure"
    cmake --preset "$1" -DGRADCUT_BUILD_TESTS=ON -DGRADCUT_WERROR=ON "${@:2}"
    step "$1: build"
    cmake --build --preset "$1" -j2
}

# run_tests PRESET
run_tests() {
    step "$1: test"
    ctest --preset "$1" -j2 --no-tests=error --output-on-failure
}

step "set up"
bash data/setup.sh --tests
build release -DGRADCUT_BUILD_PYTHON=ON -DPython_EXECUTABLE="$root/build/venv/bin/python"
step "import the weights"
bash data/import_models.sh build/release/gradcut
run_tests release
step "the wheel of the Python package"
GRADCUT_WITH_TORCH=OFF bash eval/python/wheel.sh build/wheels --try
for preset in asan tsan fuzz; do
    build "$preset"
    run_tests "$preset"
done
step "clang-tidy"
bash tests/tidy.sh
step "done: all tests passed"
