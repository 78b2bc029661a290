"""What the tests of the Python package share."""

import os
import pathlib
import subprocess

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("GRADCUT_PROGRAM", ROOT / "build/release/gradcut"))
RED, GREEN = (slice(48, 96), slice(16, 64)), (slice(48, 96), slice(128, 176))


@pytest.fixture
def scene():
    """A red and a green square on dark blue, and a coarse map that knows the red one."""
    image = np.zeros((144, 192, 3), np.uint8)
    image[...] = (10, 10, 60)
    image[RED] = (230, 20, 20)
    image[GREEN] = (20, 230, 20)
    image += np.random.default_rng(5).integers(0, 12, image.shape, np.uint8)
    heat = np.zeros((9, 12), np.float32)
    heat[3:6, 1:4] = 1
    return image, heat


def square(*places):
    """A mask of 0 and 1 with those places as object."""
    mask = np.zeros((144, 192), np.uint8)
    for place in places:
        mask[place] = 1
    return mask


@pytest.fixture(scope="session")
def photos():
    """Real photos, as the quick start fetches them."""
    return [ROOT / "build/photos" / name for name in ("coffee.png", "rocket.jpg")]


@pytest.fixture(scope="session")
def run():
    """Runs the program with arguments."""

    def program(*arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return program


@pytest.fixture
def folders(tmp_path, run, photos):
    """A folder of photos and one of their heat maps, as the program makes them."""
    (tmp_path / "photos").mkdir()
    for photo in photos:
        (tmp_path / "photos" / photo.name).symlink_to(photo)
    run("saliency", tmp_path / "photos", "-o", tmp_path / "heat", "--save", "probability", "--quiet")
    return tmp_path / "photos", tmp_path / "heat"
