"""Times `gradcut eval` against pysodmetrics and against reading the files.

    build/parity/bin/python eval/metrics_parity/speed.py build/release/gradcut ../shared/datasets

Set-up as for compare.py. Whole processes are timed, start-up included, files in the page cache, best
of three; figures of one run compare with each other only. On a busy machine look at the processor
time.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cases

# What both compute: MAE, F, weighted F, S, E of heat maps; the package as its users call it.
PYSODMETRICS = """
import sys, warnings
from pathlib import Path
import cv2, py_sod_metrics as sod
warnings.filterwarnings("ignore")
measures = [sod.MAE(), sod.Smeasure(), sod.Emeasure(), sod.WeightedFmeasure(), sod.FmeasureV2({
    "f": sod.FmeasureHandler(with_dynamic=True, with_adaptive=True),
    "iou": sod.IOUHandler(with_dynamic=True, with_adaptive=False)})]
for truth in sorted(Path(sys.argv[2]).glob("*.png")):
    pair = [cv2.imread(str(p), cv2.IMREAD_GRAYSCALE) for p in (Path(sys.argv[1]) / truth.name, truth)]
    for measure in measures:
        measure.step(*pair)
"""

# Reading both files of each pair and nothing else.
READING = """
import sys
from pathlib import Path
import cv2
cv2.setNumThreads(1)
for truth in sorted(Path(sys.argv[2]).glob("*.png")):
    for path in Path(sys.argv[1]) / truth.name, truth:
        cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
"""


def measure(*command):
    """The least elapsed and processor seconds of three runs."""
    elapsed, processor = [], []
    for _ in range(3):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        elapsed.append(time.perf_counter() - start)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(elapsed), min(processor)


def peak_megabytes(*command):
    script = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=-3);"
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)")
    return float(subprocess.check_output([sys.executable, "-c", script, *map(str, command)]))


def show(what, pairs, *command):
    """Prints milliseconds a pair and returns them: elapsed, processor."""
    times = [1000 * seconds / pairs for seconds in measure(*command)]
    print(f"{what:<44} {times[0]:8.2f} {times[1]:8.2f}")
    return times


def link_copies(folder, count):
    """`count` pairs of 500x375 pixels out of the few real ones, as links."""
    sources = [p for p in sorted((folder / "truth").glob("*.png"))
               if cases.read(p).shape == (375, 500)]
    for i in range(count):
        for kind in ("truth", "mask"):
            target = folder / f"many{count}" / kind / f"{i:05}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(folder / kind / sources[i % len(sources)].name)
    return folder / f"many{count}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gradcut", type=Path)
    parser.add_argument("datasets", type=Path)
    parser.add_argument("--count", type=int, default=100, help="images of VOC")
    arguments = parser.parse_args()
    program = arguments.gradcut.resolve()

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        cases.write_voc(arguments.datasets, folder, arguments.count)
        heat, truth = folder / "heat", folder / "truth"
        print(f"{'milliseconds a pair':<44} {'elapsed':>8} {'processor':>8}")
        print(f"heat maps, {arguments.count} images of VOC")
        theirs = show("pysodmetrics (MAE, F, weighted F, S, E)", arguments.count, sys.executable,
                      "-c", PYSODMETRICS, heat, truth)
        for measures, jobs in ("structure", "1"), ("structure", "2"), ("all", "2"):
            ours = show(f"gradcut --measures {measures} --jobs {jobs}", arguments.count, program,
                        "eval", heat, truth, "--heatmap", "--measures", measures, "--jobs", jobs)
            print(f"  times as fast {'':<28} {theirs[0] / ours[0]:8.1f} {theirs[1] / ours[1]:8.1f}")

        many = link_copies(folder, 2000)
        print("masks, 2000 pairs of 500x375")
        show("reading the files alone (OpenCV, one thread)", 2000, sys.executable, "-c", READING,
             many / "mask", many / "truth")
        for flags in ["--measures", "region", "--jobs", "1"], ["--measures", "region", "--jobs", "2"], ["--jobs", "2"]:
            show("gradcut " + " ".join(flags), 2000, program, "eval", many / "mask",
                 many / "truth", *flags)

        few = link_copies(folder, 200)
        for pairs, count in (few, 200), (many, 2000):
            peak = peak_megabytes(program, "eval", pairs / "mask", pairs / "truth", "--jobs", "2")
            print(f"peak memory, {count} pairs: {peak:.0f} MB")


if __name__ == "__main__":
    main()
