"""What a measurement leaves in its run folder: a report as text and as JSON, and figures for the pack's manifest."""

from __future__ import annotations

import fcntl
import json
import math
from pathlib import Path
from typing import Any

COLUMNS = {
    "recall": "recall",
    "precision": "precision",
    "f1": "F1",
    "average_precision": "AP",
    "chance_f1": "chance F1",
}


def table(report: dict[str, Any]) -> str:
    """A report as Markdown."""
    lines = [f"## {report['task']}", ""]
    if "onsets" in report:
        lines += [
            f"{report['clips']} clips",
            "",
            f"| | {' | '.join(COLUMNS.values())} |",
            f"|---{'|---' * len(COLUMNS)}|",
        ]
        families = {f"{name} ({row['clips']})": row for name, row in report.get("families", {}).items()}
        for name, row in (report["onsets"] | families).items():
            cells = [f"{row[column]:.3f}" if column in row else "" for column in COLUMNS]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append("")
    for name, value in report.items():
        if isinstance(value, float):
            lines.append(f"- {name}: {value:.3f}")
        elif isinstance(value, dict) and name not in ("onsets", "families", "settings"):
            lines += [f"- {name}, {inner}: {_shown(number)}" for inner, number in value.items()]
    lines.append(f"- settings: {json.dumps(report['settings'])}")
    return "\n".join(lines) + "\n"


def _shown(number: float | None) -> str:
    return "no such clips" if number is None else f"{number:.3f}"


def quality(report: dict[str, Any]) -> dict[str, float]:
    """The figures of a report that go into the pack's manifest: onset F1 with its controls, and every other number."""
    task = report["task"]
    figures: dict[str, float] = {}
    for name, value in report.items():
        if name == "onsets":
            figures |= {f"{task} onset F1, {row}": numbers["f1"] for row, numbers in value.items()}
        elif isinstance(value, dict) and name not in ("families", "settings"):
            figures |= {f"{task} {name}, {inner}": number for inner, number in value.items() if number is not None}
        elif isinstance(value, int | float):
            figures[f"{task} {name}"] = value
    return {name: round(float(value), 4) for name, value in figures.items() if math.isfinite(value)}


def write(report: dict[str, Any], folder: Path) -> str:
    """Write report-TASK.json and .md and renew the task's figures in quality.json, which the export reads."""
    task, text = report["task"], table(report)
    (folder / f"report-{task}.json").write_text(json.dumps(report, indent=1) + "\n")
    (folder / f"report-{task}.md").write_text(text)
    path = folder / "quality.json"
    with (folder / "quality.lock").open("w") as lock:  # tasks are measured side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = json.loads(path.read_text()) if path.exists() else {}
        kept = {name: value for name, value in before.items() if not name.startswith(f"{task} ")}
        path.write_text(json.dumps(kept | quality(report), indent=1) + "\n")
    return text
