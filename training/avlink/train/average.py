"""Average a part's weights over several runs that started from the same ones.

    python -m avlink.train.average video runs/before runs/mini --folder runs/mini

A run that continues from trained weights wanders through a wide valley, and the middle of several runs reads scenes of
other textures better than any of them (model soups, Wortsman et al., arXiv 2203.05482). Parts trained on top of the old
weights, as the Fusion Blocks are on the generators, must be trained again afterwards.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from ..checkpoint import checkpoint_path, checkpoint_paths, read_checkpoint, write_checkpoint
from ..command_line import entry_point
from ..errors import InputError
from ..system import ALONE, PARTS
from .stages import OBJECTIVES


def mean(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dicts of one network -> their mean; what is no floating-point number is the first's.

    Raises InputError where they are of different networks.
    """
    first, *others = states
    for other in others:
        if {name: value.shape for name, value in first.items()} != {n: value.shape for n, value in other.items()}:
            raise InputError("these weights are of different networks: their names or shapes differ")
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if value.is_floating_point() else value
        for name, value in first.items()
    }


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=[*PARTS, *ALONE.values()])
    parser.add_argument("runs", type=Path, nargs="+", help="run folders with the part")
    parser.add_argument("--folder", type=Path, required=True, help="run folder for the mean")
    args = parser.parse_args()
    paths = [checkpoint_path(run, args.part) for run in args.runs]
    if missing := [path for path in paths if not path.exists()]:
        parser.error(f"{missing[0]} is missing")
    args.folder.mkdir(parents=True, exist_ok=True)
    states = [read_checkpoint(path)["weights"] for path in paths]
    write_checkpoint(args.folder / f"{args.part}.pt", {"weights": mean(states)})
    # What its training would go on from is another place: it begins anew from the mean.
    for stage, kind in OBJECTIVES.items():
        if args.part in kind.trains:
            for path in checkpoint_paths(args.folder, stage, ".resume"):
                path.unlink(missing_ok=True)
    print(f"{args.folder / args.part}.pt: the mean of {len(paths)}")


if __name__ == "__main__":
    main()
