"""Masks by heat maps."""

import threading

import gradcut
import numpy as np
import pytest
from conftest import GREEN, RED, square


def colours(image):
    """The mean colours of 16 x 16 pixels: channels x rows x columns."""
    rows, columns, _ = image.shape
    return image.reshape(rows // 16, 16, columns // 16, 16, 3).mean((1, 3)).transpose(2, 0, 1)


@pytest.mark.parametrize("recipe", ["fast", "best", "classic"])
def test_every_preset_cuts_along_the_outline(scene, recipe):
    image, heat = scene
    found = gradcut.segment(image, heat, recipe=recipe)  # Zeros but for the object, as after a ReLU.
    assert gradcut.iou(found.mask, square(RED)) > 0.95
    assert found.mask.dtype == np.uint8 and set(np.unique(found.mask)) == {0, 255}
    assert found.probability.dtype == found.heat_map.dtype == np.float32
    assert found.mask.shape == found.probability.shape == found.heat_map.shape == (144, 192)
    assert 0.5 < found.confidence <= 1 and found.note == "" and found.instances == []


def test_heat_of_any_scale_counts_alike(scene):
    image, heat = scene
    first = gradcut.segment(image, heat)
    for other in (heat * 40 - 3, heat.astype(np.float64), (heat * 255).astype(np.uint8), heat > 0.5, heat.tolist()):
        np.testing.assert_array_equal(gradcut.segment(image, other).mask, first.mask)


def test_features_tell_what_looks_alike(scene):
    image, heat = scene
    heat[:, 2:] = 0.3
    without = gradcut.segment(image, heat, colour_weight=0)
    with_features = gradcut.segment(image, heat, colours(image), colour_weight=0)
    assert gradcut.iou(with_features.mask, square(RED)) > gradcut.iou(without.mask, square(RED)) + 0.2


def test_a_flat_map_has_no_mask_and_says_why(scene):
    found = gradcut.segment(scene[0], np.full((9, 12), 0.3))
    assert not found.mask.any() and "no contrast" in found.note


def test_arrays_of_any_layout_are_the_same(scene):
    image, heat = scene
    first = gradcut.segment(image, heat).mask
    wide = np.zeros((144, 400, 3), np.uint8)
    wide[:, 100:292] = image
    readonly = image.copy()
    readonly.flags.writeable = False
    unaligned = np.frombuffer(b"x" + heat.tobytes(), np.uint8)[1:].view(np.float32).reshape(heat.shape)
    for same in (wide[:, 100:292], image[::-1].copy()[::-1], np.asfortranarray(image), readonly, memoryview(image)):
        np.testing.assert_array_equal(gradcut.segment(same, heat).mask, first)
    for same in (np.asfortranarray(heat), np.repeat(heat, 3, 1)[:, ::3], unaligned, heat.astype(">f4")):
        np.testing.assert_array_equal(gradcut.segment(image, same).mask, first)


def test_results_are_new_and_writable_and_arguments_are_left_alone(scene):
    image, heat = scene
    copies = image.copy(), heat.copy()
    first, second = gradcut.segment(image, heat), gradcut.segment(image, heat)
    first.mask[:] = 7
    first.heat_map[:] = 7
    assert second.mask.max() == 255 and second.heat_map.max() == 1
    np.testing.assert_array_equal(image, copies[0])
    np.testing.assert_array_equal(heat, copies[1])


def test_hints_correct_the_mask(scene):
    points = {"points": [{"x": 152, "y": 72}, {"x": np.float32(40), "y": np.int64(72), "object": False}]}
    assert gradcut.iou(gradcut.segment(*scene, hints=points).mask, square(GREEN)) > 0.9
    trimap = np.full((144, 192), 128, np.uint8)
    trimap[GREEN] = 255
    trimap[:, :90] = 0
    assert gradcut.iou(gradcut.segment(*scene, hints={"trimap": trimap}).mask, square(GREEN)) > 0.9


def test_each_box_is_an_object(scene):
    boxes = [{"x": 128, "y": 48, "width": 48, "height": 48}, {"x": 16, "y": 48, "width": 48, "height": 48, "id": 9}]
    found = gradcut.segment(*scene, hints={"boxes": boxes})
    assert [each.id for each in found.instances] == [1, 9]  # As the program numbers them.
    for each, place in zip(found.instances, (GREEN, RED)):
        whole = np.zeros((144, 192), np.uint8)
        x, y, width, height = each.place
        whole[y : y + height, x : x + width] = each.mask
        assert gradcut.iou(whole, square(place)) > 0.9


def test_a_session_goes_through_the_same_masks_as_calls(scene):
    session = gradcut.Session(*scene)
    plain = session.segment().mask
    np.testing.assert_array_equal(plain, gradcut.segment(*scene).mask)
    session.add_point(152, 72)
    session.add_stroke([(30, 70), (50, 70)], radius=2, object=False)
    both = session.segment().mask
    hints = {
        "points": [{"x": 152, "y": 72}],
        "strokes": [{"points": [[30, 70], [50, 70]], "radius": 2, "object": False}],
    }
    np.testing.assert_array_equal(both, gradcut.segment(*scene, hints=hints).mask)
    assert session.undo() and session.undo() and not session.undo()
    np.testing.assert_array_equal(session.segment().mask, plain)
    assert session.redo() and session.redo() and not session.redo()
    np.testing.assert_array_equal(session.segment().mask, both)
    session.clear()
    np.testing.assert_array_equal(session.segment().mask, plain)
    assert session.add_box(128, 48, 48, 48) == 1 and session.add_box(16, 48, 48, 48) == 2
    assert [each.id for each in session.segment().instances] == [1, 2]
    assert session.add_box(20, 50, 40, 40, id=2**53) == 2**53 and session.add_box(130, 50, 40, 40) == 3


def test_a_session_keeps_its_own_copy(scene):
    image, heat = scene
    session = gradcut.Session(image, heat)
    first = session.segment().mask
    image[:] = 0
    heat[:] = 0
    np.testing.assert_array_equal(session.segment().mask, first)


def test_threads_share_functions_and_a_session(scene):
    session = gradcut.Session(*scene)
    expected = gradcut.segment(*scene).mask
    wrong = []

    def work(number):
        for _ in range(20):
            if number % 2:
                session.add_point(152, 72)
                session.segment()
                session.undo()
            elif not np.array_equal(gradcut.segment(*scene).mask, expected):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    np.testing.assert_array_equal(session.segment().mask, expected)


def test_refining_labels_each_class(scene):
    image, heat = scene
    maps = np.stack([heat, heat[:, ::-1]])
    for found in (
        gradcut.refine(image, maps),
        gradcut.refine(image, (maps * 255).astype(np.uint8)),
        gradcut.refine(image, maps * 0.8 + 0.1, np.clip(0.9 - maps.sum(0), 0.05, 1), prior_values="probability"),
    ):
        assert gradcut.iou(found.labels == 1, square(RED)) > 0.9
        assert gradcut.iou(found.labels == 2, square(GREEN)) > 0.9
        assert found.probabilities.shape == (3, 144, 192)
        np.testing.assert_allclose(found.probabilities.sum(0), 1, atol=1e-5)


def test_one_map_is_one_class(scene):
    found = gradcut.refine(*scene)
    assert gradcut.iou(found.labels, square(RED)) > 0.9
    assert found.probabilities.shape == (2, 144, 192)
    hinted = gradcut.refine(*scene, hints={"points": [{"x": 152, "y": 72}]})
    assert hinted.labels[72, 152] == 1


def test_refining_is_the_programs_refine(folders, tmp_path, run, photos):
    run("refine", *folders, "-o", tmp_path / "out", "--save", "mask,probability", "--quiet")
    for photo in photos:
        found = gradcut.refine(gradcut.read_image(photo), np.load(folders[1] / f"{photo.stem}.probability.npy"))
        np.testing.assert_array_equal(found.labels * 255, gradcut.read_mask(tmp_path / f"out/{photo.stem}.png"))
        np.testing.assert_array_equal(found.probabilities[1], np.load(tmp_path / f"out/{photo.stem}.probability.npy"))
