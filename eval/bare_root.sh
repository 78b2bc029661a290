#!/usr/bin/env bash
# Proves the quick start on a bare system: a minimal Debian or Ubuntu root, a copy of HEAD, one command, its wall time.
#
#   bash eval/bare_root.sh DIR [COMMAND...]
#
# DIR is where the root is made: a new or empty folder, 6 GB free. It is kept, for a look; delete it afterwards. COMMAND
# runs in the copy of the project inside (default: bash eval/quickstart.sh). Needs root, debootstrap and git.
# Release, mirror and keys are those of this machine's apt; proxies, pip's settings and certificates are handed on.
# FILES="FILE..." are copied to /opt/files, for COMMAND to use.
# Another release: SUITE=noble MIRROR=http://archive.ubuntu.com/ubuntu COMPONENTS="main universe" bash eval/bare_root.sh DIR
# The mounts live in a namespace of their own: they vanish with this script, however it ends.
set -euo pipefail

die() {
    echo "bare_root.sh: $*" >&2
    exit 1
}

(($#)) || { echo "usage: bash eval/bare_root.sh DIR [COMMAND...]" >&2 && exit 2; }
((EUID == 0)) || die "needs root"
for tool in debootstrap git unshare apt-get; do
    command -v "$tool" >/dev/null || die "needs $tool"
done
if [[ ${GRADCUT_BARE_ROOT_INSIDE:-} != "$$" ]]; then
    export GRADCUT_BARE_ROOT_INSIDE=$$ # exec keeps the process id
    exec unshare --mount --propagation private bash "${BASH_SOURCE[0]}" "$@"
fi

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
target=$1
shift
(($#)) || set -- bash eval/quickstart.sh
mkdir -p -- "$target"
target=$(cd -- "$target" && pwd)
[[ -z $(ls -A -- "$target") ]] || die "$target is not empty"

# shellcheck source=/dev/null
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
# shellcheck disable=SC2016
mirror=${MIRROR:-$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == suite { print $2; exit }')}
[[ -n $mirror ]] || die "apt on this machine has no mirror of $suite: set MIRROR"
# A release with a mirror of its own comes with its own keys, which this machine may not have.
trust=()
[[ -z ${MIRROR:-} ]] || trust=(--no-check-gpg)
# All releases of Ubuntu share one script; an older debootstrap lacks the newest names for it.
script=()
[[ -e /usr/share/debootstrap/scripts/$suite ]] || script=(gutsy)

echo "== step make a minimal $suite root"
debootstrap --variant=minbase "${trust[@]}" "$suite" "$target" "$mirror" "${script[@]}" >"$target.log" 2>&1 ||
    { tail -n 5 -- "$target.log" >&2 && die "debootstrap failed, see $target.log"; }
rm -f -- "$target.log"

echo "== step copy settings and the project"
if [[ -n ${MIRROR:-} ]]; then
    for pocket in "$suite" "$suite-updates"; do
        echo "deb $mirror $pocket ${COMPONENTS:-main}"
    done >"$target/etc/apt/sources.list"
else
    rm -rf -- "$target/etc/apt"
    cp -a /etc/apt "$target/etc/apt"
fi
cp -L /etc/resolv.conf /etc/hosts "$target/etc/"
[[ ! -d /usr/share/keyrings ]] || cp -an /usr/share/keyrings/. "$target/usr/share/keyrings/"
[[ ! -e /etc/pip.conf ]] || cp -L /etc/pip.conf "$target/etc/pip.conf"
settings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "TERM=${TERM:-dumb}")
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_DEFAULT_TIMEOUT; do
    [[ -z ${!name:-} ]] || settings+=("$name=${!name}")
done
# Outside the folder that the package ca-certificates writes to: this machine may trust a certificate of its own.
for bundle in "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
    if [[ -n $bundle && -e $bundle ]]; then
        cp -L -- "$bundle" "$target/opt/certificates.crt"
        settings+=(PIP_CERT=/opt/certificates.crt REQUESTS_CA_BUNDLE=/opt/certificates.crt)
        break
    fi
done
mkdir -- "$target/opt/gradcut"
git -C "$project" archive HEAD | tar -x -C "$target/opt/gradcut"
mkdir -- "$target/opt/files"
# shellcheck disable=SC2086
[[ -z ${FILES:-} ]] || cp -- $FILES "$target/opt/files/"
mount -t proc proc "$target/proc"
mount --rbind /dev "$target/dev"

echo "== step run: $*"
start=$EPOCHREALTIME
status=0
env -i "${settings[@]}" chroot "$target" bash -c 'cd /opt/gradcut && exec "$@"' - "$@" || status=$?
seconds=$(awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.1f", end - start }')
echo "== step ended after $seconds s with exit status $status: $*"
exit "$status"
