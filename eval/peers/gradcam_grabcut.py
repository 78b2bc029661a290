#!/usr/bin/env python3
"""The Python glue people write today: Grad-CAM of the package `grad-cam`, then OpenCV's grabCut, five iterations.

    gradcam_grabcut.py PHOTOS OUTPUT [--threads N] [--processes N]
"""

import cv2
import glue
import numpy
from pytorch_grad_cam import GradCAM


def make_masker():
    network = glue.load_network()
    cam = GradCAM(model=network, target_layers=[network._conv_head])

    def mask(bgr):
        heat = cam(input_tensor=glue.to_input(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)), targets=None)[0]
        heat = cv2.resize(heat.astype(numpy.float32), bgr.shape[1::-1])
        return glue.grab_cut(bgr, heat, foreground=0.8, background=0.3, iterations=5)

    return mask


if __name__ == "__main__":
    glue.main(make_masker)
