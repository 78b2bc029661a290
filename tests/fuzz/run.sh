#!/usr/bin/env bash
# Fuzzes one reader, or each of them in turn.
#
#   cmake --preset fuzz && cmake --build --preset fuzz -j2
#   bash tests/fuzz/run.sh READER|all [SECONDS]         (60 by default)
#   bash tests/fuzz/run.sh list
#
# It begins with tests/fuzz/corpus, the files of make_seeds.py and what earlier runs left in build/fuzz/corpus. A finding is a file in
# build/fuzz/findings/READER; its report is printed, and in build/fuzz/log/READER. Each run adds a line to build/fuzz/runs.tsv:
# reader, seconds, executions, edges covered, features, files in the corpus, findings so far. Exit status 1: something was found.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
cd -- "$root"
fuzzer=build/fuzz/tests/gradcut_fuzz
python=/usr/bin/python3

die() {
    echo "run.sh: $*" >&2
    exit 2
}

[[ -x $fuzzer ]] || die "no $fuzzer: cmake --preset fuzz && cmake --build --preset fuzz -j2"
(($# >= 1 && $# <= 2)) || die "usage: run.sh READER|all|list [SECONDS]"
mapfile -t readers < <(grep -oE 'Reader\{"[a-z_]+"' tests/fuzz/readers.cc | cut -d'"' -f2)
if [[ $1 == list ]]; then
    printf '%s\n' "${readers[@]}"
    exit 0
fi
[[ $1 == all ]] || readers=("$1")
[[ -d build/fuzz/seeds ]] || "$python" tests/fuzz/make_seeds.py build/fuzz/seeds

# What runs in memory is written there too; what is not ours leaks and allocates as it likes.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1:symbolize=1
export LSAN_OPTIONS=suppressions=$root/tests/fuzz/leaks.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1
export TMPDIR=/dev/shm
symbolizer=$(command -v llvm-symbolizer-14 || true)
export ASAN_SYMBOLIZER_PATH=$symbolizer

# libFuzzer's limits on one input: a hang, and memory that a small file has no business to take.
limits=(-timeout=120 -rss_limit_mb=2560 -malloc_limit_mb=1024)

longest_of() {
    case $1 in
        *_flag | run_lengths | polygon) echo 256 ;;
        heif | metadata) echo 16384 ;;
        *) echo 8192 ;;
    esac
}

# report LOG: what was found, and the lines of our own that it came through.
report() {
    grep -m1 -A1 -E 'terminate called|runtime error|ERROR: ' "$1" || true
    grep -E '^ +#[0-9]+ .*/(src|tests/fuzz)/' "$1" | sed 's|.* /[^ ]*\.\./\.\./|    |' | head -8 || true
}

# fuzz READER SECONDS
fuzz() {
    local reader=$1 status=0 summary
    local corpus=build/fuzz/corpus/$reader findings=build/fuzz/findings/$reader log=build/fuzz/log/$reader
    mkdir -p "$corpus" "$findings" build/fuzz/log build/fuzz/seeds/"$reader" tests/fuzz/corpus/"$reader"
    local dictionary=()
    [[ ! -e tests/fuzz/dictionaries/$reader.dict ]] || dictionary=(-dict=tests/fuzz/dictionaries/"$reader".dict)
    READER=$reader "$fuzzer" -max_total_time="$2" -max_len="$(longest_of "$reader")" "${limits[@]}" "${dictionary[@]}" \
        -artifact_prefix="$findings/" -print_final_stats=1 -verbosity=1 \
        "$corpus" tests/fuzz/corpus/"$reader" build/fuzz/seeds/"$reader" >"$log" 2>&1 || status=$?
    summary=$(awk '/ cov: /{ for (i = 1; i < NF; ++i) { if ($i == "cov:") cov = $(i + 1); if ($i == "ft:") ft = $(i + 1) } }
                   /number_of_executed_units/{ n = $2 } /^#[0-9]+/{ if (!n) last = substr($1, 2) }
                   END { print (n ? n : last) "\t" cov "\t" ft }' "$log")
    printf '%s\t%s\t%s\t%s\t%s\n' "$reader" "$2" "$summary" "$(find "$corpus" -type f | wc -l)" \
        "$(find "$findings" -type f | wc -l)" | tee -a build/fuzz/runs.tsv
    ((status == 0)) || { report "$log"; }
    ((status == 0)) || return 1
}

failed=0
for reader in "${readers[@]}"; do
    fuzz "$reader" "${2-60}" || failed=1
done
exit $failed
