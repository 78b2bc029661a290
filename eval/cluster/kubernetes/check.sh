#!/usr/bin/env bash
# Holds the manifests to the schemas of Kubernetes, without a cluster: strictly, so that a misspelt field is an error. Then
# breaks one, to see that the check can fail.
#
#   bash eval/cluster/kubernetes/check.sh [PYTHON]
#
# PYTHON has the package kubernetes-validate.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
python=${1:-python3}
check() {
    "$python" -m kubernetes_validate --strict --kubernetes-version "$1" "${@:2}"
}
for version in 1.29 1.33; do
    check "$version" "$here/job.yaml" "$here/merge.yaml"
done
broken=$(mktemp)
trap 'rm -f -- "$broken"' EXIT
sed 's/completionMode/completionMood/' "$here/job.yaml" >"$broken"
if check 1.33 "$broken" >/dev/null 2>&1; then
    echo "a misspelt field was not found" >&2
    exit 1
fi
echo "the manifests hold to the schemas"
