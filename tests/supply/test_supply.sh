#!/usr/bin/env bash
# What gradcut is made of: the program is hardened, starts no shell, everything that is fetched is pinned and a changed or cut file
# refused, and the list of parts is whole.
#
#   bash tests/supply/test_supply.sh BUILD_FOLDER
set -euo pipefail

build=$(cd -- "$1" && pwd)
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# ---- The program

# `grep -q` would leave its pipe early, which fails the line (pipefail).
# Whether every protection is there. With `--` the same is asked of a program that has none.
is_hardened() {
    readelf -hW "$1" | grep 'Type:.*DYN' > /dev/null || { echo "no position-independent program" && return 1; }
    readelf -lW "$1" | grep GNU_RELRO > /dev/null || { echo "no RELRO" && return 1; }
    readelf -dW "$1" | grep -E 'BIND_NOW|FLAGS_1.*NOW' > /dev/null || { echo "symbols are bound late" && return 1; }
    readelf -lW "$1" | grep GNU_STACK | grep -v 'RWE' > /dev/null || { echo "the stack can be run" && return 1; }
    readelf -sW --dyn-syms "$1" | grep '__stack_chk_fail' > /dev/null || { echo "no canaries on stacks" && return 1; }
    readelf -sW --dyn-syms "$1" | grep -E '__(mem|str|f?printf|read|fread|snprintf|vsnprintf)[a-z]*_chk' > /dev/null || { echo "copies are not checked" && return 1; }
    [[ $(objdump -d --no-show-raw-insn "$1" | grep -c endbr64) -gt 1000 ]] || { echo "no marks where jumps may lead to" && return 1; }
}

for program in gradcut lib/gradcut/gradcut-torch; do
    is_hardened "$build/$program" || fail "$program: see above"
done
echo 'int main() { return 0; }' >"$work/soft.c"
gcc -no-pie -fno-stack-protector -fcf-protection=none -Wl,-z,norelro -o "$work/soft" "$work/soft.c"
! is_hardened "$work/soft" >/dev/null || fail "a program without protections passes"

# ---- No shell

# files_that_call NAMES: the sources that call one of these functions.
files_that_call() {
    grep -rlE "(^|[^A-Za-z0-9_.>])(std::|::)?($1)[[:space:]]*\(" "${2:-$root}/src" "${2:-$root}/include" \
        --include='*.cc' --include='*.h' --include='*.in' | sed 's|.*/src/||' | sort | paste -sd' ' || true
}
shells=$(files_that_call 'system|popen|wordexp')
[[ -z $shells ]] || fail "something starts a shell: $shells"
# The part of the program that has LibTorch, and xdg-open with one argument.
others=$(files_that_call 'fork|vfork|exec[lv]p?e?|posix_spawnp?')
[[ $others == "cli/commands/edit_command.cc cli/torch_body.cc" ]] || fail "something else starts a program: $others"
mkdir -p "$work/bad/src" "$work/bad/include"
echo 'int x = system("ls");' >"$work/bad/src/bad.cc"
[[ $(files_that_call 'system|popen|wordexp' "$work/bad") == bad.cc ]] || fail "a call of system is not found"

# ---- What is fetched

while read -r line; do
    [[ $line =~ ^[a-z0-9_.-]+==[0-9.]+\ --hash=sha256:[0-9a-f]{64}$ ]] || fail "data/wheels.txt: not pinned: $line"
done < <(grep -vE '^(#|$)' "$root/data/wheels.txt")
while read -r line; do
    [[ $line =~ ^[0-9a-f]{64}\ \ [A-Za-z0-9._-]+$ ]] || fail "a checksum list has: $line"
