"""gradcut's matting against PyMatting's, and against the guided filter of `--feather`.

    python3 matting.py DRIVER PHOTOS MASKS [--crops N] [--composites N] [--enlarged F] [--sizes 0.12,1,3,12]

DRIVER is `matte_driver` (-DGRADCUT_BUILD_BENCHMARKS=ON); PHOTOS and MASKS are folders of the same names, such
as ECSSD's images and masks. Needs pymatting, numpy, opencv-python-headless.

1. Crops of photos, trimaps around their masks: PyMatting's closed form is the reference.
2. Composites: photos under soft masks that are made here (hair, motion blur, gaussian edges, of known alpha) over other
   photos. Trimaps are a band around the outline of alpha at 0.5, as wide as what is soft.
3. Times, medians, of one thread, on photos made larger.

SAD is the sum of absolute differences of alpha within the unknown band, in thousands; MSE their mean square, gradient the
sum of squared differences of gaussian gradients (sigma 1.4) in thousands (Rhemann et al. 2009). The foreground's error is
the mean absolute difference of colours, 0 to 255, weighted by alpha, where alpha is between 0.05 and 0.95.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from pymatting import estimate_alpha_cf, estimate_foreground_ml  # noqa: E402

cv2.setNumThreads(1)


def ours(driver, image, trimap, radius, runs=1):
    """Alpha, foreground, soft edge and the seconds of the three."""
    rows, cols = trimap.shape
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        image.tofile(folder / "image")
        trimap.tofile(folder / "trimap")
        paths = [str(folder / file) for file in ("image", "trimap", "alpha", "foreground", "soft")]
        command = [driver, str(rows), str(cols), str(runs), *paths, str(radius)]
        seconds = [float(text) for text in subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.split()]
        alpha = np.fromfile(paths[2], np.float32).reshape(rows, cols)
        foreground = np.fromfile(paths[3], np.uint8).reshape(rows, cols, 3)
        soft = np.fromfile(paths[4], np.uint8).reshape(rows, cols) / 255
    return alpha, foreground, soft, seconds


def seconds_of(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def as_trimap(trimap):
    return np.where(trimap == 0, 0.0, np.where(trimap == 255, 1.0, 0.5))


def gradient(alpha):
    smooth = cv2.GaussianBlur(alpha.astype(np.float64), (0, 0), 1.4)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_64F, 1, 0, ksize=1) / 2, cv2.Sobel(smooth, cv2.CV_64F, 0, 1, ksize=1) / 2)


def errors(alpha, truth, trimap):
    """SAD, MSE and gradient error within the unknown band."""
    unknown = (trimap != 0) & (trimap != 255)
    difference = (alpha - truth)[unknown]
    slopes = (gradient(alpha) - gradient(truth))[unknown]
    return np.abs(difference).sum() / 1e3, np.square(difference).mean(), np.square(slopes).sum() / 1e3


def around(mask, band):
    """A trimap: what is further than `band` from the outline is certain."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - mask.astype(np.uint8), cv2.DIST_L2, 5)
    trimap = np.full(mask.shape, 128, np.uint8)
    trimap[inside > band] = 255
    trimap[outside > band] = 0
    return trimap


def read(path):
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1])


# ---- soft masks of known alpha

def blob(rng, shape):
    """A round outline with bumps, hard."""
    rows, cols = shape
    angles = np.linspace(0, 2 * np.pi, 200)
    radius = min(rows, cols) * 0.3 * (1 + sum(rng.uniform(0, 0.12) * np.sin(k * angles + rng.uniform(0, 7)) for k in (2, 3, 5)))
    points = np.stack([cols / 2 + radius * np.cos(angles), rows / 2 + radius * np.sin(angles)], 1)
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask, points


