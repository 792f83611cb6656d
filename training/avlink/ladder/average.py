"""The mean of a part's weights over several runs that began at the same ones.

    python -m avlink.ladder.average video runs/before runs/mini --folder runs/mini

A run that goes on from trained weights wanders about a wide valley, and the middle of the ways reads scenes of other
textures better than either end (model soups, Wortsman et al., arXiv 2203.05482). Parts that were trained upon the old
weights, as the Fusion Blocks are upon the generators, have to be trained on afterwards.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from ..checkpoint import write_checkpoint
from ..system import PARTS
from .stages import OBJECTIVES


def mean(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dicts of one network -> their mean; what is no floating-point number is the first's.

    Raises ValueError where they are of different networks.
    """
    first, *others = states
    for other in others:
        if {name: value.shape for name, value in first.items()} != {n: value.shape for n, value in other.items()}:
            raise ValueError("these weights are not of the same network: their names or shapes differ")
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if value.is_floating_point() else value
        for name, value in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("runs", type=Path, nargs="+", help="run folders that hold the part")
    parser.add_argument("--folder", type=Path, required=True, help="run folder that gets the mean")
    args = parser.parse_args()
    paths = [run / f"{args.part}.pt" for run in args.runs]
    if missing := [path for path in paths if not path.exists()]:
        parser.error(f"{missing[0]} is missing")
    args.folder.mkdir(parents=True, exist_ok=True)
    states = [torch.load(path, map_location="cpu", weights_only=True)["weights"] for path in paths]
    write_checkpoint(args.folder / f"{args.part}.pt", {"weights": mean(states)})
    # What its training would go on from is another place: it begins anew from the mean.
    for stage, kind in OBJECTIVES.items():
        if args.part in kind.trains:
            (args.folder / f"{stage}.resume.pt").unlink(missing_ok=True)
    print(f"{args.folder / args.part}.pt: the mean of {len(paths)}")


if __name__ == "__main__":
    main()