done < <(cat "$root"/data/*.sha256)
! grep -nE '\b(curl|wget|git clone)\b' "$root/data/setup.sh" || fail "setup.sh fetches past its checksums"

# The functions of setup.sh themselves, with lists and files of this test.
functions() {
    printf 'set -euo pipefail\npython=/usr/bin/python3\nroot=.\ndie() { echo "$*" >&2; exit 1; }\n'
    sed -nE '/^(part_of_lock|download|install_verified|verified)\(\) \{/,/^\}/p' "$root/data/setup.sh"
}
cd -- "$work"
mkdir data from to
echo "a photo" >from/photo.jpg
(cd from && sha256sum photo.jpg) >list
bash -c "$(functions); install_verified list from to" || fail "a right file is refused"
[[ -s to/photo.jpg ]] || fail "a right file is not installed"
echo "another photo" >from/photo.jpg
! bash -c "$(functions); install_verified list from other" 2>said || fail "a changed file is accepted"
grep -q "checksums differ" said || fail "of a changed file is said: $(cat said)"
printf 'a ph' >from/photo.jpg
! bash -c "$(functions); install_verified list from other" 2>said || fail "a cut file is accepted"
[[ ! -e other/photo.jpg ]] || fail "a wrong file is installed"

/usr/bin/python3 - <<'PYTHON'
import zipfile
with zipfile.ZipFile("tiny-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "x = 1\n" * 200)
    wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("tiny-1.0.dist-info/RECORD", "")
PYTHON
printf '# part: tiny\ntiny==1.0 --hash=sha256:%s\n' "$(sha256sum tiny-*.whl | cut -d' ' -f1)" >data/wheels.txt
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$work PIP_CONFIG_FILE=/dev/null
bash -c "$(functions); download tiny right" || fail "a right wheel is refused"
[[ -s right/tiny-1.0-py3-none-any.whl ]] || fail "a right wheel is not there"
cp tiny-*.whl kept
printf 'y' | dd of=tiny-1.0-py3-none-any.whl bs=1 seek=60 conv=notrunc status=none
! bash -c "$(functions); download tiny changed" 2>said || fail "a changed wheel is accepted"
grep -qi "hash" said || fail "of a changed wheel is said: $(cat said)"
head -c 500 kept >tiny-1.0-py3-none-any.whl
! bash -c "$(functions); download tiny cut" 2>said || fail "a cut wheel is accepted"
[[ ! -e changed/tiny-1.0-py3-none-any.whl && ! -e cut/tiny-1.0-py3-none-any.whl ]] || fail "a wrong wheel stays"

# ---- Weights

models=$root/build/models
[[ ! -s $models/efficientnet-lite0.safetensors ]] || {
    "$build/gradcut" models check "$models/efficientnet-lite0.safetensors" >/dev/null || fail "models check refuses good weights"
    head -c 100000 "$models/efficientnet-lite0.safetensors" >cut.safetensors
    ! "$build/gradcut" models check cut.safetensors >said 2>&1 || fail "models check accepts cut weights"
    grep -q "cut.safetensors.*truncated" said || fail "of cut weights is said: $(cat said)"
}

# ---- The list of parts

/usr/bin/python3 - "$build/gradcut.spdx.json" "$root" <<'PYTHON'
import json, pathlib, re, subprocess, sys
sbom = json.loads(pathlib.Path(sys.argv[1]).read_text())
root = pathlib.Path(sys.argv[2])
assert sbom["spdxVersion"] == "SPDX-2.3" and sbom["dataLicense"] == "CC0-1.0"
packages = {package["name"]: package for package in sbom["packages"]}
assert packages["gradcut"]["licenseDeclared"] == "MIT"
ids = {package["SPDXID"] for package in sbom["packages"]} | {file["SPDXID"] for file in sbom["files"]} | {"SPDXRef-DOCUMENT"}
assert len(ids) == len(sbom["packages"]) + len(sbom["files"]) + 1, "ids stand twice"
for relation in sbom["relationships"]:
    assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= ids, relation
for package in packages.values():
    assert package["versionInfo"] and package["downloadLocation"], package
# Each library that the program is linked with belongs to one of them.
wheels = re.findall(r"^([a-z0-9_-]+)==([0-9.]+)", (root / "data/wheels.txt").read_text().split("# part: models")[0], re.M)
for name, version in wheels:
    assert packages[name]["versionInfo"] == version and packages[name]["checksums"], name
for name in ("libopencv-core-dev", "libpng-dev", "nlohmann-json3-dev", "libcpp-httplib-dev"):
    assert name in packages, name
heads = {file["fileName"] for file in sbom["files"]}
assert any("efficientnet-lite0" in name for name in heads), heads
print(len(packages), "packages in the list of parts")
PYTHON
