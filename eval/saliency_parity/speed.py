#!/usr/bin/env python3
"""Times `gradcut saliency` beside captum and grad-cam: EfficientNet-Lite0 at 224 x 224, the same photos, two cores.

    pip install -r eval/saliency_parity/requirements.txt
    python3 eval/saliency_parity/speed.py build/release/gradcut [--repeats 5] [--only grad_cam]

Elapsed milliseconds an image, start-up and loading left out: for the program the `seconds` of run.json (which has decoding,
encoding and writing in it), for the packages the calls alone on inputs that are there already, after one to warm up. Each
tool runs with one thread and with two (`--jobs` is the program's); its better median counts. Measurements take turns, so that
a busy machine harms all alike. The last line is the gradient pass over the forward pass (method `cam`), one thread.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

import captum.attr
import cv2
import reference
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

IMAGES = {"gradient": 24, "grad_cam": 24, "smooth_grad": 4, "score_cam": 2}
SAMPLES = 25
THREADS = (1, 2)


def calls(model):
    """What a user of the packages calls, by method."""

    def cam(name):
        explainer = reference.CAMS[name](model=model, target_layers=[model.head])
        return lambda x, target: explainer(input_tensor=x, targets=[ClassifierOutputTarget(target)])

    saliency = captum.attr.Saliency(model)
    tunnel = captum.attr.NoiseTunnel(saliency)
    return {
        "gradient": lambda x, target: saliency.attribute(x.requires_grad_(), target=target),
        "grad_cam": cam("grad_cam"),
        "smooth_grad": lambda x, target: tunnel.attribute(
            x.requires_grad_(), nt_samples=SAMPLES, stdevs=0.3, target=target, abs=False),
        "score_cam": cam("score_cam"),
    }


def package_time(call, inputs, count, threads):
    """Milliseconds an image."""
    torch.set_num_threads(threads)
    start = time.perf_counter()
    for i in range(count):
        x, target = inputs[i % len(inputs)]
        call(x.clone(), target)
    return 1000 * (time.perf_counter() - start) / count


def program_time(program, photos, method, jobs):
    """Milliseconds an image; and the median of the manifest's `saliency` stage."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [program, "saliency", *photos, "-o", out, "--preset", "classic", "--method", method, "--saliency.samples",
             str(SAMPLES), "--jobs", str(jobs), "--device", "cpu", "--quiet"], check=True)
        totals = json.loads((pathlib.Path(out) / "run.json").read_text())["totals"]
        lines = (pathlib.Path(out) / "manifest.jsonl").read_text().splitlines()
        stage = statistics.median(json.loads(line)["milliseconds"]["saliency"] for line in lines)
        return 1000 * totals["seconds"] / totals["inputs"], stage


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", action="append", choices=list(IMAGES))
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    warnings.simplefilter("ignore")
    model = reference.Reference()
    for parameter in model.parameters():  # As the packages get a network.
        parameter.requires_grad_(True)
    inputs, package = [], calls(model)
    with tempfile.TemporaryDirectory() as name:
        photos = []
        for photo in reference.PHOTOS:
            pixels = reference.crop(photo)
            x = reference.to_input(pixels, torch.float32)
            inputs.append((x, int(model(x)[0].argmax())))
            for copy in range(max(IMAGES.values()) // len(reference.PHOTOS)):
                photos.append(f"{name}/{copy}{photo}.png")
                cv2.imwrite(photos[-1], pixels.numpy()[..., ::-1])
        print("| method | package: 1 / 2 threads, ms | gradcut --jobs 1 / 2, ms | times as fast |\n|---|---|---|---|")
        for method in arguments.only or IMAGES:
            count = IMAGES[method]
            if method != "score_cam":
                package_time(package[method], inputs, 1, 1)
            times = {(tool, threads): [] for tool in ("package", "program") for threads in THREADS}
            for _ in range(arguments.repeats if method != "score_cam" else max(1, arguments.repeats // 2)):
                for threads in THREADS:
                    times["package", threads].append(package_time(package[method], inputs, count, threads))
                    times["program", threads].append(program_time(program, photos[:count], method, threads)[0])
            median = {key: statistics.median(values) for key, values in times.items()}
            ratio = min(median["package", t] for t in THREADS) / min(median["program", t] for t in THREADS)
            print(f"| `{method}` | {median['package', 1]:.1f} / {median['package', 2]:.1f} | "
                  f"{median['program', 1]:.1f} / {median['program', 2]:.1f} | {ratio:.2f} |", flush=True)
        stages = {"gradient": [], "cam": []}
        for _ in range(arguments.repeats):
            for method, values in stages.items():
                values.append(program_time(program, photos, method, 1)[1])
        gradient, forward = (statistics.median(stages[method]) for method in stages)
        print(f"gradient {gradient:.1f} ms, forward {forward:.1f} ms, {gradient / forward:.2f} times")


if __name__ == "__main__":
    main()
