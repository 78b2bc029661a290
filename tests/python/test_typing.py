"""The types that the package declares are those that it has."""

import pathlib
import subprocess
import sys

import gradcut
import pytest

PACKAGE = pathlib.Path(gradcut.__file__).parent


def check(*arguments):
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_strictly_typed(tmp_path):
    check("mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "gradcut")


def test_stubs_are_those_of_the_extension(tmp_path):
    # Those of nanobind are no functions and classes of Python's own kinds, which stubtest says of each.
    kinds = tmp_path / "kinds.txt"
    names = ("SegmentRecipe", "RefineRecipe", "Session", *(name for name in dir(gradcut._core) if name.islower()))
    kinds.write_text("".join(rf"gradcut\._core\.{name}" + "\n" for name in names if not name.startswith("__")))
    check("mypy.stubtest", "gradcut._core", "--ignore-disjoint-bases", "--allowlist", str(kinds))


def test_what_users_write_is_checked(tmp_path):
    (tmp_path / "right.py").write_text(
        "import numpy as np\nimport gradcut\n"
        "found = gradcut.segment(np.zeros((4, 4, 3), np.uint8), np.eye(4), recipe='best')\n"
        "mask: np.typing.NDArray[np.uint8] = found.mask\nshare: float = gradcut.iou(mask, mask, void=255)\n"
    )
    check("mypy", "--strict", "--cache-dir", str(tmp_path), str(tmp_path / "right.py"))
    (tmp_path / "wrong.py").write_text("import gradcut\ngradcut.iou(1, 2, viod=255)\ngradcut.rle_decode(3)\n")
    with pytest.raises(AssertionError, match="viod"):
        check("mypy", "--strict", "--cache-dir", str(tmp_path), str(tmp_path / "wrong.py"))


@pytest.mark.parametrize("name", gradcut.__all__)
def test_everything_is_documented(name):
    documentation = getattr(gradcut, name).__doc__
    assert documentation and len(documentation) > 20 or name == "__version__"
