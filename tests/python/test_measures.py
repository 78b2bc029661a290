"""Measures, masks in files and run lengths."""

import json

import gradcut
import numpy as np
import pytest
from conftest import GREEN, RED, square
from pycocotools import mask as coco


def random_mask(seed, size=(40, 50)):
    blob = np.random.default_rng(seed).random(size)
    return (np.cumsum(blob - 0.5, 1) > 0).astype(np.uint8)


def test_region_measures_are_their_formulas():
    mask, truth = random_mask(1), random_mask(2)
    both, either = (mask & truth).sum(), (mask | truth).sum()
    scores = gradcut.region_scores(mask * 255, truth * 7)
    assert scores["iou"] == gradcut.iou(mask, truth) == pytest.approx(both / either)
    assert scores["dice"] == gradcut.dice(mask, truth) == pytest.approx(2 * both / (mask.sum() + truth.sum()))
    assert scores["precision"] == pytest.approx(both / mask.sum())
    assert scores["recall"] == pytest.approx(both / truth.sum())
    assert scores["accuracy"] == pytest.approx((mask == truth).mean())


def test_void_pixels_are_not_scored():
    mask, truth = square(RED), square(RED)
    truth[GREEN] = 255
    assert gradcut.iou(mask, truth, void=255) == 1
    assert gradcut.iou(mask, truth) == 0.5
    assert gradcut.iou(square(), square()) == 1


def test_boundary_measures_know_how_far_an_outline_is():
    mask = np.roll(square(RED), 2, 1)
    for measure in (gradcut.boundary_iou, gradcut.boundary_f):
        assert measure(square(RED), square(RED)) == 1
        assert 0 < measure(mask, square(RED)) <= 1
        assert measure(np.roll(mask, 20, 0), square(RED)) < measure(mask, square(RED))
    assert gradcut.boundary_f(mask, square(RED), ratio=0.001) < gradcut.boundary_f(mask, square(RED), ratio=0.05)


def test_heat_scores_are_those_of_the_program(tmp_path, run):
    heat = np.random.default_rng(3).random((40, 50)).astype(np.float32) * 0.4 + random_mask(4) * 0.5
    heat = heat.astype(np.float32)
    (tmp_path / "heat").mkdir()
    (tmp_path / "truth").mkdir()
    np.save(tmp_path / "heat/a.npy", heat)
    gradcut.write_mask(tmp_path / "truth/a.png", random_mask(4) * 255, palette=False)
    scores = gradcut.heat_scores(heat, random_mask(4))
    whole = gradcut.evaluate(tmp_path / "heat", tmp_path / "truth", heat_maps=True)
    assert scores["mae"] == pytest.approx(whole["mae"])
    assert scores["s"] == pytest.approx(whole["s"])


def test_confusions_add_up():
    labels = np.array([[0, 1, 2, 255]])
    truth = np.array([[0, 1, 1, 2]])
    first = gradcut.confusion(labels, truth, 3)
    assert first.tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 0]]
    assert (first + first).sum() == 8
    with pytest.raises(gradcut.Error, match="7"):
        gradcut.confusion(np.array([[7]]), np.array([[0]]), 3)


def test_evaluating_folders_is_the_programs_eval(tmp_path, run):
    for folder, shift in (("masks", 0), ("truth", 3)):
        (tmp_path / folder).mkdir()
        for seed in range(4):
            gradcut.write_mask(tmp_path / folder / f"{seed}.png", np.roll(random_mask(seed), shift) * 255, palette=False)
    (tmp_path / "masks/3.png").unlink()
    run("eval", tmp_path / "masks", tmp_path / "truth", "--json", tmp_path / "e.json", "--csv", tmp_path / "e.csv")
    found = gradcut.evaluate(tmp_path / "masks", tmp_path / "truth")
    assert dict(found) == json.loads((tmp_path / "e.json").read_text())
    assert [each["image"] for each in found.images] == ["0", "1", "2", "3"]
    assert found.images[3]["missing"] is True
    frame = found.frame()
    assert frame.iou.mean() == pytest.approx(found["mean_iou"])
    assert list(frame.index) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("protocol", "heat_maps", "most", "scale"), [("binary", False, 2, 255), ("voc", False, 21, 1), ("binary", True, 2, 255)]
)
def test_evaluating_arrays_is_the_programs_eval_of_their_files(protocol, heat_maps, most, scale, tmp_path, run):
    random = np.random.default_rng(7)
    truth = [random.integers(0, most, (30 + i, 40)).astype(np.uint8) * scale for i in range(12)]
    if protocol == "voc":
        truth[0][:3] = 255
    found = [np.where(random.random(each.shape) < 0.7, each, 0).astype(np.uint8) for each in truth]
    if heat_maps:
        found = [each / np.float32(255) * random.random(each.shape, np.float32) for each in found]
    found[3] = None
    for folder, arrays in (("found", found), ("truth", truth)):
        (tmp_path / folder).mkdir()
        for number, array in enumerate(arrays):
            if heat_maps and folder == "found" and array is not None:
                np.save(tmp_path / folder / f"{number:02}.npy", array)
            elif array is not None:
                gradcut.write_mask(tmp_path / folder / f"{number:02}.png", array, palette=protocol == "voc")
    kind = ["--heatmap"] if heat_maps else []
    arguments = ["--protocol", protocol, *kind, "--json", tmp_path / "e.json", "--csv", tmp_path / "e.csv"]
    run("eval", tmp_path / "found", tmp_path / "truth", *arguments)
    said = json.loads((tmp_path / "e.json").read_text())
    scores = gradcut.evaluate(found, truth, protocol=protocol, heat_maps=heat_maps)
    for each in (said, scores):
        each.pop("mask_values", None)
    assert dict(scores) == said and scores["missing"] == ["03"]
    assert scores._csv == (tmp_path / "e.csv").read_text()


