#!/usr/bin/env bash
# Runs gradcut on a real Slurm: Debian's slurmctld, three slurmd and munge on this one machine. 2,000 photos in 8 tasks, of
# which one is killed and queued again, while one node is taken down. The results must be those of a single run, byte for
# byte.
#
#   bash eval/cluster/slurm/prove.sh PHOTOS [COUNT]
#
# PHOTOS is a folder of photos; COUNT (default 2000) are made of them: different crops where there are too few. Needs root, on
# a machine that may be spoilt: installs packages, starts daemons, and ends them again.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
photos=$(cd -- "${1:?usage: prove.sh PHOTOS [COUNT]}" && pwd)
count=${2:-2000}
work=$(mktemp -d "${TMPDIR:-/tmp}/gradcut-slurm-XXXXXX")
gradcut=${GRADCUT:-$root/build/release/gradcut}
export GRADCUT_MODELS=$root/build/models
export SLURM_CONF=$work/slurm.conf
started=()

step() {
    echo "== $(date +%T) $*"
}

stop() {
    # unshare heeds no other signal, and takes its node along.
    for pid in "${started[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
    wait || true
    rm -rf -- "$work"
}
trap stop EXIT

# ---- Slurm

step "packages"
apt-get -q install -y --no-install-recommends slurmctld slurmd slurm-client munge >"$work/apt.log"
dpkg-query -W -f='${Package} ${Version}\n' slurmctld slurmd munge

step "munge, slurmctld, three nodes"
mkdir -p /run/munge && chown munge: /run/munge
if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    runuser -u munge -- munged --force
    sleep 1
    started+=("$(cat /run/munge/munged.pid)")
fi
host=$(hostname -s)
mkdir -p "$work/state"
cat >"$SLURM_CONF" <<END
ClusterName=gradcut
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=10
MinJobAge=3600
KillWait=5
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmdSpoolDir=$work/spool-%n
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
SlurmctldPort=26817
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 Port=27001 CPUs=1
NodeName=node2 NodeHostname=$host NodeAddr=127.0.0.1 Port=27002 CPUs=1
NodeName=node3 NodeHostname=$host NodeAddr=127.0.0.1 Port=27003 CPUs=1
PartitionName=photos Nodes=node1,node2,node3 Default=YES MaxTime=INFINITE State=UP
END
declare -A slurmd
slurmctld -D >"$work/slurmctld.out" 2>&1 &
started+=($!)
for node in node1 node2 node3; do
    mkdir -p "$work/spool-$node"
    # Each node has processes of its own, which end with it.
    unshare --pid --fork --kill-child --mount-proc slurmd -D -N "$node" >"$work/$node.out" 2>&1 &
    slurmd[$node]=$!
    started+=($!)
done
for _ in {1..30}; do
    (($(sinfo -h -N -t idle 2>/dev/null | wc -l) == 3)) && break
    sleep 1
done
sinfo -N

# ---- Photos, and what a single run makes of them

step "$count photos"
"${PYTHON:-$root/build/venv/bin/python}" "$root/eval/cluster/crops.py" "$photos" "$work/photos" "$count"
step "a single run"
"$gradcut" mask "$work/photos" -o "$work/single" --quiet

# ---- The array

step "8 tasks"
submitted=$(bash "$root/eval/cluster/slurm/submit.sh" --shards 8 -o "$work/out" --time 01:00:00 --partition photos \
    --gradcut "$gradcut" --weights "$GRADCUT_MODELS" -- mask "$work/photos")
echo "$submitted"
job=$(sed 's/array \([0-9]*\).*/\1/' <<<"$submitted")

running() { squeue -h -t R -o '%K %N' --jobs "$job"; }
# wait_for WORDS COMMAND: until it succeeds, 10 minutes at most.
wait_for() {
    local words=$1
    shift
    for _ in {1..600}; do
        if "$@"; then return; fi
        sleep 1
    done
    echo "never came: $words" >&2
    exit 1
}
masks() { find "$work/out" -name '*.png' | wc -l; }
some_masks() { (($(masks) > count / 20)); }
wait_for "the first masks" some_masks

read -r task node <<<"$(running | head -1)"
step "task $task on $node is killed by scancel, after $(masks) masks, and queued again"
scancel --full --signal=KILL "${job}_$task"
is_killed() { ! running | grep -q "^$task "; }
wait_for "the end of task $task" is_killed
# It may be in the queue again by itself.
scontrol requeue "${job}_$task" 2>/dev/null || squeue -h -j "${job}_$task" | grep -q .

more_masks() { (($(masks) > count / 5)); }
wait_for "more masks" more_masks
read -r task node <<<"$(running | tail -1)"
step "$node is taken down with task $task on it, after $(masks) masks"
kill -9 "${slurmd[$node]}"
scontrol update nodename="$node" state=down reason="taken down"
sinfo -N

over() { ! squeue -h -n gradcut,gradcut-merge | grep -q .; }
wait_for "the end" over
cat "$work/out/slurm/merge.log"
grep -q '^complete' "$work/out/slurm/merge.log"
echo "tasks that were started again: $(scontrol show job "$job" | grep -c 'Restarts=[1-9]')"

# ---- The same bytes

step "compared with the single run"
diff -r --exclude='*.json*' --exclude=slurm "$work/single" "$work/out"
"${PYTHON:-$root/build/venv/bin/python}" "$root/eval/cluster/same_manifest.py" "$work/single" "$work/out"
echo "the same: $(find "$work/single" -name '*.png' | wc -l) masks"
