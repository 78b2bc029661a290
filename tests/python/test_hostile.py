"""Whatever is passed: a gradcut.Error, never a crash."""

import gradcut
import numpy as np
import pytest

IMAGE = np.zeros((6, 8, 3), np.uint8)
HEAT = np.eye(6, 8, dtype=np.float32)
MASK = np.eye(6, 8, dtype=np.uint8)
WEIGHTS = np.ones((2, 6, 8), np.int32)

# What is no image, no map, no mask and no weights.
NOTHING = {
    "none": None,
    "text": "heat",
    "number": 3,
    "object": object(),
    "objects": np.array([[object()]]),
    "dict": {"a": 1},
    "ragged": [[1, 2], [3]],
    "empty": np.zeros((0, 0)),
    "no rows": np.zeros((0, 8)),
    "one axis": np.zeros(5, np.float32),
    "five axes": np.zeros((1, 1, 1, 1, 1), np.float32),
    "complex": np.zeros((6, 8), complex),
    "dates": np.zeros((6, 8), "datetime64[s]"),
    "records": np.zeros((6, 8), [("a", np.float32)]),
    "huge": np.broadcast_to(np.float32(0), (1 << 16, 1 << 16)),
    "huge doubles": np.broadcast_to(np.float64(0), (1 << 16, 1 << 16)),
    "huge bytes": np.broadcast_to(np.uint8(0), (1 << 17, 1 << 15)),
    "endless": np.broadcast_to(np.uint8(0), (1 << 31, 1 << 31)),
    "long": np.broadcast_to(np.uint8(0), (1, 1 << 40)),
    "huge image": np.broadcast_to(np.uint8(0), (1 << 16, 1 << 16, 3)),
    "many maps": np.broadcast_to(np.float32(0), (1 << 40, 2, 2)),
}

