"""Minimum cuts and expansions, against all labellings."""

import itertools

import gradcut
import numpy as np
import pytest

STEPS = [(0, 1), (1, 0), (1, 1), (1, -1)]


def energy_of(labels, costs, weights):
    """Of costs labels x rows x columns, written out."""
    rows, columns = labels.shape
    total = sum(costs[labels[i, j], i, j] for i in range(rows) for j in range(columns))
    for (down, right), layer in zip(STEPS, weights):
        for i, j in itertools.product(range(rows), range(columns)):
            if i + down < rows and 0 <= j + right < columns:
                total += layer[i, j] * (labels[i, j] != labels[i + down, j + right])
    return total


@pytest.mark.parametrize("solver", ["grid", "boost"])
@pytest.mark.parametrize("directions", [2, 4])
def test_cuts_are_the_least_of_all_labellings(solver, directions):
    random = np.random.default_rng(1)
    for _ in range(10):
        unary = random.integers(-9, 10, (3, 4), dtype=np.int32)
        weights = random.integers(0, 8, (directions, 3, 4), dtype=np.int32)
        cut = gradcut.min_cut(unary, weights, solver=solver)
        costs = np.stack([np.maximum(unary, 0), np.maximum(-unary, 0)])
        every = [np.reshape(each, (3, 4)) for each in itertools.product((0, 1), repeat=12)]
        least = min(energy_of(each, costs, weights) for each in every)
        assert cut.flow == least == energy_of(cut.labels, costs, weights)
        smallest = min(each.sum() for each in every if energy_of(each, costs, weights) == least)
        assert cut.labels.sum() == smallest
        assert cut.labels.dtype == np.uint8


def test_floats_are_nats_and_integers_thousandths():
    unary = np.array([[5.0, -1.0, -1.0]])
    weights = np.zeros((2, 1, 3))
    weights[0] = [[3, 1, 0]]
    cut = gradcut.min_cut(unary, weights)
    assert cut.labels.tolist() == [[1, 1, 0]] and cut.flow == 2000
    same = gradcut.min_cut((unary * 1000).astype(np.int64), (weights * 1000).astype(np.int32))
    assert same.labels.tolist() == [[1, 1, 0]] and same.flow == 2000


@pytest.mark.parametrize("nothing", [np.nan, -1])
def test_what_would_leave_the_grid_is_not_looked_at(nothing):
    weights = np.ones((4, 3, 4))
    unary = np.random.default_rng(3).normal(size=(3, 4))
    expected = gradcut.min_cut(unary, weights)
    weights[0, :, -1] = weights[1, -1] = weights[2, -1] = weights[2, :, -1] = weights[3, -1] = weights[3, :, 0] = nothing
    found = gradcut.min_cut(unary, weights)
    assert found.flow == expected.flow and (found.labels == expected.labels).all()
    for direction in range(4):
        wrong = weights.copy()
        wrong[direction, 1, 1] = nothing
        with pytest.raises(gradcut.Error, match="weights"):
            gradcut.min_cut(unary, wrong)


def test_infinite_costs_are_certain():
    unary = np.array([[np.inf, 0, -np.inf]])
    weights = np.full((2, 1, 3), 100.0)
    assert gradcut.min_cut(unary, weights).labels.tolist() == [[1, 0, 0]]


def test_expansions_of_two_labels_are_exact_and_of_three_near():
    random = np.random.default_rng(2)
    for labels in (2, 3):
        costs = random.integers(0, 10, (labels, 3, 3), dtype=np.int32)
        weights = random.integers(0, 4, (4, 3, 3), dtype=np.int32)
        found = gradcut.alpha_expansion(costs, weights)
        every = (np.reshape(each, (3, 3)) for each in itertools.product(range(labels), repeat=9))
        least = min(energy_of(each, costs, weights) for each in every)
        assert found.energy == energy_of(found.labels, costs, weights)
        assert least <= found.energy <= (least if labels == 2 else 2 * least)


def test_contrast_weights_are_those_of_the_formula(scene):
    image, _ = scene
    pixels = image.astype(np.int64)
    squared = []
    for down, right in STEPS:
        first = pixels[: 144 - down, max(0, -right) : 192 - max(0, right)]
        second = pixels[down:, max(0, right) : 192 + min(0, right)]
        squared.append(((first - second) ** 2).sum(-1))
    mean = np.concatenate([each.ravel() for each in squared]).mean()
    weights = gradcut.contrast_weights(image, smoothness=7)
    assert weights.shape == (4, 144, 192) and weights.dtype == np.int32
    for (down, right), layer, values in zip(STEPS, weights, squared):
        expected = np.rint(7000 * np.exp(-values / (2 * mean)) / np.hypot(down, right))
        own = layer[: 144 - down, max(0, -right) : 192 - max(0, right)]
        assert np.abs(own - expected).max() <= 1
    assert gradcut.contrast_weights(image, neighbours=4).shape == (2, 144, 192)


@pytest.mark.parametrize(
    ("unary", "weights", "message"),
    [
        (np.zeros((3, 3)), np.zeros((4, 3, 4)), "3 x 4, as the weights are"),
        (np.zeros((3, 3)), np.zeros((3, 3, 3)), "2 or 4 x rows x columns"),
        (np.zeros((3, 3)), -np.ones((2, 3, 3)), "below 0"),
        (np.full((3, 3), np.nan), np.zeros((2, 3, 3)), "not a number at row 0, column 0"),
        (np.zeros(3), np.zeros((2, 3, 3)), "two or three axes"),
        (np.zeros((3, 3), complex), np.zeros((2, 3, 3)), "array of numbers"),
        (np.full((3, 3), 2**40), np.zeros((2, 3, 3)), "do not fit"),
    ],
)
def test_bad_energies_are_refused(unary, weights, message):
    with pytest.raises(gradcut.Error, match=message):
        gradcut.min_cut(unary, weights)
    with pytest.raises(gradcut.Error):
        gradcut.alpha_expansion(unary, weights)


def test_a_solver_has_a_name():
    with pytest.raises(gradcut.Error, match="solver 'fast'"):
        gradcut.min_cut(np.zeros((1, 1)), np.zeros((2, 1, 1)), solver="fast")
