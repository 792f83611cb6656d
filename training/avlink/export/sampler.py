"""Change the sampler settings that a pack recommends, in all of its manifests; no graph is touched.

    python -m avlink.export.sampler --pack ../public/models/mini --task v2a --steps 4

Choose them with `python -m avlink.evaluate.sweep`. Measure again what was measured on the pack with other settings
(`python -m avlink.evaluate.everything --record`). The manifests' hashes change, and with them the name by which recipes
know the pack.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..command_line import entry_point, existing_pack
from ..errors import InputError
from ..flow import EVALUATIONS
from ..manifest import Manifest, read_manifest
from .variants import change_manifests

OPTIONS = {"solver": str, "steps": int, "guidanceText": float, "guidanceAv": float}
OPTIONS |= {"guidanceLevel": float, "guidanceMost": float, "guidanceAvUntil": float, "timeShift": float}


def choose(pack: Path, task: str, settings: dict[str, Any]) -> None:
    """Recommend `settings` (some of OPTIONS) for a task, "v2a" or "a2v", in the pack's manifest and its variants'.

    What was measured on the variants stays in the index. Raises InputError for settings that nobody can sample with.
    """
    if settings.get("solver", "euler") not in EVALUATIONS:
        raise InputError(f"solver {settings['solver']!r}: one of {', '.join(EVALUATIONS)}")
    for name in ("steps", "timeShift"):
        if settings.get(name, 1) <= 0:
            raise InputError(f"{name} must be above 0, not {settings[name]}")
    for name in (each for each in OPTIONS if each.startswith("guidance")):
        if settings.get(name, 0) < 0:
            raise InputError(f"{name} must not be below 0, but is {settings[name]}")

    def chosen(manifest: Manifest) -> Manifest:
        manifest["sampler"][task] |= settings
        return manifest

    change_manifests(pack, chosen)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    parser.add_argument("--task", choices=["v2a", "a2v"], required=True)
    for name, kind in OPTIONS.items():
        option = "".join(f"-{c.lower()}" if c.isupper() else c for c in name)
        parser.add_argument(f"--{option}", dest=name, type=kind)
    args = parser.parse_args()
    settings = {name: value for name in OPTIONS if (value := getattr(args, name)) is not None}
    if not settings:
        parser.error("name at least one setting")
    choose(args.pack, args.task, settings)
    print(json.dumps(read_manifest(args.pack / "manifest.json")["sampler"][args.task]))


if __name__ == "__main__":
    main()
