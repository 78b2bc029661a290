"""EfficientNet-Lite0 with its published weights, and maps of it by captum and grad-cam."""

import pathlib
import sys
import types
import unittest.mock

import captum.attr
import numpy
import pytorch_grad_cam
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "data" / "parity"))
import make_goldens  # noqa: E402

pytorch_grad_cam.score_cam.tqdm = types.SimpleNamespace(tqdm=iter)  # No bar on the terminal.

PHOTOS = make_goldens.PHOTOS
SIZE = 224
MEAN, STD = 127, 128
SMOOTH_GRAD = {"samples": 5, "noise": 0.15, "seed": 7}
STEPS = 20


class Clamp(nn.Module):
    """min(x, 6)."""

    def forward(self, x):
        return x.clamp(max=6)


def relu6():
    """ReLU6 out of a ReLU that captum knows how to guide."""
    return nn.Sequential(nn.ReLU(), Clamp())


class Reference(nn.Module):
    """The package's network; `head` makes the last activations."""

    def __init__(self, guided=False):
        super().__init__()
        net = make_goldens.load_model("efficientnet-lite0")
        for block in net._blocks:
            block._swish = relu6() if guided else nn.ReLU6()
        self.stem = nn.Sequential(net._conv_stem, net._bn0, relu6() if guided else nn.ReLU6())
        self.blocks = nn.Sequential(*net._blocks)
        self.head = nn.Sequential(net._conv_head, net._bn1, relu6() if guided else nn.ReLU6())
        self.fc = net._fc
        self.eval()

    def forward(self, x):
        return self.fc(self.head(self.blocks(self.stem(x))).mean((2, 3)))


def crop(photo):
    """The centre of a photo, (SIZE, SIZE, 3) uint8."""
    image = make_goldens.read_png(ROOT / "build" / "photos" / f"{photo}.png")
    top, left = (image.shape[0] - SIZE) // 2, (image.shape[1] - SIZE) // 2
    return image[top : top + SIZE, left : left + SIZE].contiguous()


def to_input(pixels, dtype):
    """1 x 3 x SIZE x SIZE, normalised."""
    return (pixels.permute(2, 0, 1)[None].to(dtype) - MEAN) / STD


# ---- The noise of include/gradcut/core/random.h


def split_mix(seed, index):
    """Numbers `index` (uint64 array) of the stream `seed`."""
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + (index + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def normal(seed, count):
    """`count` (even) standard normal numbers of the stream `seed`."""
    uniform = (split_mix(seed, numpy.arange(count, dtype=numpy.uint64)) >> numpy.uint64(11)) / 2.0**53
    radius = numpy.sqrt(-2 * numpy.log(uniform[::2] + 2.0**-53))
    angle = 2 * numpy.pi * uniform[1::2]
    return numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], 1).ravel().astype(numpy.float32)


def noise(samples, seed):
    """samples x 3 x SIZE x SIZE."""
    streams = split_mix(seed, numpy.arange(samples, dtype=numpy.uint64))
    return numpy.stack([normal(stream, 3 * SIZE * SIZE).reshape(3, SIZE, SIZE) for stream in streams])


# ---- captum


def reduced(attribution):
    """max_c |a_c|, SIZE x SIZE."""
    return attribution.detach().abs().amax((0, 1)).double().numpy()


def noise_tunnel(model, x, target, kind):
    """SmoothGrad and its kin, with gradcut's noise in place of PyTorch's."""
    deviation = SMOOTH_GRAD["noise"] * float((x.max() - x.min()).detach())
    drawn = torch.from_numpy(noise(SMOOTH_GRAD["samples"], SMOOTH_GRAD["seed"])).to(x.dtype)
    position = 0

    def shared(mean, deviations):
        nonlocal position
        assert mean == 0
        part = drawn[position : position + deviations.shape[0]]
        position += deviations.shape[0]
        return part.view_as(deviations) * deviations

    with unittest.mock.patch("torch.normal", shared):
        found = captum.attr.NoiseTunnel(captum.attr.Saliency(model)).attribute(
            x, nt_type=kind, nt_samples=SMOOTH_GRAD["samples"], nt_samples_batch_size=1, stdevs=deviation,
            target=target, abs=False)
    assert position == SMOOTH_GRAD["samples"]
    return reduced(found)


def integrated(model, x, target):
    """The attributions, and their sum."""
    black = torch.full_like(x, -MEAN / STD)
    found = captum.attr.IntegratedGradients(model).attribute(
        x, black, target=target, n_steps=STEPS, method="riemann_middle", internal_batch_size=1)
    return reduced(found), float(found.sum())


def pixel_maps(model, guided, x, target):
    """Maps of SIZE x SIZE by gradcut's names of the methods, and the sum of the integrated gradients."""
    x = x.clone().requires_grad_()
    maps = {
        "gradient": reduced(captum.attr.Saliency(model).attribute(x, target=target)),
        "gradient_x_input": reduced(captum.attr.InputXGradient(model).attribute(x, target=target)),
        "guided_backprop": reduced(captum.attr.GuidedBackprop(guided).attribute(x, target=target)),
        "smooth_grad": noise_tunnel(model, x, target, "smoothgrad"),
        "smooth_grad_squared": noise_tunnel(model, x, target, "smoothgrad_sq"),
        "var_grad": noise_tunnel(model, x, target, "vargrad"),
    }
    maps["integrated_gradients"], total = integrated(model, x, target)
    return maps, total


# ---- grad-cam

CAMS = {
    "grad_cam": pytorch_grad_cam.GradCAM,
    "grad_cam_plus_plus": pytorch_grad_cam.GradCAMPlusPlus,
    "xgrad_cam": pytorch_grad_cam.XGradCAM,
    "hires_cam": pytorch_grad_cam.HiResCAM,
    "layer_cam": pytorch_grad_cam.LayerCAM,
    "score_cam": pytorch_grad_cam.ScoreCAM,
}


def cam(method, model, layer, x, target):
    """The raw map of grad-cam (before it is scaled and grown), h x w, >= 0."""
    raw = []
    with CAMS[method](model=model, target_layers=[layer]) as explainer:
        whole = explainer.get_cam_image

        def keep(*args, **kwargs):
            raw.append(whole(*args, **kwargs))
            return raw[-1]

        explainer.get_cam_image = keep
        explainer(input_tensor=x.clone().requires_grad_(), targets=[ClassifierOutputTarget(target)])
    return numpy.maximum(raw[0][0].astype(numpy.float64), 0)


def captum_grad_cam(model, x, target):
    """captum's Grad-CAM, h x w."""
    found = captum.attr.LayerGradCam(model, model.head).attribute(x, target=target, relu_attributions=True)
    return found[0, 0].detach().double().numpy()

