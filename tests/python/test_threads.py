"""Python runs on while the extension computes."""

import sys
import threading

import numpy as np
import pytest
from gradcut import _core

IMAGE = np.random.default_rng(1).integers(0, 255, (600, 800, 3), np.uint8)
HEAT = np.random.default_rng(2).random((600, 800), np.float32)
MASK = (HEAT > 0.5).astype(np.uint8)
WEIGHTS = _core.contrast_weights(IMAGE, 20, 8).reshape(4, 600, 800)
COSTS = np.stack([HEAT, 1 - HEAT, HEAT**2])
TEXT = _core.rle_encode(MASK)
SEGMENT, REFINE = _core.SegmentRecipe("fast", {}), _core.RefineRecipe({})
SESSION = _core.Session(IMAGE, HEAT, None, SEGMENT)

COMPUTATIONS = {
    "segment": lambda _: _core.segment(IMAGE, HEAT, None, "", None, SEGMENT),
    "session": lambda _: SESSION.segment(),
    "new session": lambda _: _core.Session(IMAGE, HEAT, None, SEGMENT),
    "refine": lambda _: _core.refine(IMAGE, HEAT, None, "", None, REFINE),
    "min_cut": lambda _: _core.min_cut(HEAT, WEIGHTS, "grid"),
    "alpha_expansion": lambda _: _core.alpha_expansion(COSTS, WEIGHTS, "grid"),
    "contrast_weights": lambda _: _core.contrast_weights(IMAGE, 20, 8),
    "region_measures": lambda _: _core.region_measures(MASK, MASK),
    "boundary_iou": lambda _: _core.boundary_iou(MASK, MASK, 0.02),
    "boundary_f": lambda _: _core.boundary_f(MASK, MASK, 0.008),
    "heat_measures": lambda _: _core.heat_measures(HEAT, MASK),
    "confusion": lambda _: _core.confusion(MASK, MASK, 3),
    "rle_encode": lambda _: _core.rle_encode(MASK),
    "rle_decode": lambda _: _core.rle_decode(TEXT, 600, 800),
    "rle_decode_counts": lambda _: _core.rle_decode_counts([1 << 22], 1 << 11, 1 << 11),
    "evaluate": lambda path: _core.evaluate(path, path, "binary", False, [], 1),
    "read_mask": lambda path: _core.read_mask(path),
    "read_image": lambda path: _core.read_image(path),
    "write_mask": lambda path: _core.write_mask(path, MASK, False),
}


def runs_on_during(work):
    """Whether this thread has its turn before the work of another, which gives its turn away only
    where it waits or lets go of the lock, is done."""
    begun, done = threading.Event(), threading.Event()

    def other():
        begun.set()
        work()
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait()
    seen = not done.is_set()
    thread.join()
    return seen


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_computations_release_the_lock(name, tmp_path):
    path = str(tmp_path / "mask.png")
    _core.write_mask(path, MASK, False)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        # What is done in a millisecond may be over before the system wakes this thread.
        assert any(runs_on_during(lambda: COMPUTATIONS[name](path)) for _ in range(200))
    finally:
        sys.setswitchinterval(interval)