def with_hair(rng, shape):
    """Strokes of half a pixel to two, drawn four times as large."""
    mask, points = blob(rng, shape)
    scale = 4
    large = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    centre = points.mean(0)
    length = min(shape) * 0.07
    for _ in range(500):
        start = points[rng.integers(len(points))]
        direction = (start - centre) / np.linalg.norm(start - centre)
        direction += rng.normal(0, 0.35, 2)
        bend = rng.normal(0, 0.25, 2)
        steps = np.linspace(-0.3, 1, 12)[:, None] * length * rng.uniform(0.4, 1.2)
        curve = start + steps * direction + (steps / length) ** 2 * bend * length
        cv2.polylines(large, [np.round(curve * scale * 16).astype(np.int32)], False, 255, int(rng.integers(2, 7)), cv2.LINE_AA, 4)
    return cv2.resize(large, shape[::-1], interpolation=cv2.INTER_AREA) / 255


def with_blur(rng, shape):
    sigma = min(shape) * rng.uniform(0.004, 0.012)
    return cv2.GaussianBlur(blob(rng, shape)[0] / 255, (0, 0), sigma)


def with_motion(rng, shape):
    size = int(min(shape) * 0.06) | 1
    kernel = np.zeros((size, size))
    angle = rng.uniform(0, np.pi)
    reach = (size // 2) * np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([size // 2, size // 2])
    cv2.line(kernel, tuple(int(v) for v in middle - reach), tuple(int(v) for v in middle + reach), 1.0, 1)
    return cv2.filter2D(blob(rng, shape)[0] / 255, -1, kernel / kernel.sum())


SOFT_MASKS = {"hair": with_hair, "gaussian": with_blur, "motion": with_motion}


def composite(rng, kind, front, back):
    """Image, alpha and the front's colours, all of the front's size."""
    shape = front.shape[:2]
    back = cv2.resize(back, shape[::-1], interpolation=cv2.INTER_AREA)
    alpha = np.clip(SOFT_MASKS[kind](rng, shape), 0, 1)
    image = alpha[:, :, None] * front + (1 - alpha[:, :, None]) * back
    return np.round(image).astype(np.uint8), alpha


def band_of(alpha):
    """The distance from the outline within which everything soft lies."""
    mask = (alpha >= 0.5).astype(np.uint8)
    distance = np.maximum(cv2.distanceTransform(mask, cv2.DIST_L2, 5), cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5))
    soft = (alpha > 0.01) & (alpha < 0.99)
    return int(np.ceil(np.percentile(distance[soft], 99.5))) + 1


def colour_error(foreground, truth, alpha):
    soft = (alpha > 0.05) & (alpha < 0.95)
    weight = alpha[soft]
    return (np.abs(foreground.astype(float) - truth).mean(2)[soft] * weight).sum() / weight.sum()


# ---- the three parts

def pairs(photos, masks, count, seed):
    names = sorted(path.stem for path in masks.iterdir())
    for name in np.random.default_rng(seed).permutation(names)[:count]:
        yield read(next(photos.glob(f"{name}.*"))), cv2.imread(str(next(masks.glob(f"{name}.*"))), cv2.IMREAD_GRAYSCALE) >= 128


def mean(rows):
    return " ".join(f"{value:9.4f}" for value in np.mean(rows, 0))


def compare_on_photos(options):
    rows, feather = [], []
    for image, mask in pairs(options.photos, options.masks, options.crops, 1):
        band = max(2, round(max(mask.shape) * 0.015))
        trimap = around(mask, band)
        if not ((trimap == 0).any() and (trimap == 255).any()):
            continue
        reference = estimate_alpha_cf(image / 255, as_trimap(trimap))
        alpha, _, soft, _ = ours(options.driver, image, trimap, band)
        unknown = ((trimap != 0) & (trimap != 255)).sum() / 1e3
        rows.append([*errors(alpha, reference, trimap), unknown])
        feather.append([*errors(soft, reference, trimap), unknown])
    print(f"{len(rows)} photos, against PyMatting's: SAD, MSE, gradient, thousands of unknown pixels (means)")
    print("  gradcut       ", mean(rows))
    print("  guided filter ", mean(feather), flush=True)


