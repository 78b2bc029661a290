"""Measures, masks in files and run lengths."""

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
    import json

    found = gradcut.evaluate(tmp_path / "masks", tmp_path / "truth")
    assert dict(found) == json.loads((tmp_path / "e.json").read_text())
    assert [each["image"] for each in found.images] == ["0", "1", "2", "3"]
    assert found.images[3]["missing"] is True
    frame = found.frame()
    assert frame.iou.mean() == pytest.approx(found["mean_iou"])
    assert list(frame.index) == ["0", "1", "2", "3"]


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
