"""Compares `gradcut eval` with the packages people use, number by number.

    python3 -m venv build/parity && build/parity/bin/pip install -r eval/metrics_parity/requirements.txt
    build/parity/bin/python eval/metrics_parity/compare.py build/release/gradcut ../shared/datasets

Writes predictions for both development sets and for crafted corner cases into a temporary folder,
scores them with gradcut and with the references, and prints the largest difference of each measure,
over every image and for the data set. Exit status 1 if one is above 1e-6 (integers: above 0).
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import cases
import references as ref

TOLERANCE = 1e-6
differences = {}  # (data, measure) -> largest difference


def note(data, measure, ours, theirs):
    if ours is None or ours == "":
        ours = np.nan
    both_nan = np.isnan(float(ours)) and np.isnan(float(theirs))
    difference = 0.0 if both_nan else abs(float(ours) - float(theirs))
    key = data, measure
    if np.isnan(difference) or difference > differences.get(key, -1):
        differences[key] = difference


class Gradcut:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def __call__(self, predictions, truth, *flags):
        """Rows by image, and totals."""
        files = [self.folder / "out.json", self.folder / "out.csv"]
        run = subprocess.run([self.program, "eval", predictions, truth, "--json", files[0], "--csv",
                              files[1], *flags], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"gradcut failed: {run.stderr}")
        rows = {row["image"]: row for row in csv.DictReader(files[1].open())}
        return rows, json.loads(files[0].read_text())


def truth_of(path):
    truth = cases.read(path)
    return truth if "SegmentationClass" in str(path) else (truth >= 128).astype(np.uint8)


def compare_masks(gradcut, data, folder, truth_folder, root):
    rows, _ = gradcut(folder / "mask", root)
    for name, row in rows.items():
        mask = cases.read(folder / "mask" / f"{name}.png") > 0
        truth = truth_of(truth_folder / f"{name}.png")
        for measure, value in ref.mask_measures(mask, truth).items():
            note(data, measure, row[measure], value)
        if (truth == ref.VOID).any() or not (mask.any() or truth.any()):
            continue
        note(data, "iou (pycocotools)", row["iou"], ref.coco_iou(mask, truth))
        for measure, value in ref.sod_mask_measures(mask, truth).items():
            note(data, f"{measure} (pysodmetrics)", row[measure], value)


def compare_heat(gradcut, data, predictions, suffix, truth_folder, root, structure):
    rows, totals = gradcut(predictions, root, "--heatmap")
    heat, localization = ref.HeatReference(structure), ref.LocalizationReference()
    names = list(rows)
    for name in names:
        image = cases.read(predictions / f"{name}{suffix}")
        truth = truth_of(truth_folder / f"{name}.png")
        heat.add(image, truth)
        localization.add(image, truth)
        note(data, "pointing_game", rows[name]["pointing_game"], ref.pointing_game(image, truth))
        note(data, "energy_on_object", rows[name]["energy_on_object"],
             ref.energy_on_object(image, truth))
    for measure, values in heat.columns().items():
        for name, value in zip(names, values):
            note(data, measure, rows[name][measure], value)
    for measure, value in (heat.totals() | localization.totals()).items():
        note(data, measure, totals[measure], value)


def compare_crafted_heat(gradcut, folder):
    """One image at a time, without those on which the definitions differ."""
    rows, _ = gradcut(folder / "heat", folder / "truth", "--heatmap")
    for name, (image, truth) in cases.crafted().items():
        heat = ref.HeatReference(structure=True)
        heat.add(image, truth)
        for measure, (value,) in heat.columns().items():
            # IoU: both empty is 1 here and 0 there. S: a block beyond the last column has no
            # pixels and so no weight; there it makes the sum NaN.
            if measure == "best_iou" and not truth.any():
                continue
            if measure == "s" and name == "last_column" and np.isnan(value):
                continue
            note("crafted", measure, rows[name][measure], value)


def compare_classes(gradcut, folder):
    _, totals = gradcut(folder / "labels", folder / "devkit", "--protocol", "voc")
    classes = ref.ClassReference(21)
    for path in sorted((folder / "labels").glob("*.png")):
        classes.add(cases.read(path), truth_of(folder / "devkit/SegmentationClass" / path.name))
    for measure, value in classes.totals().items():
        note("voc classes", measure, totals[measure], value)
    note("voc classes", "confusion (integers)",
         np.abs(np.array(totals["confusion"]) - classes.matrix).max(), 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gradcut", type=Path)
    parser.add_argument("datasets", type=Path)
    parser.add_argument("--count", type=int, default=40, help="images of each data set")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        gradcut = Gradcut(arguments.gradcut.resolve(), root)
        cases.write_crafted(root / "crafted")
        cases.write_ecssd(arguments.datasets, root / "ecssd", arguments.count)
        cases.write_voc(arguments.datasets, root / "voc", arguments.count)

        for data in ("crafted", "ecssd"):
            compare_masks(gradcut, data, root / data, root / data / "truth", root / data / "truth")
        voc = root / "voc"
        devkit = voc / "devkit"
        compare_masks(gradcut, "voc void", voc, devkit / "SegmentationClass", devkit)
        compare_classes(gradcut, voc)
        compare_crafted_heat(gradcut, root / "crafted")
        compare_heat(gradcut, "ecssd", root / "ecssd/heat", ".png", root / "ecssd/truth",
                     root / "ecssd/truth", structure=True)
        compare_heat(gradcut, "voc", voc / "heat", ".png", voc / "truth", voc / "truth",
                     structure=True)
        compare_heat(gradcut, "voc npy", voc / "array", ".npy", voc / "truth", voc / "truth",
                     structure=True)
        compare_heat(gradcut, "voc void", voc / "heat", ".png", devkit / "SegmentationClass", devkit,
                     structure=False)

    worst = 0.0
    for (data, measure), difference in differences.items():
        wrong = not difference <= TOLERANCE
        worst = np.nan if np.isnan(difference) else max(worst, difference)
        print(f"{data:<12} {measure:<26} {difference:9.1e}{'  DIFFERS' if wrong else ''}")
    failed = sum(not difference <= TOLERANCE for difference in differences.values())
    print(f"{len(differences)} measures, {failed} above {TOLERANCE}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
