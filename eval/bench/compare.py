#!/usr/bin/env python3
"""compare.py MIN_CUT_BENCH FOLDER [--without NAME,...]

Runs all solvers on all energies of a folder: those of `min_cut_bench`, and PyMaxflow (its Python
needs `pip install numpy PyMaxflow==1.3.2`), file by file, so that each file's solvers run close together
in time. Checks that all flows agree and prints, against `grid`, the ratios of build + solve.
"""

import argparse
import glob
import json
import os
import statistics
import subprocess
import time

import maxflow
import numpy

STRUCTURES = [
    [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    [[0, 0, 0], [0, 0, 0], [0, 1, 0]],
    [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
    [[0, 0, 0], [0, 0, 0], [1, 0, 0]],
]


def read_energy(path):
    values = numpy.fromfile(path, numpy.int32)
    rows, cols = values[:2]
    return values[2:].reshape(5, rows, cols)


def pymaxflow_once(planes):
    start = time.process_time()
    pixels = planes[0].size
    graph = maxflow.Graph[int](pixels, 4 * pixels)
    nodes = graph.add_grid_nodes(planes[0].shape)
    for weights, structure in zip(planes[1:], STRUCTURES):
        graph.add_grid_edges(nodes, weights, numpy.array(structure), symmetric=True)
    graph.add_grid_tedges(nodes, numpy.maximum(planes[0], 0), numpy.maximum(-planes[0], 0))
    built = time.process_time()
    flow = graph.maxflow()
    solved = time.process_time()
    return {"build": 1e3 * (built - start), "solve": 1e3 * (solved - built), "flow": flow}


def pymaxflow(path):
    planes = read_energy(path)
    runs = [pymaxflow_once(planes) for _ in range(2)]
    return min(runs, key=lambda run: run["build"] + run["solve"])


def ours(bench, path, without):
    stem = os.path.splitext(os.path.basename(path))[0]
    pattern = "^" + stem + "/" + ("" if not without else "(" + "|".join(
        name for name in ("grid", "boost-implicit", "boost-bk", "boost-push-relabel", "opencv")
        if name not in without) + ")/")
    output = subprocess.run(
        [bench, os.path.dirname(path), "--benchmark_filter=" + pattern, "--benchmark_format=json"],
        check=True, capture_output=True, text=True).stdout
    runs = {}
    for run in json.loads(output)["benchmarks"]:
        runs[run["name"].split("/")[1]] = {
            "build": run["build_ms"], "solve": run["solve_ms"], "flow": int(run["flow"]),
            "pixels": run["pixels"]}
    return runs


def check_flows(path, runs):
    expected = runs["grid"]["flow"]
    for name, run in runs.items():
        # OpenCV's and PyMaxflow's flows are 32-bit integers.
        if (run["flow"] - expected) % 2**32 != 0:
            raise SystemExit(f"{path}: {name} finds flow {run['flow']}, grid {expected}")


def total(run):
    return run["build"] + run["solve"]


def report(results):
    grid = [total(runs["grid"]) for runs in results]
    scaled = [total(runs["grid"]) * 187500 / runs["grid"]["pixels"] for runs in results]
    print(f"{len(results)} energies; grid: median {statistics.median(grid):.1f} ms, worst "
          f"{max(grid):.1f} ms; median per 500x375 {statistics.median(scaled):.1f} ms\n")
    print("| against | build, ms | solve, ms | median ratio | least ratio | largest ratio |")
    print("|---|---|---|---|---|---|")
    names = [name for name in results[0] if name != "grid"]
    for runs in results:
        runs["best of these"] = min((runs[name] for name in names), key=total)
    for name in names + ["best of these"]:
        ratios = [total(runs[name]) / total(runs["grid"]) for runs in results]
        build = statistics.median(runs[name]["build"] for runs in results)
        solve = statistics.median(runs[name]["solve"] for runs in results)
        print(f"| {name} | {build:.0f} | {solve:.0f} | {statistics.median(ratios):.1f} "
              f"| {min(ratios):.1f} | {max(ratios):.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench")
    parser.add_argument("folder")
    parser.add_argument("--without", default="", help="solvers to leave out, separated by commas")
    arguments = parser.parse_args()
    without = [name for name in arguments.without.split(",") if name]
    results = []
    for path in sorted(glob.glob(os.path.join(arguments.folder, "*.energy"))):
        runs = ours(arguments.bench, path, without)
        if "pymaxflow" not in without:
            runs["pymaxflow"] = pymaxflow(path)
        check_flows(path, runs)
        results.append(runs)
    report(results)


if __name__ == "__main__":
    main()
