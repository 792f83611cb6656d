"""Measure what the variants of a pack lose: V2A onset F1 of each on the same held-out scenes and seeds.

    python -m avlink.evaluate.variants --pack ../public/models/mini --steps 4 --guidance-av 2 --guidance-av-until .5

Runs the graphs of the pack, writes each variant's figures into the pack's variants.json, where the app reads them, and
prints them as a table.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from ..command_line import add_preset, entry_point, existing_pack, positive
from ..errors import InputError
from ..export.runtime import run_on_graphs
from ..export.variants import INDEX, restored
from ..manifest import read_manifest
from . import metrics
from .sweep import HeldOut, measure
from .tasks import Settings


def loss(row: dict[str, Any], default: dict[str, Any]) -> dict[str, float]:
    """The figures of a variant beside the default's: `measure` of both on the same clips."""
    lead = metrics.leads(row["f1_by_clip"], {"standard": default["f1_by_clip"]})
    figures = {
        "clips": row["clips"],
        "v2a onset F1": row["f1"],
        "v2a onset F1, standard": default["f1"],
        **{f"lead in F1 {name}": value for name, value in lead.items()},
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    add_preset(parser)
    defaults = Settings(steps=8, guidance_av=2.0)
    options = ("clips", "seed", "steps", "guidance_av", "guidance_av_until")
    for name in options:
        value = getattr(defaults, name)
        parser.add_argument(
            "--" + name.replace("_", "-"), type=positive if name in ("clips", "steps") else type(value), default=value
        )
    args = parser.parse_args()
    settings = dataclasses.replace(defaults, **{name: getattr(args, name) for name in options})
    preset = args.preset or args.pack.resolve().name
    held = None
    rows: list[dict[str, Any]] = []
    path = args.pack / INDEX
    if not path.exists():
        raise InputError(f"{path} is missing: write the variants first (python -m avlink.export.variants)")
    index = json.loads(path.read_text())
    print("| variant | MB | V2A onset F1 | lead over standard |\n|---|---|---|---|")
    for entry in index["variants"]:
        # Anew for each: the graphs take the places of its modules.
        system = restored(args.pack, preset)
        held = held or HeldOut.of(system, settings)
        graphs = read_manifest(args.pack / entry["manifest"]["file"])["graphs"]
        rows.append(measure(run_on_graphs(system, args.pack, graphs), held, settings))
        entry["quality"] = figures = loss(rows[-1], rows[0])
        lead, error = (figures[f"lead in F1 over standard{end}"] for end in ("", ", standard error"))
        size, f1 = entry["bytes"] / 1e6, figures["v2a onset F1"]
        print(f"| {entry['id']} | {size:.1f} | {f1:.3f} | {lead:+.3f} ± {error:.3f} |", flush=True)
    path.write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
