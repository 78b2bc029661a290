#!/usr/bin/env bash
# Imports the network weights that setup.sh fetched: makes of them the files that gradcut loads.
#
#   bash data/import_models.sh PROGRAM
#
# PROGRAM is a gradcut that was built: build/release/gradcut. `gradcut models import` makes build/models/NAME.safetensors
# of build/pth/NAME.pth, for every NAME of models.sha256 that is not there already with that checksum. Safe to interrupt
# and to run again.
set -euo pipefail

die() {
    echo "import_models.sh: $*" >&2
    exit 1
}

(($# == 1)) || { echo "usage: bash data/import_models.sh PROGRAM" >&2 && exit 2; }
[[ -f $1 && -x $1 ]] || die "$1: no such program (build it first)"
program=$(realpath -- "$1")

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"

# is_right NAME LIST FOLDER: whether a file is there with its checksum of a list.
is_right() {
    awk -v name="$1" '$2 == name' "$2" | (cd -- "$3" 2>/dev/null && sha256sum --quiet --strict -c -) >/dev/null 2>&1
}

mkdir -p build/models
exec 9>build/.setup.lock # setup.sh's: what it is fetching is waited for
flock -n 9 || { echo "waiting for another setup to end" && flock 9; }
rm -rf -- build/import.?????? # left by a killed run
trap 'rm -rf -- build/import.??????' EXIT
work=$(mktemp -d build/import.XXXXXX)
mapfile -t files < <(awk '{ print $2 }' data/models.sha256)
for file in "${files[@]}"; do
    ! is_right "$file" data/models.sha256 build/models || continue
    name=${file%.safetensors}
    is_right "$name.pth" data/pth.sha256 build/pth || die "build/pth/$name.pth is not there or damaged: run bash data/setup.sh"
    echo "importing $name"
    "$program" models import "build/pth/$name.pth" --arch "$name" -o "$work/$file" 9>&- >/dev/null ||
        die "$name could not be imported (see above)"
    is_right "$file" data/models.sha256 "$work" || die "$name: what $program makes of it differs from data/models.sha256"
    mv -f -- "$work/$file" "build/models/$file"
done
