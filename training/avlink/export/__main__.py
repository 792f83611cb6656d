"""Export a trained run as a pack, or a random tiny pack of the same topology for tests.

python -m avlink.export --folder runs/mini --out ../public/models/mini
python -m avlink.export --random --preset nano --out ../e2e/fixtures/packs/tiny
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..command_line import add_preset, entry_point, existing_folder
from ..system import AVLink
from .pack import write_pack
from .random_system import random_system


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=existing_folder)
    parser.add_argument("--random", action="store_true", help="untrained weights, for tests")
    add_preset(parser)
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
