#!/usr/bin/env bash
# Installs the build, moves the tree, and uses it as others would: the program, and the library in a project of its own.
#
#   bash tests/install/test_install.sh BUILD_FOLDER C++_COMPILER
set -euo pipefail

build=$1 compiler=$2
source=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
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
    share/fish/vendor_completions.d/gradcut.fish share/doc/gradcut/LICENSE; do
    [[ -s $tree/$file ]] || fail "$file is not installed"
done
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
[[ -s heat.png && -s cut.png ]] && grep -q '^mean_iou *1.0000' page.log || fail "README's examples: $(cat page.log)"

# Moved once more, after the example was linked: whoever finds LibTorch finds the weights.
mv -- "$tree" "$work/elsewhere"
env -i PATH=/usr/bin:/bin OMP_NUM_THREADS=1 LD_LIBRARY_PATH="$work/elsewhere/lib/gradcut" example/cut_out coffee.png moved.png
cmp moved.png own.png || fail "the moved tree makes another mask"
