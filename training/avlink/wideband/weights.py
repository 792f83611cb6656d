"""The codec as one small file, to be kept between stages of training: weights as float16 and what was measured.

    python -m avlink.wideband.weights pack --folder runs/next --out packs/next
    python -m avlink.wideband.weights restore --pack packs/next --folder runs/next

`pack` writes wideband.npz and wideband.json; `restore` makes a run folder of them, which training and evaluation go on
from. The optimiser's state is not kept.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..command_line import entry_point
from ..errors import InputError
from .codec import FILE, WidebandCodec
from .config import WIDEBANDS

WEIGHTS, FACTS = "wideband.npz", "wideband.json"


class WeightsError(InputError):
    """Files that are no codec, or not the one that was described; the message says what is wrong."""


def pack(folder: Path, out: Path) -> dict[str, Any]:
    """Write a run folder's codec to `out` as float16; returns what the JSON beside it says."""
    codec = WidebandCodec.load(folder)
    state = torch.load(folder / FILE, map_location="cpu", weights_only=True)
    out.mkdir(parents=True, exist_ok=True)
    halves = {name: value.half().numpy() for name, value in codec.state_dict().items()}
    for name, value in halves.items():
        if not np.isfinite(value).all():
            raise WeightsError(f"{name} does not fit into float16")
    np.savez_compressed(out / WEIGHTS, **halves)  # type: ignore[arg-type]
    facts: dict[str, Any] = {
        "config": codec.config.name,
        "sizes": dataclasses.asdict(codec.config),
        "steps": state["step"],
        "seconds of training": round(state["seconds"]),
        "bytes": (out / WEIGHTS).stat().st_size,
        "sha256": hashlib.sha256((out / WEIGHTS).read_bytes()).hexdigest(),
        "measured": {
            path.stem.removeprefix("report-"): json.loads(path.read_text())
            for path in sorted(folder.glob("report-recorded*.json"))
        },
    }
    (out / FACTS).write_text(json.dumps(facts, indent=1) + "\n")
    return facts


def restore(packed: Path, folder: Path) -> None:
    """Write a packed codec into a run folder. Raises WeightsError for files that do not belong together."""
    try:
        facts = json.loads((packed / FACTS).read_text())
        blob = (packed / WEIGHTS).read_bytes()
    except (OSError, ValueError) as error:
        raise WeightsError(f"{packed} holds no packed codec: write one with `pack`") from error
    if hashlib.sha256(blob).hexdigest() != facts["sha256"]:
        raise WeightsError(f"{packed / WEIGHTS} is not the file that {FACTS} describes")
    config = WIDEBANDS[facts["config"]]
    if dataclasses.asdict(config) != facts["sizes"]:
        raise WeightsError(f"{packed}: {config.name} had other sizes when this was trained: {facts['sizes']}")
    with np.load(packed / WEIGHTS) as arrays:
        weights = {name: torch.from_numpy(arrays[name]).float() for name in arrays.files}
    codec = WidebandCodec(config)
    codec.load_state_dict(weights)
    folder.mkdir(parents=True, exist_ok=True)
    codec.store(folder, facts["steps"], facts["seconds of training"])


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("--folder", type=Path, default=Path("runs/next"))
    packing.add_argument("--out", type=Path, required=True)
    restoring = commands.add_parser("restore")
    restoring.add_argument("--pack", type=Path, required=True)
    restoring.add_argument("--folder", type=Path, default=Path("runs/next"))
    args = parser.parse_args()
    if args.command == "pack":
        facts = pack(args.folder, args.out)
        print(f"{args.out / WEIGHTS}: {facts['bytes'] / 1e6:.1f} MB")
    else:
        restore(args.pack, args.folder)
        print(args.folder / FILE)


if __name__ == "__main__":
    main()
