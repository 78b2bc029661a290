"""Writes tests/data/metrics: small made-up cases and what the references say of them.

    build/parity/bin/python eval/metrics_parity/make_goldens.py tests/data/metrics

Set-up as for compare.py. `truth/` holds labels (0, 1, 255 = void in the cases called void_*),
`heat/` 8-bit heat maps; masks are the heat maps from 128 on. `classes/` holds true labels,
`classes_predicted/` predicted ones. `expected.json` has the numbers.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

import cases
import references as ref


def write_palette(path, labels):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = cases.Image.fromarray(labels).convert("P")
    image.putdata(labels.ravel().tolist())
    image.putpalette([value for i in range(256) for value in (i, 37 * i % 256, 91 * i % 256)])
    image.save(path)


def with_void(truth):
    """The same truth with a void band around the object and a void corner."""
    band = cv2.dilate(truth, np.ones((5, 5))) != cv2.erode(truth, np.ones((3, 3)))
    truth = np.where(band, ref.VOID, truth)
    truth[-9:, -9:] = ref.VOID
    return truth.astype(np.uint8)


def pairs():
    crafted = cases.crafted()
    for name, (heat, truth) in crafted.items():
        yield name, heat, truth
    for name in ("noise", "soft", "two_objects", "corner"):
        heat, truth = crafted[name]
        yield f"void_{name}", heat, with_void(truth)


def class_labels(name):
    random = cases.random_for(name)
    score = np.stack([cv2.GaussianBlur(random.random((60, 90)), (0, 0), 7) for _ in range(5)])
    labels = np.array([0, 3, 8, 15, 20])[score.argmax(0)].astype(np.uint8)
    edges = cv2.dilate(labels, np.ones((3, 3))) != cv2.erode(labels, np.ones((3, 3)))
    truth = np.where(edges, 255, labels).astype(np.uint8)
    return truth, cases.spoiled_labels(truth, name)


def heat_measures(heat, truth):
    structure = not (truth == ref.VOID).any()
    reference = ref.HeatReference(structure)
    reference.add(heat, truth)
    measures = {name: values[0] for name, values in reference.columns().items()}
    measures["pointing_game"] = ref.pointing_game(heat, truth)
    measures["energy_on_object"] = ref.energy_on_object(heat, truth)
    if not (truth % 255).any():
        del measures["best_iou"]  # Both empty: 1 in gradcut, 0 there.
    # NaN: a measure that has nothing to say, or S with an object in the last column (see compare.py).
    return {name: float(value) for name, value in measures.items() if not np.isnan(value)}


def main():
    folder = Path(sys.argv[1])
    expected = {"masks": {}, "heat_maps": {}}
    localization = ref.LocalizationReference()
    for name, heat, truth in pairs():
        write_palette(folder / f"truth/{name}.png", truth)
        cases.write_png(folder / f"heat/{name}.png", heat)
        masks = ref.mask_measures(heat >= 128, truth)
        expected["masks"][name] = {key: float(value) for key, value in masks.items()}
        expected["heat_maps"][name] = heat_measures(heat, truth)
        localization.add(heat, truth)
    expected["localization"] = {key: float(value) for key, value in localization.totals().items()}

    classes = ref.ClassReference(21)
    for name in ("a", "b", "c"):
        truth, predicted = class_labels(name)
        write_palette(folder / f"classes/{name}.png", truth)
        write_palette(folder / f"classes_predicted/{name}.png", predicted)
        classes.add(predicted, truth)
    expected["classes"] = {key: float(value) for key, value in classes.totals().items()}
    expected["confusion"] = classes.matrix.tolist()
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
