#!/usr/bin/env bash
# Installs the build, moves the tree, and uses it as others would: the program, and the library in a project of its own.
#
#   bash tests/install/test_install.sh BUILD_FOLDER C++_COMPILER
set -euo pipefail

build=$1 compiler=$2
source=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../examples" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv -- "$work/first" "$work/moved"
tree=$work/moved
cp -- "$build/../photos/coffee.png" "$work/"

for file in bin/gradcut lib/gradcut/gradcut-torch lib/gradcut/libtorch_cpu.so \
    lib/libgradcut_segment.a lib/cmake/gradcut/gradcutConfig.cmake include/gradcut/segment/segmenter.h \
    include/gradcut/core/version.h share/gradcut/models/efficientnet-lite0.safetensors \
    share/gradcut/models/objectness/efficientnet-lite0.safetensors share/man/man1/gradcut.1 \
    share/bash-completion/completions/gradcut share/zsh/site-functions/_gradcut \
    share/fish/vendor_completions.d/gradcut.fish share/doc/gradcut/LICENSE share/doc/gradcut/gradcut.spdx.json \
    share/doc/gradcut/licences/{cpp-httplib,nlohmann-json3-dev,libutf8proc-dev,libcli11-dev,libboost-dev,libeigen3-dev}-copyright; do
    [[ -s $tree/$file ]] || fail "$file is not installed"
done
ls "$tree"/share/doc/gradcut/licences/torch-* "$tree"/share/doc/gradcut/licences/nvidia_* >/dev/null || fail "LibTorch's licences are not installed"
! grep -rlE '#include <(torch|ATen|c10)/' "$tree/include" || fail "a public header includes LibTorch's"
! grep -rl -- "$build" "$tree/lib/cmake" || fail "the package names the build folder"
for file in bin/gradcut lib/gradcut/gradcut-torch; do
    ! readelf -d "$tree/$file" | grep -E 'R(UN)?PATH' | grep -v '\[$ORIGIN\]' || fail "$file has a run path"
done
# Linked with directly: so its BLAS is found before the slow one that OpenCV's dependencies bring.
readelf -d "$tree/lib/gradcut/gradcut-torch" | grep -q 'NEEDED.*libtorch_cpu.so' || fail "gradcut-torch lacks LibTorch"
! readelf -d "$tree/bin/gradcut" | grep 'NEEDED.*torch' || fail "gradcut is linked with LibTorch"

cd -- "$work"
env -i PATH=/usr/bin:/bin "$tree/bin/gradcut" mask coffee.png -o masks --quiet
[[ -s masks/coffee.png ]] || fail "the installed program made no mask"

cmake -S "$source" -B example -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_BUILD_TYPE=Release >configure.log || fail "$(cat configure.log)"
cmake --build example >build.log || fail "$(cat build.log)"
# Weights are found beside LibTorch: nothing has to be said.
env -i PATH=/usr/bin:/bin OMP_NUM_THREADS=1 example/cut_out coffee.png own.png
cmp own.png masks/coffee.png || fail "library and program disagree"

cp coffee.png photo.png
cp -r masks truth && rm truth/*.json*
env -i PATH=/usr/bin:/bin OMP_NUM_THREADS=1 example/library_page >page.log
[[ -s heat.png && -s cut.png ]] && grep -q '^mean_iou *1.0000' page.log ||
    fail "what include/README.md shows: $(cat page.log)"

# run_example NAME EXPECTED ARGUMENT...: runs a program of tests/examples, which must print that.
run_example() {
    local name=$1 expected=$2
    shift 2
    env -i PATH=/usr/bin:/bin OMP_NUM_THREADS=1 "example/$name" "$@" >"$name.log" 2>"$name.err" || fail "$name: $(cat "$name.log" "$name.err")"
    grep -q -- "$expected" "$name.log" || fail "$name: $(cat "$name.log" "$name.err")"
}
mkdir photos && cp -- "$build"/../photos/*.png photos/
count=$(find photos -type f | wc -l)
run_example mask_folder "^$count made, 0 were there, 0 failed" photos folder_masks
cmp folder_masks/coffee.png own.png || fail "mask_folder and the program disagree"
run_example mask_folder "^0 made, $count were there, 0 failed" photos folder_masks
"$tree/bin/gradcut" saliency photos -o maps --save probability --quiet
run_example refine_maps "^$count refined, 0 failed" photos maps refined
run_example adapt_photos "^learned from $count photos; $count masks" photos head.safetensors adapted
rm folder_masks/*.overlay.jpg folder_masks/*.json*
run_example evaluate_masks '^mean_iou  *1.0000' folder_masks folder_masks

# The cut alone asks for nothing that it does not need.
cmake -S "$source/graphcut" -B graphcut -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_CXX_COMPILER="$compiler" \
    $(printf -- '-DCMAKE_DISABLE_FIND_PACKAGE_%s=ON ' OpenSSL PNG ZLIB PkgConfig nlohmann_json tomlplusplus) \
    -DCMAKE_BUILD_TYPE=Release >configure.log || fail "$(cat configure.log)"
cmake --build graphcut >build.log || fail "$(cat build.log)"
[[ $(graphcut/own_energy) == "labels 1 1 0, energy 2" ]] || fail "own_energy: $(graphcut/own_energy)"
! ldd graphcut/own_energy | grep -E 'crypto|png|torch' || fail "the cut alone is linked with them"

# Moved once more, after the example was linked: whoever finds LibTorch finds the weights.
mv -- "$tree" "$work/elsewhere"
env -i PATH=/usr/bin:/bin OMP_NUM_THREADS=1 LD_LIBRARY_PATH="$work/elsewhere/lib/gradcut" example/cut_out coffee.png moved.png
cmp moved.png own.png || fail "the moved tree makes another mask"