FUNCTIONS = {
    "segment image": lambda x: gradcut.segment(x, HEAT),
    "segment heat": lambda x: gradcut.segment(IMAGE, x),
    "session": lambda x: gradcut.Session(x, x),
    "refine image": lambda x: gradcut.refine(x, HEAT),
    "refine maps": lambda x: gradcut.refine(IMAGE, x),
    "min_cut unary": lambda x: gradcut.min_cut(x, WEIGHTS),
    "min_cut weights": lambda x: gradcut.min_cut(HEAT, x),
    "alpha_expansion": lambda x: gradcut.alpha_expansion(x, WEIGHTS),
    "contrast_weights": lambda x: gradcut.contrast_weights(x),
    "iou": lambda x: gradcut.iou(x, MASK),
    "iou truth": lambda x: gradcut.iou(MASK, x),
    "boundary_iou": lambda x: gradcut.boundary_iou(x, MASK),
    "boundary_f": lambda x: gradcut.boundary_f(x, MASK),
    "heat_scores": lambda x: gradcut.heat_scores(x, MASK),
    "confusion": lambda x: gradcut.confusion(x, MASK, 3),
    "rle_encode": lambda x: gradcut.rle_encode(x),
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("nothing", NOTHING)
def test_what_is_no_such_array_is_refused(function, nothing):
    with pytest.raises(gradcut.Error):
        FUNCTIONS[function](NOTHING[nothing])


@pytest.mark.parametrize("nothing", [name for name in NOTHING if name != "none"])
def test_what_are_no_features_or_background_is_refused(nothing):
    with pytest.raises(gradcut.Error):
        gradcut.segment(IMAGE, HEAT, NOTHING[nothing])
    with pytest.raises(gradcut.Error):
        gradcut.refine(IMAGE, HEAT, NOTHING[nothing])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_refused(value):
    heat = HEAT.copy()
    heat[3, 3] = value
    for call in (
        lambda: gradcut.segment(IMAGE, heat),
        lambda: gradcut.segment(IMAGE, HEAT, heat[None]),
        lambda: gradcut.Session(IMAGE, heat),
        lambda: gradcut.refine(IMAGE, heat),
        lambda: gradcut.refine(IMAGE, HEAT, heat),
        lambda: gradcut.heat_scores(heat, MASK),
    ):
        with pytest.raises(gradcut.Error):
            call()


@pytest.mark.parametrize("scale", [100, -1, 1.001])
def test_heat_that_the_program_refuses_is_refused(scale):
    for call in (
        lambda: gradcut.refine(IMAGE, HEAT * scale),
        lambda: gradcut.refine(IMAGE, HEAT, HEAT * scale),
        lambda: gradcut.refine(IMAGE, (HEAT * 2).astype(np.int32)),
        lambda: gradcut.heat_scores(HEAT * scale, MASK),
        lambda: gradcut.evaluate([HEAT * scale], [MASK], heat_maps=True),
    ):
        with pytest.raises(gradcut.Error, match=r"\[0, 1\]"):
            call()


class Raises:
    def __array__(self, *_, **__):
        raise RuntimeError("one\ntwo")


NESTED = []
for _ in range(100_000):
    NESTED = [NESTED]

# An argument that is not of its kind, and the name that the error gives it.
WRONG = {
    "smoothness": [lambda: gradcut.contrast_weights(IMAGE, smoothness=None)],
    "neighbours": [lambda each=each: gradcut.contrast_weights(IMAGE, neighbours=each) for each in ("a", 8.9, 2**40, True)],
    "solver": [lambda: gradcut.min_cut(HEAT, WEIGHTS, solver=3), lambda: gradcut.alpha_expansion(HEAT[None], WEIGHTS, solver="\ud800")],
    "ratio": [lambda: gradcut.boundary_iou(MASK, MASK, ratio="x"), lambda: gradcut.boundary_f(MASK, MASK, ratio=None)],
    "void": [lambda each=each: gradcut.iou(MASK, MASK, void=each) for each in ("a", 300, -1, 1.5, [1, 255], True)],
    "classes": [
        lambda: gradcut.confusion(MASK, MASK, "x"),
        lambda: gradcut.confusion(MASK, MASK, 2.9),
        lambda: gradcut.evaluate([MASK], [MASK], classes=[1, 2]),
        lambda: gradcut.evaluate([MASK], [MASK], classes="ab"),
    ],
    "jobs": [lambda each=each: gradcut.evaluate([MASK], [MASK], jobs=each) for each in (2**40, 2**31 - 1, 1025, -1, "x", 1.5)],
    "protocol": [lambda: gradcut.evaluate([MASK], [MASK], protocol=3)],
    "preset": [lambda: gradcut.Recipe("\ud800"), lambda: gradcut.Recipe(3)],
    "graphcut.smoothness": [lambda each=each: gradcut.Recipe(graphcut_smoothness=each) for each in ("\ud800", b"1", object())],
    "Recipe": [lambda: gradcut.Recipe(graphcut_smoothness=NESTED), lambda: gradcut.Recipe(graphcut_smoothness=10**5000)],
    "hints": [lambda: gradcut.segment(IMAGE, HEAT, hints=MASK), lambda: gradcut.segment(IMAGE, HEAT, hints={"boxes": NESTED})],
    "trimap": [
        lambda each=each: gradcut.segment(IMAGE, HEAT, hints={"trimap": each}) for each in (MASK > 0, MASK * 7, MASK * 127, MASK * 254)
    ],
    "heat": [lambda: gradcut.segment(IMAGE, Raises()), lambda: gradcut.segment(IMAGE, NESTED)],
    "mask": [lambda: gradcut.iou(np.ma.masked_equal(MASK, 1), MASK)],
    "size": [lambda: gradcut.rle_decode({"size": [3.5, 3], "counts": [9]}), lambda: gradcut.rle_decode({"size": 3, "counts": [9]})],
    "counts": [
        lambda: gradcut.rle_decode({"size": [3, 3], "counts": [4.5, 4.5]}),
        lambda: gradcut.rle_decode({"size": [3, 3], "counts": "\ud800"}),
    ],
    "x": [lambda: gradcut.Session(IMAGE, HEAT).add_point(10**400, 0)],
    "id": [lambda each=each: gradcut.Session(IMAGE, HEAT).add_box(1, 1, 3, 2, id=each) for each in (-1, 2**63, 1.5)],
    "predictions": [lambda: gradcut.evaluate([None], [MASK])],
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_one_line_that_names_the_argument(name):
    for call in WRONG[name]:
        with pytest.raises(gradcut.Error, match=rf"\b{name}\b") as caught:
            call()
        text = str(caught.value)
        assert len(text.splitlines()) == 1 and "/tmp" not in text


def test_calls_that_do_not_fit_stay_pythons_errors():
    with pytest.raises(TypeError, match="viod"):
        gradcut.iou(MASK, MASK, viod=255)


def test_too_many_cells_are_refused_before_they_are_compared():
    with pytest.raises(gradcut.Error, match="10000 cells"):
        gradcut.segment(IMAGE, HEAT, np.broadcast_to(np.float32(0), (3, 200, 200)))


@pytest.mark.parametrize(
    "hints",
    [
        {"points": [{"x": 99, "y": 0}]},
        {"points": [{"x": float("nan"), "y": 0}]},
        {"points": [{"x": "a", "y": 0}]},
        {"points": 3},
        {"points": [{"x": 1, "y": 1, "class": "\ud800"}]},
        {"strokes": [{"points": [], "radius": 1}]},
        {"strokes": [{"points": [[1, 1]], "radius": -1}]},
        {"boxes": [{"x": 1, "y": 1, "width": 0, "height": 3}]},
        {"boxes": [{"x": 1, "y": 1, "width": 2, "height": 3, "id": 1}] * 2},
        {"boxes": [{"x": 1e300, "y": 1, "width": 1e300, "height": 3}]},
        {"unknown": 1},
        {"trimap": np.zeros((3, 3), np.uint8)},
        {"trimap": "a"},
        {"points": [object()]},
        [("a", "b")],
        "here",
        7,
    ],
)
def test_hints_that_cannot_be_meant_are_refused(hints):
    with pytest.raises(gradcut.Error):
        gradcut.segment(IMAGE, HEAT, hints=hints)


def test_sessions_refuse_and_stay_as_they_were():
    session = gradcut.Session(IMAGE, HEAT)
    before = session.segment().mask
    for change in (
        lambda: session.add_point(99, 0),
        lambda: session.add_point("a", 0),
        lambda: session.add_point(float("nan"), 0),
        lambda: session.add_point(1, 1, box=5),
        lambda: session.add_stroke([]),
        lambda: session.add_stroke(3),
        lambda: session.add_stroke([(1, 2, 3)]),
        lambda: session.add_stroke([(1, 1)], radius=-1),
        lambda: session.add_stroke([(1, 1)], radius="wide"),
        lambda: session.add_box(1, 1, -3, 2),
        lambda: session.add_box(None, 1, 3, 2),
        lambda: session.add_box(1, 1, 3, 2, id="a"),
    ):
        with pytest.raises(gradcut.Error):
            change()
    assert not session.undo()
    np.testing.assert_array_equal(session.segment().mask, before)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (3, 1000)])
