#!/usr/bin/env python3
"""IRN's step from class activation maps to labels (jiwoon-ahn/irn, step/cam_to_ir_label.py), without a dense CRF.

There, `crf_inference_label(image, labels, n_labels)` turns an argmax of the maps into probabilities and smooths them. Here
`refine_label` takes the place of argmax and CRF: it has the maps themselves.

    python3 tests/examples/python/irn_refine.py        # on arrays of IRN's shapes
"""

import gradcut
import numpy as np


def refine_label(image, cams, keys, fg_threshold):
    """Labels of an image (H x W x 3) by the maps of its classes (C x H x W, as IRN's `high_res`): uint8, H x W, where
    `keys` (C + 1, the background's 0 first) says what the maps are of."""
    found = gradcut.refine(image, cams, prior_background="level", prior_level=fg_threshold, prior_stretch=False)
    return keys[found.labels].astype(np.uint8)


def ir_label(image, cam_dict, conf_fg_threshold=0.30, conf_bg_threshold=0.05):
    """What the step saves: class indices, 0 background, 255 unsure. `cam_dict` is what IRN's make_cam.py wrote."""
    cams = cam_dict["high_res"]
    keys = np.pad(cam_dict["keys"] + 1, (1, 0), mode="constant")
    foreground = refine_label(image, cams, keys, conf_fg_threshold)
    background = refine_label(image, cams, keys, conf_bg_threshold)
    label = foreground.copy()
    label[foreground == 0] = 255
    label[background + foreground == 0] = 0
    return label


def main():
    random = np.random.default_rng(0)
    image = random.integers(0, 40, (281, 500, 3), np.uint8)
    image[80:200, 60:180, 0] += 200
    image[60:220, 300:440, 1] += 200
    cams = np.zeros((2, 281, 500), np.float32)
    cams[0, 100:180, 80:160] = 1
    cams[1, 90:190, 330:410] = 1
    label = ir_label(image, {"high_res": cams, "keys": np.array([14, 6])})
    assert label.shape == (281, 500) and set(np.unique(label)) <= {0, 7, 15, 255}
    truth = np.zeros((281, 500), np.uint8)
    truth[80:200, 60:180] = 15
    truth[60:220, 300:440] = 7
    scores = [gradcut.iou(label == index, truth == index) for index in (15, 7)]
    print(f"IoU {scores[0]:.3f} and {scores[1]:.3f}")
    assert min(scores) > 0.9


if __name__ == "__main__":
    main()
