#!/usr/bin/env python3
"""Masks of a WebDataset's tar shards by Ray Data: a pool of actors, each of which has loaded the network once.

    python3 tests/examples/python/ray_masks.py OUT SHARD.tar...       # needs `ray[data]`, `pillow`, and GRADCUT_MODELS for the weights

The masks are OUT/KEY.png, byte for byte those of `gradcut mask SHARD.tar -o OUT`. A worker that dies is replaced and its photos
are done again, which changes nothing: a mask appears whole or not at all.
"""

import pathlib
import sys
import tempfile

import gradcut
import ray

PHOTOS = ("jpg", "jpeg", "png", "webp")


class Masks:
    """An actor: one network on one core."""

    def __init__(self, out):
        self.out = pathlib.Path(out)
        self.segmenter = gradcut.Segmenter(device="cpu")

    def __call__(self, row):
        kind = next(kind for kind in PHOTOS if kind in row)
        with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:  # EXIF and profiles are read as from any file.
            file.write(row[kind])
            file.flush()
            image = gradcut.read_image(file.name)
        found = self.segmenter.segment(image)
        target = self.out / f"{row['__key__']}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        gradcut.write_mask(target, found.mask, palette=False)
        return {"key": row["__key__"], "confidence": found.confidence}


def masks_of(shards, out, workers=2, actor=Masks):
    """The keys and confidences of all photos, as a Ray data set that is worked on once it is read. Needs a core more than there
    are workers: for reading."""
    photos = ray.data.read_webdataset([str(shard) for shard in shards], decoder=None)
    return photos.repartition(8 * workers).map(
        actor,
        fn_constructor_args=[str(out)],
        concurrency=workers,
        num_cpus=1,
        max_restarts=-1,
        max_task_retries=-1,
    )


def main():
    rows = masks_of(sys.argv[2:], sys.argv[1]).take_all()
    print(f"{len(rows)} masks, mean confidence {sum(row['confidence'] for row in rows) / len(rows):.2f}")


if __name__ == "__main__":
    main()
