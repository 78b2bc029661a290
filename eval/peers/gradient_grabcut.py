#!/usr/bin/env python3
"""The textbook's recipe as Python glue, the twin of preset `classic`: the gradient of the best score by the pixels, its largest
absolute value over red, green and blue, blurred; quantile seeds; OpenCV's grabCut, one iteration.

    gradient_grabcut.py PHOTOS OUTPUT [--threads N] [--processes N]
"""

import cv2
import glue

SIGMA = 8  # pixels of the network's input


def make_masker():
    network = glue.load_network()

    def mask(bgr):
        pixels = glue.to_input(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)).requires_grad_(True)
        network(pixels)[0].max().backward()
        heat = pixels.grad[0].abs().amax(0).numpy()
        heat = cv2.resize(cv2.GaussianBlur(heat, (0, 0), SIGMA), bgr.shape[1::-1])
        return glue.grab_cut(bgr, heat, foreground=0.95, background=0.3, iterations=1)

    return mask


if __name__ == "__main__":
    glue.main(make_masker)
