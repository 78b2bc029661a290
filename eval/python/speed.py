#!/usr/bin/env python3
"""What the Python package takes, beside its peers, on the same inputs in the same run.

    pip install numpy PyMaxflow==1.3.2 pydensecrf2==1.1
    gradcut mask PHOTOS -o PRIORS --save mask,probability --colour.weight 0 --segment.rounds 1 --segment.max_megapixels 1000
    python3 eval/python/speed.py PHOTOS PRIORS [--count 30]

Energies are those of eval/bench (make_energies): contrast weights of the photo at full size, log odds of the prior. Times are
CPU time of the thread; a ratio above 1 says that gradcut is faster. PHOTOS are .jpg; PRIORS hold STEM.probability.npy.
"""

import argparse
import concurrent.futures
import multiprocessing
import pathlib
import statistics
import time

import gradcut
import numpy as np

STRUCTURES = [
    [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    [[0, 0, 0], [0, 0, 0], [0, 1, 0]],
    [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    [[0, 0, 0], [0, 0, 0], [1, 0, 0]],
]


def timed(work, times=3):
    """The least of some CPU times in milliseconds, and what came out."""
    best, result = float("inf"), None
    for _ in range(times):
        start = time.thread_time()
        result = work()
        best = min(best, 1e3 * (time.thread_time() - start))
    return best, result


def pymaxflow(unary, weights):
    import maxflow

    graph = maxflow.Graph[int](unary.size, 4 * unary.size)
    nodes = graph.add_grid_nodes(unary.shape)
    for layer, structure in zip(weights, STRUCTURES):
        graph.add_grid_edges(nodes, layer, np.array(structure), symmetric=True)
    graph.add_grid_tedges(nodes, np.maximum(unary, 0), np.maximum(-unary, 0))
    return graph.maxflow()


def dense_crf(image, probability):
    """Krahenbuhl and Koltun's with the parameters of DeepLab, 10 rounds."""
    import pydensecrf.densecrf as dense
    from pydensecrf.utils import unary_from_softmax

    rows, columns = probability.shape
    crf = dense.DenseCRF2D(columns, rows, 2)
    crf.setUnaryEnergy(unary_from_softmax(np.clip(np.stack([1 - probability, probability]), 1e-3, 1)))
    crf.addPairwiseGaussian(sxy=3, compat=3)
    crf.addPairwiseBilateral(sxy=50, srgb=5, rgbim=image, compat=10)
    return np.argmax(crf.inference(10), 0)


def ratios(name, ours, theirs):
    each = sorted(b / a for a, b in zip(ours, theirs))
    print(
        f"{name}: {statistics.median(ours):.1f} ms against {statistics.median(theirs):.1f} ms at the median; "
        f"ratio {statistics.median(each):.2f} (least {each[0]:.2f}, greatest {each[-1]:.2f}) over {len(each)} photos"
    )


def compare(items):
    cuts, flows, refined, crfs = [], [], [], []
    for image, probability in items:
        odds = np.clip(probability.astype(np.float64), 1e-4, 1 - 1e-4)
        unary = np.rint(1000 * np.log(odds / (1 - odds))).astype(np.int32)
        weights = gradcut.contrast_weights(image)
        own, cut = timed(lambda: gradcut.min_cut(unary, weights))
        their, flow = timed(lambda: pymaxflow(unary, weights))
        assert flow == cut.flow, "the flows differ"
        cuts.append(own)
        flows.append(their)
        refined.append(timed(lambda: gradcut.refine(image, probability, prior_values="probability"))[0])
        crfs.append(timed(lambda: dense_crf(image, probability), 1)[0])
    ratios("min_cut / PyMaxflow", cuts, flows)
    ratios("refine / pydensecrf2", refined, crfs)


def overhead():
    """Of calls that have next to nothing to do, microseconds of wall time."""
    mask, unary, weights = np.ones((2, 2), np.uint8), np.zeros((2, 2), np.float32), np.zeros((2, 2, 2), np.int32)
    for name, call in (
        ("iou", lambda: gradcut.iou(mask, mask)),
        ("min_cut", lambda: gradcut.min_cut(unary, weights)),
        ("rle_encode", lambda: gradcut.rle_encode(mask)),
    ):
        start = time.perf_counter()
        for _ in range(5000):
            call()
        print(f"{name} of 2 x 2 pixels: {1e6 * (time.perf_counter() - start) / 5000:.1f} us a call")


def refine_one(item):
    return gradcut.refine(item[0], item[1], prior_values="probability", segment_max_megapixels=1).confidence


def scaling(items, rounds=5):
    """Images a second of eight threads and of eight processes, in turn: other load meets both."""
    work = items * 2
    fork = multiprocessing.get_context("fork")
    pools = {  # Processes are forked before there are threads.
        "processes": concurrent.futures.ProcessPoolExecutor(8, mp_context=fork),
        "threads": concurrent.futures.ThreadPoolExecutor(8),
    }
    rates = {name: [] for name in pools}
    for pool in pools.values():
        list(pool.map(refine_one, items[:8]))  # Started, and warm.
    for _ in range(rounds):
        for name, pool in pools.items():
            start = time.perf_counter()
            list(pool.map(refine_one, work))
            rates[name].append(len(work) / (time.perf_counter() - start))
    for name, pool in pools.items():
        pool.shutdown()
        print(f"eight {name}: {statistics.median(rates[name]):.1f} photos a second")
    each = sorted(a / b for a, b in zip(rates["threads"], rates["processes"]))
    print(f"threads / processes: {statistics.median(each):.2f} (least {each[0]:.2f}, greatest {each[-1]:.2f}) of {rounds} rounds")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("priors", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=30)
    arguments = parser.parse_args()
    priors = sorted(arguments.priors.glob("*.probability.npy"))[: arguments.count]
    items = [
        (gradcut.read_image(arguments.photos / path.name.replace(".probability.npy", ".jpg")), np.load(path))
        for path in priors
    ]
    overhead()
    compare(items)
    scaling(items)


if __name__ == "__main__":
    main()
