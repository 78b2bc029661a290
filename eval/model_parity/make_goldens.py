#!/usr/bin/env python3
"""Logits and input gradients of torchvision's networks with made-up weights, for tests/model/family_test.cc.

    pip install torch==2.15.0 'torchvision==0.29.*' efficientnet-lite-pytorch==0.1.0
    python3 eval/model_parity/make_goldens.py [--save FOLDER] [ARCH...]

Writes tests/data/model_parity/ARCH.json for each architecture (default: those below). The weights are not stored: each is a
formula of its name and place (`values`), which the test computes too. The reference runs in float64; `float32` has how far
the same in float32 lies from it. `--save` also writes FOLDER/ARCH.pth, which `gradcut models import` reads.

Each file holds

    arch, size      the input is `values("input", 3 * size * size)` times 2, as (channel, row, column)
    logits          all 1000
    gradient        of logit `top1` by the input, flattened: `stride`, values[i] = g[i * stride], l2_norm, abs_sum
    float32         largest deviation of a logit over the largest logit, cosine of the two gradients
"""

import argparse
import importlib.metadata
import json
import math
import pathlib

import numpy
import torch
import torchvision

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data" / "model_parity"
SAMPLES = 256
# The native size for one member of each family, the smallest for the others.
SIZES = {
    "vgg11_bn": 224, "vgg13": 64, "vgg16": 64, "vgg19": 64, "vgg11": 64, "vgg13_bn": 64, "vgg16_bn": 64, "vgg19_bn": 64,
    "resnet18": 64, "resnet34": 64, "resnet50": 224, "resnet101": 64, "resnet152": 64,
    "mobilenet_v2": 224, "efficientnet-lite3": 280, "efficientnet-lite4": 300,
}  # fmt: skip


def values(name, count):
    """`count` numbers in [-1, 1) that depend on the name alone: FNV-1a of the name, then SplitMix64."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) % 2**64
    z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-52 - 1


def parameter(name, shape):
    """A float32 parameter: He's uniform distribution for weights, statistics near 0 and 1 for batch norms."""
    made = values(name, math.prod(shape))
    if name.endswith(".running_var"):
        made = 1 + made / 2
    elif len(shape) > 1:
        made = made * math.sqrt(6 / math.prod(shape[1:]))
    elif name.endswith(".weight"):
        made = 1 + made / 4
    else:
        made = made / 8
    return torch.from_numpy(made.astype(numpy.float32).reshape(shape))


def build(arch):
    """The reference network with these weights, in evaluation mode."""
    if arch.startswith("efficientnet-lite"):
        from efficientnet_lite_pytorch import EfficientNet

        network = EfficientNet.from_name(arch)
    else:
        network = getattr(torchvision.models, arch)(weights=None)
    state = network.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point():
            state[name] = parameter(name, tuple(tensor.shape))
    network.load_state_dict(state)
    return network.eval()


def run(network, pixels, top=None):
    """Logits, and the gradient of logit `top` (default: the largest) by the input."""
    leaf = pixels.clone().requires_grad_()
    logits = network(leaf)[0]
    index = int(logits.argmax()) if top is None else top
    (gradient,) = torch.autograd.grad(logits[index], leaf)
    return logits.detach().double(), gradient.flatten().double(), index


def nine_digits(numbers):
    """A list of floats with nine significant digits."""
    return [float(f"{number:.9g}") for number in numbers]


def golden(arch, network):
    """The content of one file."""
    size = SIZES[arch]
    pixels = torch.from_numpy(values("input", 3 * size * size) * 2).reshape(1, 3, size, size)
    logits, gradient, top = run(network.double(), pixels)
    single, single_gradient, _ = run(network.float(), pixels.float(), top)
    stride = len(gradient) // SAMPLES
    deviation = (single - logits).abs().max() / logits.abs().max()
    cosine = torch.nn.functional.cosine_similarity(single_gradient, gradient, dim=0)
    return {
        "arch": arch,
        "size": size,
        "torchvision": importlib.metadata.version("torchvision"),
        "top1": top,
        "logits": nine_digits(logits.tolist()),
        "gradient": {
            "stride": stride,
            "values": nine_digits(gradient[::stride][:SAMPLES].tolist()),
            "l2_norm": float(gradient.norm()),
            "abs_sum": float(gradient.abs().sum()),
        },
        "float32": {"logits": float(deviation), "gradient_cosine": float(cosine)},
    }


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archs", nargs="*", default=list(SIZES), metavar="ARCH")
    parser.add_argument("--save", type=pathlib.Path, metavar="FOLDER")
    arguments = parser.parse_args()
    for arch in arguments.archs:
        network = build(arch)
        if arguments.save:
            torch.save(network.state_dict(), arguments.save / f"{arch}.pth")
        content = golden(arch, network)
        (OUTPUT / f"{arch}.json").write_text(json.dumps(content) + "\n")
        print(arch, content["top1"], content["float32"])


if __name__ == "__main__":
    main()
