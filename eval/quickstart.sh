#!/usr/bin/env bash
# From a bare machine to masks of sample photos: sets up, builds Release into build/release, imports the weights into
# build/models, masks build/photos into build/quickstart. Safe to run again, then quick.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

step() {
    echo "== step $*"
}
trap 'echo "quickstart.sh: failed in: $BASH_COMMAND" >&2' ERR

step "set up"
bash data/setup.sh
step "configure"
cmake --preset release -DGRADCUT_BUILD_TESTS=OFF
step "build"
cmake --build --preset release -j2
step "import the weights"
bash data/import_models.sh build/release/gradcut
step "mask the sample photos"
build/release/gradcut mask build/photos -o build/quickstart --save mask,heatmap,overlay
step "done"
echo "Look at $root/build/quickstart: NAME.png is the mask, NAME.heatmap.png the heat map, NAME.overlay.jpg both on the photo."
echo "Your own photos: build/release/gradcut mask FOLDER -o OUTPUT"
