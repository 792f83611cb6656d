"""Export a trained run into a pack, or a random tiny one of the same topology for tests.

python -m avlink.export --folder runs/mini --out ../public/models/mini
python -m avlink.export --random --preset nano --out ../e2e/fixtures/packs/tiny
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from ..presets import PRESETS
from ..system import AVLink
from .pack import write_pack


def random_system(preset: str, seed: int = 0) -> AVLink:
    """Untrained weights, with everything that starts at zero made small and random, so that nothing is trivial."""
    torch.manual_seed(seed)
    system = AVLink(PRESETS[preset])
    with torch.no_grad():
        for parameter in system.parameters():
            if parameter.abs().max() == 0:
                parameter.normal_(std=0.05)
        # A plausible scale, so that the sound of random latents is a sound: neither silent nor clipped.
        system.audio_encoder.mean.fill_(-10.0)
        system.audio_encoder.projection.mul_(0.3)
        system.audio_decoder.head.bias[: system.audio_decoder.bins] += 3.5
    return system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--random", action="store_true", help="untrained weights, for tests")
    parser.add_argument("--preset", choices=list(PRESETS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weights", choices=["q8", "q4", "fp32"], default="q8")
    args = parser.parse_args()
    if args.random:
        size = write_pack(random_system(args.preset or "nano"), args.out, name=args.out.name, weights=args.weights)
    else:
        if args.folder is None:
            parser.error("--folder or --random is needed")
        settings = args.folder / "sampler.json"
        report = args.folder / "quality.json"
        size = write_pack(
            AVLink.load(args.folder, args.preset),
            args.out,
            name=args.out.name,
            weights=args.weights,
            sampler=json.loads(settings.read_text()) if settings.exists() else None,
            quality=json.loads(report.read_text()) if report.exists() else None,
        )
    print(f"{args.out}: {size:,} bytes")


if __name__ == "__main__":
    main()
