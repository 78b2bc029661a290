#!/usr/bin/env python3
"""Reckons how many photos on many workers would go: tasks drawn from the times of a real run, given to workers as they come free.

    python3 reckon.py MANIFEST.jsonl [--photos 1e7] [--workers 1000] [--start SECONDS] [--mean SECONDS] [--host-only]
        [--cores-per-worker 1]

Drawn are the photos of each task (its shard's share by a hash: binomial), their times (sums of times out of the manifest), the speed of
each worker (a normal spread of 10 %, and one of a hundred at half speed), and failures: a node dies once in 30 days, and its task begins
again elsewhere and skips what it has done. `--mean` scales the times to so many
seconds of processor time a photo, where the manifest's are those of a busy machine. `--host-only` leaves the network's time out, as if a GPU took none: what a GPU's host has
left to do, an upper bound of what a GPU brings. Nothing here is measured but the manifest.
"""

import argparse
import heapq
import json
import random

MTBF = 30 * 86400.0
BEGINS_ANEW = 30.0  # Seconds until a scheduler has begun a task anew.


def times_of(manifest, host_only):
    """Seconds of each photo on one core."""
    times = []
    with open(manifest, encoding="utf-8") as lines:
        for line in lines:
            stages = json.loads(line).get("milliseconds", {})
            if stages:
                times.append(sum(ms for stage, ms in stages.items() if not (host_only and stage in ("saliency",))) / 1000)
    return times


def simulate(tasks, args, mean, deviation, draw):
    """Elapsed seconds, the time when nine tenths of the tasks are done, and how many were begun again."""
    speeds = [0.5 if draw.random() < 0.01 else max(0.5, draw.gauss(1, 0.1)) for _ in range(args.workers)]
    free = [(0.0, worker) for worker in range(args.workers)]
    ends, again = [], 0
    share = 1 / tasks
    for _ in range(tasks):
        begin, worker = heapq.heappop(free)
        photos = max(0, round(draw.gauss(args.photos * share, (args.photos * share * (1 - share)) ** 0.5)))
        work = max(0.0, draw.gauss(photos * mean, photos**0.5 * deviation)) / speeds[worker] / args.cores_per_worker
        end = begin + args.start + work
        while draw.random() < (end - begin) / MTBF:  # What was done stays done: a reload is what it costs.
            again += 1
            begin, end = end, end + BEGINS_ANEW + args.start
        heapq.heappush(free, (end, worker))
        ends.append(end)
    ends.sort()
    return ends[-1], ends[int(0.9 * len(ends))], again


def main():
    """Do it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("manifest")
    parser.add_argument("--photos", type=float, default=1e7)
    parser.add_argument("--workers", type=int, default=1000)
    parser.add_argument("--cores-per-worker", type=float, default=1)
    parser.add_argument("--start", type=float, default=1.0)
    parser.add_argument("--mean", type=float)
    parser.add_argument("--host-only", action="store_true")
    args = parser.parse_args()
    times = times_of(args.manifest, args.host_only)
    if args.mean:
        whole = times_of(args.manifest, False)
        times = [time * args.mean * len(whole) / sum(whole) for time in times]
    mean = sum(times) / len(times)
    deviation = (sum((time - mean) ** 2 for time in times) / (len(times) - 1)) ** 0.5
    ideal = args.photos * mean / args.workers / args.cores_per_worker
    print(f"{len(times)} photos: mean {1000 * mean:.1f} ms, deviation {1000 * deviation:.1f} ms, slowest {1000 * max(times):.0f} ms")
    print(f"{args.photos:.0f} photos on {args.workers} workers of {args.cores_per_worker:g} cores: {ideal / 60:.1f} min if nothing were lost")
    print("| tasks | a task, min | all, min | 90 % of tasks, min | share of the ideal | begun again |")
    print("|---|---|---|---|---|---|")
    for per_worker in (1, 3, 10, 30):
        tasks = per_worker * args.workers
        runs = [simulate(tasks, args, mean, deviation, random.Random(seed)) for seed in range(5)]
        end, most, again = (sorted(run[i] for run in runs)[2] for i in range(3))
        task = args.photos / tasks * mean / args.cores_per_worker / 60
        print(f"| {tasks} | {task:.2f} | {end / 60:.1f} | {most / 60:.1f} | {100 * ideal / end:.0f} % | {again} |")


if __name__ == "__main__":
    main()
