#!/usr/bin/env bash
# The peak of a run's resident memory, after its first images and at its end.
#
#   bash eval/memory.sh FIRST COMMAND...
#
# COMMAND is a gradcut that fills a folder (-o DIR): the first figure is that of when DIR's manifest has FIRST lines. With
# FIRST 0 any command will do.
set -euo pipefail

(($# >= 2)) || { echo "usage: bash eval/memory.sh FIRST COMMAND..." >&2 && exit 2; }
first=$1
shift
folder=
for ((i = 1; i < $#; ++i)); do
    [[ ${!i} != -o ]] || { i=$((i + 1)) && folder=${!i}; }
done

"$@" &
process=$!
peak=0 early=
while kill -0 "$process" 2>/dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null || true)
    peak=${now:-$peak}
    if [[ -z $early && $first -gt 0 && -e $folder/manifest.jsonl.partial ]]; then
        (($(wc -l <"$folder/manifest.jsonl.partial") < first)) || early=$peak
    fi
    sleep 0.05
done
status=0
wait "$process" || status=$?
[[ -z $early ]] || echo "peak after the first $first images: $((early / 1000)) MB"
echo "peak at the end: $((peak / 1000)) MB"
exit "$status"
