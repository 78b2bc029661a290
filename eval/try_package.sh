#!/usr/bin/env bash
# Uses a package of `cpack` as one would on a machine that has nothing else: installs it, masks photos, watches a folder.
#
#   bash eval/try_package.sh PACKAGE PHOTOS [LIBRARY_PACKAGE...]
#
# PACKAGE is a .deb, or a .tar.gz for which the packages of its libraries are installed. PHOTOS is a folder that holds a
# coffee.png. For a machine of its own, as it installs packages:
#
#   FILES="build/packages/*.deb build/photos/*" bash eval/bare_root.sh DIR bash -c \
#       'bash eval/try_package.sh /opt/files/*.deb /opt/files'
set -euo pipefail

(($# >= 2)) || { echo "usage: bash eval/try_package.sh PACKAGE PHOTOS [LIBRARY_PACKAGE...]" >&2 && exit 2; }
package=$1 photos=$2
shift 2

step() {
    echo "== step $*"
}
trap 'echo "try_package.sh: failed in: $BASH_COMMAND" >&2' ERR
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

step "install $package $*"
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3)
"${apt[@]}" update >"$work/log" 2>&1 || { cat "$work/log" && false; }
before=$(dpkg-query -f '.\n' -W | wc -l)
tree=/usr
[[ $package == *.tar.gz ]] || set -- "$package"
"${apt[@]}" install -y --no-install-recommends "$@" >"$work/log" 2>&1 || { cat "$work/log" && false; }
if [[ $package == *.tar.gz ]]; then
    tree=$work/tree
    mkdir -- "$tree"
    tar -xf "$package" -C "$tree" --strip-components=1
fi
echo "$(($(dpkg-query -f '.\n' -W | wc -l) - before)) packages more; $(du -sh --apparent-size "$tree/lib/gradcut" | cut -f1) of LibTorch"
! command -v python3 c++ || { echo "this is no bare machine" >&2 && exit 1; }
PATH=$tree/bin:$PATH

step "doctor"
cd -- "$work"
gradcut --version
gradcut doctor
# minbase leaves manual pages out of what dpkg installs.
[[ $package != *.tar.gz ]] || ls -l "$tree/share/man/man1/gradcut.1"
[[ $package != *.deb ]] || dpkg -L gradcut | grep -x /usr/share/man/man1/gradcut.1

step "mask"
mkdir photos incoming
cp -- "$photos"/*.png "$photos"/*.jpg photos/
gradcut mask photos -o masks --save mask,overlay,cutout
gradcut report masks

step "mask --watch"
gradcut mask --watch incoming -o arrived &
sleep 2
cp -- "$photos/coffee.png" incoming/
for _ in {1..100}; do
    [[ ! -e arrived/coffee.png ]] || break
    sleep 0.1
done
kill -INT $!
wait $!
cmp masks/coffee.png arrived/coffee.png
step "done: it works, from $tree/bin/gradcut"
