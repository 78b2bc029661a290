#!/usr/bin/env python3
"""Maps by captum and grad-cam in double precision, for tests/saliency/parity_test.cc.

    pip install -r eval/saliency_parity/requirements.txt
    python3 eval/saliency_parity/make_goldens.py      # writes tests/data/saliency_parity

Each photo's file holds `target`, the class (the best one); `maps`, by gradcut's names of the methods: for those by pixels
`norm` and values[i] = map.flat[i * stride], for those of the layer "head" the whole map, 7 x 7; `completeness`, the sum of
the integrated gradients. The input is the centre crop of 224 x 224 pixels, EfficientNet-Lite0's weights are the published
ones. Score-CAM, 1280 passes, is left to compare.py.
"""

import json

import numpy
import reference
import torch

SAMPLES = 97


def rounded(values):
    """Nine significant digits."""
    return [float(f"{value:.9g}") for value in values]


def main():
    """Command line."""
    model, guided = reference.Reference().double(), reference.Reference(guided=True).double()
    output = reference.ROOT / "tests" / "data" / "saliency_parity"
    output.mkdir(exist_ok=True)
    for photo in reference.PHOTOS:
        x = reference.to_input(reference.crop(photo), torch.float64)
        target = int(model(x)[0].argmax())
        maps, total = reference.pixel_maps(model, guided, x, target)
        stride = maps["gradient"].size // SAMPLES
        golden = {"target": target, "stride": stride, "completeness": total, "maps": {}}
        for name, values in maps.items():
            golden["maps"][name] = {
                "norm": float(f"{numpy.linalg.norm(values):.9g}"),
                "values": rounded(values.ravel()[: stride * SAMPLES : stride]),
            }
        for name in reference.CAMS:
            if name == "score_cam":
                continue
            golden["maps"][name] = {"values": rounded(reference.cam(name, model, model.head, x, target).ravel())}
        captum = reference.captum_grad_cam(model, x, target)
        assert numpy.allclose(captum.ravel(), golden["maps"]["grad_cam"]["values"], rtol=1e-6, atol=1e-12)
        text = json.dumps(golden, separators=(",", ":")).replace(',"', ',\n"')
        (output / f"{photo}.json").write_text(text + "\n")
        print(photo, target, total)


if __name__ == "__main__":
    main()
