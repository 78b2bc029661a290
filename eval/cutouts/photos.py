"""Large photos to measure with: the sample photos scaled up, with the fine noise of a sensor.

    python3 photos.py SAMPLES DIR [MEGAPIXELS...]

SAMPLES is build/photos (scikit-image's photos of a person, a cat, a cup and a rocket). Scaling alone would leave pictures
that are smoother than any camera's, and PNG files far too small: to every value comes noise with a standard deviation of 6
grey levels, blurred as interpolating a colour filter's samples does. Needs numpy and opencv-python. Seeded: the same files
each time.
"""

import pathlib
import sys

import cv2
import numpy

QUALITY = 92  # of JPEG, as cameras have it
STRIP = 512  # rows at a time


def enlarged(photo, megapixels):
    rows, cols = photo.shape[:2]
    scale = (megapixels * 1e6 / (rows * cols)) ** 0.5
    return cv2.resize(photo, (round(cols * scale), round(rows * scale)), interpolation=cv2.INTER_CUBIC)


def add_noise(photo, random):
    for row in range(0, photo.shape[0], STRIP):
        strip = photo[row:row + STRIP].astype(numpy.float32)
        noise = random.standard_normal(strip.shape, dtype=numpy.float32)
        strip += 6 * cv2.GaussianBlur(noise, (3, 3), 0.6)
        photo[row:row + STRIP] = numpy.clip(strip, 0, 255).astype(numpy.uint8)


def main():
    samples, folder = map(pathlib.Path, sys.argv[1:3])
    sizes = [int(size) for size in sys.argv[3:]] or [1, 12, 24, 48, 100]
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        for sample in sorted(samples.iterdir()):
            photo = enlarged(cv2.imread(str(sample)), size)
            add_noise(photo, numpy.random.default_rng(0))
            cv2.imwrite(str(folder / f"{sample.stem}_{size}.jpg"), photo, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


main()