def test_arrays_are_one_pair_a_stack_or_a_list():
    masks = np.stack([random_mask(seed) for seed in range(3)])
    truth = np.roll(masks, 2, 1)
    whole = gradcut.evaluate(masks, truth)
    assert whole["images"] == 3 and dict(whole) == dict(gradcut.evaluate(list(masks), iter(truth > 0)))
    assert whole["mean_iou"] == pytest.approx(np.mean([gradcut.iou(*pair) for pair in zip(masks, truth)]))
    assert gradcut.evaluate(masks[0], truth[0])["mean_iou"] == gradcut.iou(masks[0], truth[0])
    assert list(whole.frame().index) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("found", "truth", "message"),
    [
        ([], [], "0 predictions"),
        (np.zeros((2, 3, 3), np.uint8), np.zeros((3, 3), np.uint8), "2 predictions and 1 truths"),
        ([np.zeros((3, 3), np.uint8)], [np.zeros((3, 4), np.uint8)], "truth/0.npy"),
        ([np.zeros((3, 3))], [np.zeros((3, 3), np.uint8)], r"predictions\[0\].*whole numbers"),
        ([np.zeros((3, 3), np.uint8)], [None], r"truth\[0\]"),
        ([[1, 2]], [[1, 2]], "rows x columns"),
        ([np.broadcast_to(np.uint8(1), (1 << 15, (1 << 13) + 1))] * 2, [np.ones((3, 3), np.uint8)] * 2, "2.28 pixels"),
        ("masks", np.zeros((3, 3), np.uint8), "predictions"),
        (3, 4, "predictions"),
    ],
)
def test_arrays_that_cannot_be_scored_are_named(found, truth, message):
    with pytest.raises(gradcut.Error, match=message):
        gradcut.evaluate(found, truth)


def test_masks_survive_files(tmp_path):
    labels = np.random.default_rng(5).integers(0, 21, (20, 30)).astype(np.uint8)
    labels[0] = 255
    gradcut.write_mask(tmp_path / "voc.png", labels)
    np.testing.assert_array_equal(gradcut.read_mask(tmp_path / "voc.png"), labels)
    from PIL import Image

    with Image.open(tmp_path / "voc.png") as image:
        assert image.mode == "P" and image.getpalette()[3:6] == [128, 0, 0]
    gradcut.write_mask(str(tmp_path / "grey.png"), labels > 9, palette=False)
    np.testing.assert_array_equal(gradcut.read_mask(tmp_path / "grey.png"), labels > 9)
    pixels = np.random.default_rng(6).integers(0, 255, (9, 8, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    np.testing.assert_array_equal(gradcut.read_image(tmp_path / "photo.png"), pixels)


@pytest.mark.parametrize("seed", range(5))
def test_run_lengths_are_those_of_coco(seed):
    mask = random_mask(seed)
    rle = gradcut.rle_encode(mask * 255)
    theirs = coco.encode(np.asfortranarray(mask))
    assert rle == {"size": [40, 50], "counts": theirs["counts"].decode()}
    np.testing.assert_array_equal(coco.decode(rle), mask)
    np.testing.assert_array_equal(gradcut.rle_decode(theirs), mask)
    runs = np.diff(np.flatnonzero(np.diff(np.r_[2, mask.ravel("F"), 2])))
    counts = [0, *runs] if mask[0, 0] else list(runs)
    np.testing.assert_array_equal(gradcut.rle_decode({"size": [40, 50], "counts": counts}), mask)
