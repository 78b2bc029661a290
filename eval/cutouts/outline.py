"""A page of crops of the outline, scaled up (left) and cut again at the photo's own size (right).

    python3 outline.py PHOTOS GRADCUT PAGE.jpg [--preset fast] [--crop 480]

Masks each photo of the folder with `--segment.outline false` and `true`, and shows the part where both differ most, pixel by
pixel, with the outline in it. Prints for each photo its megapixels, the share of the mask that differs, and what the stage
"outline" takes.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import cv2
import numpy as np

COLOUR = (255, 0, 255)


def masks(program, photos, preset, outline, folder):
    """Mask and milliseconds of the outline by name."""
    subprocess.run([program, "mask", photos, "-o", folder, "--preset", preset, "--segment.outline", outline, "--jobs", "1",
                    "--quiet"], check=True)
    entries = [json.loads(line) for line in (pathlib.Path(folder) / "manifest.jsonl").read_text().splitlines()]
    return {entry["path"]: (cv2.imread(str(pathlib.Path(folder) / entry["output"]), cv2.IMREAD_GRAYSCALE),
                            entry["milliseconds"].get("outline", 0)) for entry in entries}


def where_they_differ(a, b, side):
    """The corner of the square with the most pixels that differ."""
    small = cv2.resize((a != b).astype(np.float32), None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    sums = cv2.boxFilter(small, -1, (side // 10, side // 10), normalize=False, borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(np.argmax(sums), sums.shape)
    return (int(np.clip(y * 10 - side // 2, 0, max(0, a.shape[0] - side))),
            int(np.clip(x * 10 - side // 2, 0, max(0, a.shape[1] - side))))


def shown(photo, mask, corner, side):
    y, x = corner
    part = photo[y:y + side, x:x + side].copy()
    contours, _ = cv2.findContours(mask[y:y + side, x:x + side], cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(part, contours, -1, COLOUR, 2)
    return part


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("page")
    parser.add_argument("--preset", default="fast")
    parser.add_argument("--crop", type=int, default=480)
    arguments = parser.parse_args()
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        scaled = masks(arguments.program, arguments.photos, arguments.preset, "false", folder + "/scaled")
        outlined = masks(arguments.program, arguments.photos, arguments.preset, "true", folder + "/outlined")
    for path in sorted(outlined):
        photo = cv2.imread(str(arguments.photos / path))
        before, (after, milliseconds) = scaled[path][0], outlined[path]
        differs = np.count_nonzero(before != after) / max(1, np.count_nonzero(after))
        print(f"{path:24} {photo.shape[0] * photo.shape[1] / 1e6:5.1f} MP  differs {differs:.3f}  {milliseconds:6.0f} ms")
        corner = where_they_differ(before, after, arguments.crop)
        pair = [shown(photo, mask, corner, arguments.crop) for mask in (before, after)]
        pairs.append(np.hstack([*pair, np.full((pair[0].shape[0], 12, 3), 255, np.uint8)]))
    rows = [np.hstack(pairs[i:i + 3]) for i in range(0, len(pairs) - len(pairs) % 3, 3)]
    cv2.imwrite(arguments.page, np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
