"""Options, presets and their files."""

import json
import subprocess

import gradcut
import numpy as np
import pytest
from conftest import PROGRAM


def test_options_go_over_the_preset():
    recipe = gradcut.Recipe("best", graphcut_smoothness=15, hints_hard=False, mask_keep_largest=True)
    assert recipe.preset == "best"
    assert recipe.options["graphcut.smoothness"] == "15"
    assert recipe.options["hints.hard"] == "false"
    assert recipe.options["segment.max_megapixels"] == "0.5"
    assert recipe == gradcut.Recipe("best", **{"graphcut.smoothness": 15.0, "hints.hard": "false", "mask.keep_largest": True})
    assert "graphcut_smoothness='15'" in repr(recipe)


def test_functions_take_recipes_and_options_alike(scene):
    recipe = gradcut.Recipe("fast", graphcut_smoothness=2, segment_rounds=1)
    first = gradcut.segment(*scene, recipe=recipe)
    second = gradcut.segment(*scene, graphcut_smoothness=2, segment_rounds=1)
    np.testing.assert_array_equal(first.probability, second.probability)
    assert not np.array_equal(first.probability, gradcut.segment(*scene).probability)
    both = gradcut.refine(*scene, recipe=recipe, prior_slope=3)
    np.testing.assert_array_equal(
        both.probabilities,
        gradcut.refine(*scene, graphcut_smoothness=2, segment_rounds=1, prior_slope=3).probabilities,
    )


def test_files_of_the_program_are_recipes(tmp_path, run, photos):
    run("saliency", photos[0], "-o", tmp_path / "out", "--preset", "best", "--saliency.blur", "0.1", "--quiet")
    recipe = gradcut.Recipe.load(tmp_path / "out/run.json")
    assert recipe.preset == "best"
    assert recipe.options == gradcut.Recipe("best").options
    assert recipe.settings["model"] == "efficientnet-lite0"
    toml = tmp_path / "recipe.toml"
    toml.write_text('preset = "classic"\nmodel = "vgg19"\n[graphcut]\nneighbours = 4\n[saliency]\nblur = 0.2\n')
    recipe = gradcut.Recipe.load(toml)
    assert recipe.options["graphcut.neighbours"] == "4"
    assert recipe.given["saliency.blur"] == "0.2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("preset = 3x", "recipe.toml:1"),
        ("[graphcut]\nsmothness = 3", "graphcut.smothness"),
        ("[graphcut]\nsmoothness = 'a'", "graphcut.smoothness"),
        ("[grahpcut]\nsmoothness = 3", "grahpcut"),
        ("preset = 'fastest'", "fastest"),
        ("presett = 'best'", "presett"),
        ("modl = 'x'", "modl"),
        ("model = 3", "model"),
        ("class = 1.5", "class"),
        ("seed = -1", "seed"),
        ("seed = 1.5", "seed"),
        ("seed = 'abc'", "seed"),
        ("[saliency]\ntypo = 3", "saliency.typo"),
        ("[render]\nq = 7", "render.q"),
        ("[maps]\nx = 1", "maps.x"),
    ],
)
def test_what_the_program_refuses_in_a_file_is_named(tmp_path, text, message):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(gradcut.Error, match=message):
        gradcut.Recipe.load(path)
    done = subprocess.run([PROGRAM, "mask", path, "-o", tmp_path / "out", "--config", path], capture_output=True, text=True)
    assert done.returncode == 2 and message.partition(":")[0] in done.stderr


def test_keys_are_those_of_the_program(folders, tmp_path, run):
    run("mask", folders[0], "-o", tmp_path / "mask", "--quiet")
    run("refine", *folders, "-o", tmp_path / "refine", "--quiet")
    keys = set()
    for name in ("mask", "refine"):
        recipe = json.loads((tmp_path / name / "run.json").read_text())["recipe"]
        assert gradcut.Recipe.load(tmp_path / name / "run.json").options["graphcut.smoothness"]
        keys |= {f"{stage}.{field}" for stage, table in recipe.items() if isinstance(table, dict) for field in table}
    core = gradcut._core
    assert {*core.segment_keys(), *core.refine_keys(), *core.other_keys()} == keys


def test_seeds_are_kept_whole(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(f"seed = {2**63 - 1}")
    assert gradcut.Recipe.load(path).settings["seed"] == 2**63 - 1


@pytest.mark.parametrize("value", [15, 15.0, np.array(15.0), np.float32(15), np.int64(15), np.array(15), "15"])
def test_numbers_of_any_kind_are_options(value):
    assert gradcut.Recipe(graphcut_smoothness=value).given["graphcut.smoothness"] == "15"


def test_whole_numbers_stay_whole():
    with pytest.raises(gradcut.Error, match=str(2**53 + 1)):
        gradcut.Recipe(segment_rounds=2**53 + 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"graphcut_smothness": 3}, "did you mean graphcut.smoothness"),
        ({"graphcut_smoothness": -1}, "graphcut.smoothness"),
        ({"graphcut_smoothness": "much"}, "graphcut.smoothness"),
        ({"graphcut_smoothness": None}, "graphcut.smoothness"),
        ({"graphcut_neighbours": 5}, "graphcut.neighbours"),
        ({"saliency_typo": 3}, "saliency.typo"),
        ({"seeds_foreground_quantile": 0.1, "seeds_background_quantile": 0.5}, "quantile"),
    ],
)
def test_wrong_options_are_named(scene, options, message):
    with pytest.raises(gradcut.Error, match=message):
        gradcut.Recipe(**options)
    with pytest.raises(gradcut.Error, match=message):
        gradcut.segment(*scene, **options)


def test_an_evaluated_run_is_json(tmp_path):
    missing = tmp_path / "nothing.toml"
    with pytest.raises(gradcut.Error, match="nothing.toml"):
        gradcut.Recipe.load(missing)
    (tmp_path / "x.json").write_text(json.dumps([1]))
    with pytest.raises(gradcut.Error, match="table of options"):
        gradcut.Recipe.load(tmp_path / "x.json")
