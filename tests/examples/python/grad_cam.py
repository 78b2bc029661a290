#!/usr/bin/env python3
"""A mask by Grad-CAM of any PyTorch model: here torchvision's ResNet-50, whose weights are random where no file of them is given.

    python3 tests/examples/python/grad_cam.py PHOTO MASK.png [WEIGHTS.pth]
"""

import sys

import gradcut
import torch
import torchvision
from pytorch_grad_cam import GradCAM

MEAN, DEVIATION = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])


def mask_of(image, model):
    """The mask of an RGB image by what speaks for the model's best class."""
    kept = {}
    model.layer3.register_forward_hook(lambda _layer, _input, output: kept.update(features=output))
    pixels = torch.from_numpy(image.copy()).float() / 255
    batch = ((pixels - MEAN) / DEVIATION).permute(2, 0, 1)[None]
    batch = torch.nn.functional.interpolate(batch, (224, 224), mode="bilinear", antialias=True)
    with GradCAM(model=model, target_layers=[model.layer4]) as cam:
        heat = cam(input_tensor=batch, targets=None)[0]
    return gradcut.segment(image, heat, features=kept["features"][0])


def main():
    torch.manual_seed(1)
    model = torchvision.models.resnet50(weights=None).eval()
    if len(sys.argv) > 3:
        model.load_state_dict(torch.load(sys.argv[3], map_location="cpu"))
    found = mask_of(gradcut.read_image(sys.argv[1]), model)
    gradcut.write_mask(sys.argv[2], found.mask, palette=False)
    print(f"object: {(found.mask > 0).mean():.3f} of the photo, confidence {found.confidence:.2f} {found.note}")


if __name__ == "__main__":
    main()
