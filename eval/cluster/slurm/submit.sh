#!/usr/bin/env bash
# Runs gradcut over many photos as a Slurm job array, and merges what the tasks have made.
#
#   bash submit.sh --shards N -o DIR [options] -- mask PHOTOS [flags of gradcut]
#
#   --shards N         tasks; gradcut plan says how many for tasks of about an hour
#   -o DIR             where all nodes can write; the results, and DIR/slurm with what the tasks said
#   --only I,J-K       these shards alone: what gradcut merge said is to be run again
#   --partition NAME   of Slurm
#   --time T           at most for one task (default 02:00:00); 2 minutes before, the task ends by itself and is queued again
#   --cpus N           cores a task (default 1), as --jobs
#   --gpus N           GPUs a task (default 0)
#   --at-once N        tasks at a time (default: as many as there is room for)
#   --weights DIR      weights to copy once onto each node
#   --gradcut FILE     the program, where all nodes have it (default: the one in PATH)
#   --wait             until all of it is done
#
# Prints the number of the array and of the job that merges. That one runs when all tasks have ended, well or not, and its
# exit status says whether anything is missing.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
shards="" output="" only="" partition="" time=02:00:00 cpus=1 gpus=0 at_once="" weights="" gradcut="" wait=0

die() {
    echo "submit.sh: $*" >&2
    exit 2
}

while (($#)); do
    case $1 in
        --shards) shards=${2:?} && shift 2 ;;
        -o) output=${2:?} && shift 2 ;;
        --only) only=${2:?} && shift 2 ;;
        --partition) partition=${2:?} && shift 2 ;;
        --time) time=${2:?} && shift 2 ;;
        --cpus) cpus=${2:?} && shift 2 ;;
        --gpus) gpus=${2:?} && shift 2 ;;
        --at-once) at_once=${2:?} && shift 2 ;;
        --weights) weights=${2:?} && shift 2 ;;
        --gradcut) gradcut=${2:?} && shift 2 ;;
        --wait) wait=1 && shift ;;
        --) shift && break ;;
        *) die "unknown: $1 (what is for gradcut stands behind --)" ;;
    esac
done
[[ $shards =~ ^[1-9][0-9]*$ ]] || die "--shards N is required"
[[ -n $output ]] || die "-o DIR is required"
(($#)) || die "what gradcut is to do is missing: -- mask PHOTOS"
gradcut=${gradcut:-$(command -v gradcut)} || die "no gradcut in PATH; name it with --gradcut"

mkdir -p "$output/slurm"
output=$(cd -- "$output" && pwd)
export GRADCUT=$gradcut GRADCUT_SHARDS=$shards GRADCUT_OUTPUT=$output GRADCUT_WEIGHTS=$weights

array=${only:-0-$((shards - 1))}${at_once:+%$at_once}
common=(--parsable --export=ALL ${partition:+--partition="$partition"})
options=(--array="$array" --time="$time" --cpus-per-task="$cpus" --signal=B:TERM@120
    --output="$output/slurm/%A_%a.log")
((gpus)) && options+=(--gpus-per-task="$gpus" --ntasks=1)

job=$(sbatch "${common[@]}" "${options[@]}" "$here/task.sbatch" "$@")
merge=$(sbatch "${common[@]}" --job-name=gradcut-merge --dependency="afterany:$job" --output="$output/slurm/merge.log" \
    --wrap "$(printf '%q ' "$gradcut" merge "$output" -o "$output")")
echo "array $job, merge $merge; what they say is in $output/slurm"
((wait)) || exit 0
while squeue --noheader --jobs "$job,$merge" 2>/dev/null | grep -q .; do sleep 2; done
tail -n 3 "$output/slurm/merge.log"
grep -q '^complete' "$output/slurm/merge.log"
