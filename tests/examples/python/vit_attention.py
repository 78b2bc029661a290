#!/usr/bin/env python3
"""A mask by a vision transformer, as DINO is looked at: the attention of the class token is the heat, the patches' tokens
are the features. Without a file of weights for
torchvision's ViT-B/16 the model is a small one with random weights.

    python3 tests/examples/python/vit_attention.py PHOTO MASK.png [WEIGHTS.pth]
"""

import sys

import gradcut
import torch
import torchvision


@torch.no_grad()
def look(image, model):
    """Heat and features of an RGB image on the grid of patches: h x w, and channels x h x w."""
    kept = {}
    block = model.encoder.layers[-1]
    block.ln_1.register_forward_hook(lambda _layer, _input, output: kept.update(tokens=output))
    pixels = torch.from_numpy(image.copy()).permute(2, 0, 1)[None] / 255
    model(torch.nn.functional.interpolate(pixels, (224, 224), mode="bilinear", antialias=True) * 2 - 1)
    tokens = kept["tokens"]
    _, weights = block.self_attention(tokens, tokens, tokens, need_weights=True)
    side = 224 // model.patch_size
    heat = weights[0, 0, 1:].reshape(side, side)
    features = tokens[0, 1:].T.reshape(-1, side, side)
    return heat, features


def main():
    torch.manual_seed(1)
    if len(sys.argv) > 3:
        model = torchvision.models.vit_b_16(weights=None)
        model.load_state_dict(torch.load(sys.argv[3], map_location="cpu"))
    else:
        model = torchvision.models.VisionTransformer(224, 16, num_layers=4, num_heads=4, hidden_dim=128, mlp_dim=256)
    model.eval()
    image = gradcut.read_image(sys.argv[1])
    heat, features = look(image, model)
    found = gradcut.segment(image, heat, features)
    gradcut.write_mask(sys.argv[2], found.mask, palette=False)
    print(f"object: {(found.mask > 0).mean():.3f} of the photo, confidence {found.confidence:.2f} {found.note}")


if __name__ == "__main__":
    main()
