#!/usr/bin/env python3
"""Runs tests/examples/python/ray_masks.py on two workers of this machine, kills one on the way, and compares with the program.

    python3 eval/cluster/ray/prove.py PHOTOS [COUNT]

Needs `ray[data]`, `pillow`, the Python package of build/release/python, and torch as it is in build/deps/python; GRADCUT_MODELS names the
weights. COUNT (default 200) photos are packed into four tar shards.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = str(ROOT / "tests/examples/python")
sys.path.insert(0, EXAMPLES)
os.environ["PYTHONPATH"] = EXAMPLES + os.pathsep + os.environ.get("PYTHONPATH", "")  # For the workers.

STORE_BYTES = 200 * 2**20

import ray  # noqa: E402
import ray_masks  # noqa: E402


class NotedMasks(ray_masks.Masks):
    """Leaves its process number behind, so that it can be killed."""

    def __init__(self, out):
        super().__init__(out)
        (pathlib.Path(out).parent / "notes" / str(os.getpid())).touch()


def pack(photos, count, folder):
    """Four shards."""
    files = sorted(photos.rglob("*.jpg"))[:count]
    shards = [folder / f"{number}.tar" for number in range(4)]
    for number, shard in enumerate(shards):
        with tarfile.open(shard, "w") as tar:
            for file in files[number::4]:
                tar.add(file, file.name)
    return shards, len(files)


def kill_one(out, notes, count, killed):
    """Once a quarter of the masks is there. A daemon: it must not outlive a run that fails before."""
    while len(list(out.rglob("*.png"))) < count // 4:
        time.sleep(0.1)
    pid = int(sorted(notes.iterdir())[0].name)
    os.kill(pid, signal.SIGKILL)
    killed.append((pid, len(list(out.rglob("*.png")))))


def main():
    """Do it."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        out, notes, killed = work / "out", work / "notes", []
        notes.mkdir()
        shards, count = pack(pathlib.Path(sys.argv[1]), count, work)
        # Two cores for the workers and one for reading, whatever the machine has.
        ray.init(num_cpus=3, object_store_memory=STORE_BYTES, include_dashboard=False, log_to_driver=False)
        killer = threading.Thread(target=kill_one, args=(out, notes, count, killed), daemon=True)
        killer.start()
        begin = time.time()
        rows = ray_masks.masks_of(shards, out, workers=2, actor=NotedMasks).take_all()
        seconds = time.time() - begin
        killer.join()
        ray.shutdown()
        workers = len(list(notes.iterdir()))
        single = work / "single"
        subprocess.run([os.environ.get("GRADCUT", ROOT / "build/release/gradcut"), "mask", *shards, "-o", single, "--quiet"], check=True)
        subprocess.run(["diff", "-r", "--exclude=*.json*", single, out], check=True)
        print(f"ray {ray.__version__}: {len(rows)} rows of {count} photos in {seconds:.0f} s; worker {killed[0][0]} was killed after "
              f"{killed[0][1]} masks, {workers} workers were started; all masks are the program's, byte for byte")
        assert len({row["key"] for row in rows}) == count and workers > 2


if __name__ == "__main__":
    main()