def compare_on_composites(options):
    rng = np.random.default_rng(2)
    photos = [image for image, _ in pairs(options.photos, options.masks, 2 * options.composites, 3)]
    print(f"{options.composites} composites of each kind: SAD, MSE, gradient, colour error (both estimators by gradcut's alpha; last: the photo's own)")
    for kind in SOFT_MASKS:
        rows = {"gradcut": [], "PyMatting": [], "guided filter": []}
        for front, back in zip(photos[::2], photos[1::2]):
            front = cv2.resize(front, None, fx=options.enlarged, fy=options.enlarged, interpolation=cv2.INTER_CUBIC)
            image, truth = composite(rng, kind, front, back)
            band = band_of(truth)
            trimap = around(truth >= 0.5, band)
            alpha, foreground, soft, _ = ours(options.driver, image, trimap, band)
            reference = estimate_alpha_cf(image / 255, as_trimap(trimap))
            for name, found in (("gradcut", alpha), ("PyMatting", reference), ("guided filter", soft)):
                rows[name].append([*errors(found, truth, trimap), 0])
            rows["gradcut"][-1][3] = colour_error(foreground, front, truth)
            rows["PyMatting"][-1][3] = colour_error(255 * estimate_foreground_ml(image / 255, alpha), front, truth)
            rows["guided filter"][-1][3] = colour_error(image, front, truth)
        for name, values in rows.items():
            print(f"  {kind:9} {name:14}", mean(values), flush=True)


def compare_times(options):
    image, mask = next(pairs(options.photos, options.masks, 1, 5))
    print("seconds (medians): megapixels, thousands unknown; alpha: gradcut, PyMatting, ratio; colours: the same; soft edge")
    for megapixels in options.sizes:
        scale = (megapixels * 1e6 / mask.size) ** 0.5
        large = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        noise = np.random.default_rng(6).normal(0, 2, large.shape)  # as a sensor's
        large = np.clip(large + noise, 0, 255).astype(np.uint8)
        band = max(2, round(max(large.shape) * options.band / 100))
        trimap = around(cv2.resize(mask.astype(np.uint8), large.shape[1::-1], interpolation=cv2.INTER_LINEAR), band)
        alpha, _, _, seconds = ours(options.driver, large, trimap, min(band, 200), options.runs)
        line = [seconds[0], float("nan"), seconds[1], float("nan")]
        if megapixels <= options.largest:
            picture, known = large / 255, as_trimap(trimap)
            runs = [seconds_of(lambda: estimate_alpha_cf(picture, known)) for _ in range(options.runs)]
            line[1] = statistics.median(run[1] for run in runs)
            line[3] = statistics.median(seconds_of(lambda: estimate_foreground_ml(picture, runs[0][0]))[1] for _ in range(options.runs))
        unknown = (trimap == 128).sum() / 1e3
        print(f"  {megapixels:6.2f} {unknown:8.1f}   {line[0]:8.3f} {line[1]:8.3f} {line[1] / line[0]:6.1f}"
              f"   {line[2]:8.3f} {line[3]:8.3f} {line[3] / line[2]:6.1f}   {seconds[2]:8.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("masks", type=pathlib.Path)
    parser.add_argument("--crops", type=int, default=40)
    parser.add_argument("--composites", type=int, default=20)
    parser.add_argument("--sizes", type=lambda text: [float(part) for part in text.split(",")], default=[0.12, 1, 3, 12])
    parser.add_argument("--enlarged", type=float, default=1, help="composites are of photos so many times as large")
    parser.add_argument("--largest", type=float, default=3, help="megapixels that PyMatting is given at most")
    parser.add_argument("--band", type=float, default=1, help="percent of the longer side")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.crops:
        compare_on_photos(options)
    if options.composites:
        compare_on_composites(options)
    if options.sizes:
        compare_times(options)


if __name__ == "__main__":
    main()
