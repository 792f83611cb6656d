"""Measure a trained run on held-out rendered scenes, with controls.

    python -m avlink.evaluate --folder runs/mini --task v2a --clips 128 --steps 25 --guidance-av 1.5

Writes report-TASK.json and report-TASK.md into the run folder and prints the table.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

import torch

from ..system import AVLink
from .tasks import TASKS, Settings


def table(report: dict[str, Any]) -> str:
    """A report as Markdown."""
    lines = [f"## {report['task']}", ""]
    if "onsets" in report:
        lines += [f"{report['clips']} clips", "", "| | recall | precision | F1 |", "|---|---|---|---|"]
        for name, row in report["onsets"].items():
            lines.append(f"| {name} | {row['recall']:.3f} | {row['precision']:.3f} | {row['f1']:.3f} |")
        for name, row in report.get("families", {}).items():
            title = f"{name} ({row['clips']})"
            lines.append(f"| {title} | {row['recall']:.3f} | {row['precision']:.3f} | {row['f1']:.3f} |")
    lines.append("")
    for name, value in report.items():
        if isinstance(value, float):
            lines.append(f"- {name}: {value:.3f}")
        elif isinstance(value, dict) and name not in ("onsets", "families", "settings"):
            lines += [f"- {name}, {inner}: {number:.3f}" for inner, number in value.items()]
    lines.append(f"- settings: {json.dumps(report['settings'])}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/mini"))
    parser.add_argument("--preset")
    parser.add_argument("--task", choices=list(TASKS), default="v2a")
    parser.add_argument("--threads", type=int)
    defaults = Settings()
    for field in dataclasses.fields(Settings):
        value = getattr(defaults, field.name)
        option = "--" + field.name.replace("_", "-")
        if isinstance(value, bool):
            parser.add_argument(option, action="store_true")
        else:
            parser.add_argument(option, type=type(value), default=value)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    settings = Settings(**{field.name: getattr(args, field.name) for field in dataclasses.fields(Settings)})
    report = TASKS[args.task](AVLink.load(args.folder, args.preset), settings)
    report["settings"] = dataclasses.asdict(settings)
    text = table(report)
    (args.folder / f"report-{args.task}.json").write_text(json.dumps(report, indent=1) + "\n")
    (args.folder / f"report-{args.task}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
