"""Measure a trained run on held-out rendered scenes, with controls.

    python -m avlink.evaluate --folder runs/mini --task v2a --clips 128 --steps 25 --guidance-av 1.5

Writes report-TASK.json and report-TASK.md into the run folder, updates the task's figures in quality.json (which export
puts into the manifest) and prints the table.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ..command_line import add_preset, entry_point, positive
from ..flow import EVALUATIONS
from ..system import AVLink
from . import codecs, tasks, unconditional
from .results import write
from .tasks import Settings

TASKS: dict[str, Callable[[AVLink, Settings, Path], dict[str, Any]]] = {
    "v2a": tasks.v2a,
    "a2v": tasks.a2v,
    "joint": tasks.joint,
    "codec": codecs.codec,
    "unconditional": unconditional.unconditional,
}
COUNTS = ("clips", "seeds", "steps")
CHOICES = {"solver": list(EVALUATIONS)}


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/mini"))
    add_preset(parser)
    parser.add_argument("--task", choices=list(TASKS), default="v2a")
    parser.add_argument("--threads", type=positive)
    defaults = Settings()
    for field in dataclasses.fields(Settings):
        value = getattr(defaults, field.name)
        option = "--" + field.name.replace("_", "-")
        if isinstance(value, bool):
            parser.add_argument(option, action="store_true")
        else:
            kind = positive if field.name in COUNTS else type(value)
            parser.add_argument(option, type=kind, choices=CHOICES.get(field.name), default=value)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    settings = Settings(**{field.name: getattr(args, field.name) for field in dataclasses.fields(Settings)})
    report = TASKS[args.task](AVLink.load(args.folder, args.preset), settings, args.folder)
    report["settings"] = dataclasses.asdict(settings)
    print(write(report, args.folder))


if __name__ == "__main__":
    main()