def test_no_image_is_too_small_or_too_long(size):
    image = np.random.default_rng(3).integers(0, 255, (*size, 3), np.uint8)
    heat = np.random.default_rng(4).random((2, 3))
    assert gradcut.segment(image, heat).mask.shape == size
    assert gradcut.refine(image, heat).labels.shape == size
    assert gradcut.contrast_weights(image).shape == (4, *size)


@pytest.mark.parametrize("recipe", [3, None, ["fast"], "fastest", b"fast", object()])
def test_recipes_are_names_or_recipes(recipe):
    with pytest.raises(gradcut.Error):
        gradcut.segment(IMAGE, HEAT, recipe=recipe)


def test_masks_are_whole_numbers_and_measures_want_one_size():
    with pytest.raises(gradcut.Error, match="whole numbers"):
        gradcut.iou(HEAT, MASK)
    with pytest.raises(gradcut.Error, match=r"\[0, 255\]"):
        gradcut.iou(np.full((6, 8), -1), MASK)
    with pytest.raises(gradcut.Error):
        gradcut.iou(MASK[:3], MASK)
    for measure in (gradcut.boundary_iou, gradcut.boundary_f):
        with pytest.raises(gradcut.Error, match="ratio"):
            measure(MASK, MASK, ratio=-1)


@pytest.mark.parametrize(
    "rle",
    [
        {},
        None,
        "x",
        {"size": [3, 3]},
        {"size": [3], "counts": "90"},
        {"size": [3, 3], "counts": ""},
        {"size": [3, 3], "counts": "zzzz"},
        {"size": [3, 3], "counts": b"\xff\xfe"},
        {"size": [3, 3], "counts": [4, 6]},
        {"size": [3, 3], "counts": [-4, 13]},
        {"size": [3, 3], "counts": [2**70]},
        {"size": [3, 3], "counts": ["a"]},
        {"size": [3, 3], "counts": 9},
        {"size": [-3, 3], "counts": [9]},
        {"size": [2**40, 2**40], "counts": [9]},
        {"size": [2**70, 1], "counts": [9]},
        {"size": ["a", "b"], "counts": [9]},
    ],
)
def test_run_lengths_that_are_none_are_refused(rle):
    with pytest.raises(gradcut.Error):
        gradcut.rle_decode(rle)


@pytest.mark.parametrize("path", [None, 3, b"\xff\x00", "a\0b", "", "/dev/null/x.png", "/dev/pts"])
def test_files_that_are_none_are_refused(path):
    for call in (
        lambda: gradcut.read_mask(path),
        lambda: gradcut.read_image(path),
        lambda: gradcut.write_mask(path, MASK),
        lambda: gradcut.Recipe.load(path),
        lambda: gradcut.evaluate(path, path),
    ):
        with pytest.raises(gradcut.Error):
            call()
