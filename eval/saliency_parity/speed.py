#!/usr/bin/env python3
"""Times `gradcut saliency` beside captum and grad-cam: EfficientNet-Lite0 at 224 x 224, the same photos, two cores.

    pip install -r eval/saliency_parity/requirements.txt
    python3 eval/saliency_parity/speed.py build/release/gradcut [--repeats 5] [--only grad_cam] [--processor]

Elapsed milliseconds an image, start-up and loading left out: for the program the `seconds` of run.json (which has decoding,
encoding and writing in it), for the packages the calls alone on inputs that are there already, after one to warm up. Each
tool runs with one thread and with two (`--jobs` is the program's); its better median counts. Measurements take turns, so that
a busy machine harms all alike. `--processor` counts processor time of one thread instead, for machines too busy for the clock;
a run with one image is taken from the program's, and with it start-up. The last line is the gradient pass over the forward
pass (method `cam`), one thread.
"""

import argparse
import json
import pathlib
import resource
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


def package_time(call, inputs, count, threads, clock):
    """Milliseconds an image."""
    torch.set_num_threads(threads)
    start = clock()
    for i in range(count):
        x, target = inputs[i % len(inputs)]
        call(x.clone(), target)
    return 1000 * (clock() - start) / count


def program_time(program, photos, method, jobs):
    """Milliseconds an image; and the median of the manifest's `saliency` stage."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [program, "saliency", *photos, "-o", out, "--preset", "classic", "--method", method, "--saliency.blur", "0",
             "--saliency.samples", str(SAMPLES), "--jobs", str(jobs), "--device", "cpu", "--quiet"], check=True)
        totals = json.loads((pathlib.Path(out) / "run.json").read_text())["totals"]
        lines = (pathlib.Path(out) / "manifest.jsonl").read_text().splitlines()
        stage = statistics.median(json.loads(line)["milliseconds"]["saliency"] for line in lines)
        return 1000 * totals["seconds"] / totals["inputs"], stage


def processor_time(program, photos, method):
    """Milliseconds an image of the processor, without start-up."""

    def used(images):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        program_time(program, images, method, 1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return 1000 * (used(photos) - used(photos[:1])) / (len(photos) - 1)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", action="append", choices=list(IMAGES))
    parser.add_argument("--processor", action="store_true")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.processor else time.perf_counter
    threads_tried = (1,) if arguments.processor else (1, 2)
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
        counts = " / ".join(map(str, threads_tried))
        print(f"| method | package, {counts} threads, ms | gradcut --jobs {counts}, ms | times as fast |")
        print("|---|---|---|---|")
        for method in arguments.only or IMAGES:
            count = IMAGES[method]
            if method != "score_cam":
                package_time(package[method], inputs, 1, 1, clock)
            times = {(tool, threads): [] for tool in ("package", "program") for threads in threads_tried}
            for _ in range(arguments.repeats if method != "score_cam" else max(1, arguments.repeats // 2)):
                for threads in threads_tried:
                    times["package", threads].append(package_time(package[method], inputs, count, threads, clock))
                    times["program", threads].append(
                        processor_time(program, photos[:count], method) if arguments.processor
                        else program_time(program, photos[:count], method, threads)[0])
            median = {key: statistics.median(values) for key, values in times.items()}
            shown, best = {}, {}
            for tool in ("package", "program"):
                values = [median[tool, threads] for threads in threads_tried]
                shown[tool], best[tool] = " / ".join(f"{value:.1f}" for value in values), min(values)
            print(f"| `{method}` | {shown['package']} | {shown['program']} | "
                  f"{best['package'] / best['program']:.2f} |", flush=True)
        stages = {"gradient": [], "cam": []}
        for _ in range(arguments.repeats):
            for method, values in stages.items():
                values.append(program_time(program, photos, method, 1)[1])
        gradient, forward = (statistics.median(stages[method]) for method in stages)
        print(f"gradient {gradient:.1f} ms, forward {forward:.1f} ms, {gradient / forward:.2f} times")


if __name__ == "__main__":
    main()
