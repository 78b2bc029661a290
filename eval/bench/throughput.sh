#!/usr/bin/env bash
# throughput.sh PHOTOS [COUNT]: photos a second of gradcut, of two Python programs that do the same (eval/peers), and of the
# gradient passes alone, on the first COUNT (200) photos of a folder. Sets up what is missing (build/peers, 6 GB).
# ROUNDS (3) rounds of all programs, one after the other; the table has the medians. Whole processes, start-up included.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
source=$(realpath -- "$1")
count=${2:-200}
rounds=${ROUNDS:-3}
python=${PEERS_PYTHON:-$root/build/peers/bin/python}
cd -- "$root"

bash data/setup.sh >/dev/null
cmake --preset release -DGRADCUT_BUILD_BENCHMARKS=ON >/dev/null
cmake --build --preset release -j2 --target gradcut_cli gradient_floor >/dev/null
bash data/import_models.sh build/release/gradcut >/dev/null
if [ ! -x "$python" ]; then
    python3 -m venv build/peers
    build/peers/bin/pip install --quiet -r eval/peers/requirements.txt
fi

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/photos"
find "$source" -maxdepth 1 -type f | sort | sed -n "1,${count}p" | while read -r photo; do ln -s -- "$photo" "$work/photos/"; done

# timed NAME COMMAND...: one line "NAME seconds processor-seconds kilobytes" into the results.
timed() {
    local name=$1
    shift
    /usr/bin/time -o "$work/time" -f "%e %U %S %M" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    awk -v name="$name" '{print name, $1, $2 + $3, $4}' "$work/time" >>"$work/results"
}

gradcut() {
    local name=$1 command=$2
    shift 2
    rm -rf -- "$work/out"
    timed "$name" build/release/gradcut "$command" "$work/photos" -o "$work/out" --quiet "$@"
}

peer() {
    rm -rf -- "$work/out"
    timed "$1" "$python" "eval/peers/$2.py" "$work/photos" "$work/out" --threads "$3" --processes "$4"
}

floor() {
    # With large pages, as `mask` asks for them.
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
    build/release/gradient_floor build/models/efficientnet-lite0.safetensors "$work/photos" "$1" 2 |
        awk -v name="passes-of-$1" -v n="$count" '{print name, $1 * n, $2 * n, 0}' >>"$work/results"
}

for ((round = 0; round < rounds; ++round)); do
    for preset in classic fast best; do
        gradcut "$preset" mask --preset "$preset" --jobs 2
        gradcut "$preset-1-job" mask --preset "$preset" --jobs 1
    done
    gradcut fast-heat-maps saliency --preset fast --jobs 2
    for preset in classic fast best; do floor "$preset"; done
    peer gradcam-grabcut-2-threads gradcam_grabcut 2 1
    peer gradcam-grabcut-2-processes gradcam_grabcut 1 2
    peer gradient-grabcut-2-threads gradient_grabcut 2 1
    peer gradient-grabcut-2-processes gradient_grabcut 1 2
done

python3 - "$work/results" "$count" <<'EOF'
import statistics, sys

runs = {}
for line in open(sys.argv[1]):
    name, *values = line.split()
    runs.setdefault(name, []).append([float(value) for value in values])
count = int(sys.argv[2])
median = {name: [statistics.median(column) for column in zip(*values)] for name, values in runs.items()}
print(f"{'program':<30} {'photos/s':>9} {'processor ms a photo':>21} {'peak MB':>8}")
for name, (seconds, processor, kilobytes) in median.items():
    print(f"{name:<30} {count / seconds:9.2f} {1e3 * processor / count:21.1f} {kilobytes / 1024:8.0f}")

def faster(name, others):
    return min(median[other][0] for other in others) / median[name][0]

gradcam = ["gradcam-grabcut-2-threads", "gradcam-grabcut-2-processes"]
twin = ["gradient-grabcut-2-threads", "gradient-grabcut-2-processes"]
print(f"fast against the Grad-CAM glue at its best: {faster('fast', gradcam):.1f} times")
print(f"best against the Grad-CAM glue at its best: {faster('best', gradcam):.1f} times")
print(f"classic against its twin at its best: {faster('classic', twin):.1f} times")
for preset in ("classic", "fast", "best"):
    print(f"{preset}: two jobs against one {faster(preset, [preset + '-1-job']):.2f} times, processor time "
          f"{median[preset][1] / median['passes-of-' + preset][1]:.2f} times that of its first look's gradient passes")
EOF
