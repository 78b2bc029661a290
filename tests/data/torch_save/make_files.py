#!/usr/bin/env python3
"""Make the small torch.save files that tests/io/torch_file_test.cc reads.

    python3 tests/data/torch_save/make_files.py

Needs PyTorch (made with 2.15.0). Every file beside this script holds the same state dict, but `training.pt`, which has it as the
entry `state_dict` beside others, and `program.pt`, which is a TorchScript program.
"""

import collections
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent


def state_dict():
    """Tensors of several types, contiguous, transposed, cut out of a shared storage, and empty."""
    ramp = torch.arange(12, dtype=torch.float32)
    return collections.OrderedDict(
        [
            ("conv.weight", ramp.reshape(3, 4) / 2),
            ("transposed", (ramp.reshape(3, 4) / 2).t()),
            ("tail", ramp[8:]),
            ("ramp", ramp),
            ("half", torch.tensor([1.0, -2.0], dtype=torch.float16)),
            ("counter", torch.tensor(7)),
            ("empty", torch.zeros(0, 3)),
            ("parameter", torch.nn.Parameter(torch.tensor([0.25]))),
        ]
    )


class Identity(torch.nn.Module):
    """Something to make a program of."""

    def forward(self, x):
        """The input."""
        return x


def main():
    """Write the files."""
    state = state_dict()
    torch.save(state, FOLDER / "zip.pth")
    torch.save(state, FOLDER / "older.pth", _use_new_zipfile_serialization=False)
    training = {"epoch": 3, "best": 0.5, "args": {"lr": 0.1, "tags": ["a", None, True]}, "state_dict": state}
    torch.save(training, FOLDER / "training.pth")
    torch.jit.save(torch.jit.script(Identity()), FOLDER / "program.pt")


if __name__ == "__main__":
    main()
