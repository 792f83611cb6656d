"""One readable table of everything that was measured on a run, from the reports its folder holds.

    python -m avlink.evaluate.report --folder runs/mini --out REPORT.md

Reads what these commands left behind, and leaves out what was not measured: `avlink.evaluate` (report-v2a.json,
report-a2v.json, report-codec.json), `avlink.evaluate.clips --folder` (report-clips.json), `avlink.evaluate.prompts`
(report-prompts.json), `avlink.evaluate.sweep` (sweep.json), `avlink.evaluate.ablate` (ablation.json); with `--pack`
also what `avlink.evaluate.variants` wrote into the pack's index. Every section names its command with its seed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from ..export.variants import INDEX
from . import ablate, sweep
from .tasks import Settings

Report = dict[str, Any]

TITLES = {
    "v2a": "Sound for silent pictures: held-out rendered scenes",
    "v2a-blind": "Sound for silent pictures without any words, not even those that are seen",
    "v2a-unwatched": "Sound for silent pictures by the Fusion Blocks alone, without the timing read off the pixels",
    "v2a-captioned": "Sound for silent pictures and the caption of the scene",
    "clips": "Sound for silent pictures: real video with its own sound",
    "clips-impacts": "Sound for silent pictures: those of the real videos whose sound is of impacts",
    "a2v": "Pictures for sound: held-out rendered scenes",
    "joint": "Sound and picture made together",
    "unconditional": "The generators alone",
    "codec": "Codecs: round trips of held-out rendered scenes",
    "codec-clips": "Codecs: round trips of real video",
    "prompts": "Prompts: does asking for a material change the sound to it?",
}
ONSETS = {"f1": "F1", "recall": "recall", "precision": "precision"}
COMMANDS = {
    "v2a": "python -m avlink.evaluate --task v2a",
    "v2a-blind": "python -m avlink.evaluate --task v2a",
    "v2a-unwatched": "python -m avlink.evaluate --task v2a",
    "v2a-captioned": "python -m avlink.evaluate --task v2a",
    "a2v": "python -m avlink.evaluate --task a2v",
    "joint": "python -m avlink.evaluate --task joint",
    "unconditional": "python -m avlink.evaluate --task unconditional",
    "codec": "python -m avlink.evaluate --task codec",
    "codec-clips": "python -m avlink.evaluate.codecs CLIPS",
    "clips": "python -m avlink.evaluate.clips CLIPS",
    "clips-impacts": "python -m avlink.evaluate.clips CLIPS",
    "prompts": "python -m avlink.evaluate.prompts",
}


def command(task: str, settings: Report) -> str:
    """The command that measures this again: options that differ from their defaults, and always the seed."""
    defaults = dataclasses.asdict(Settings())
    words = [COMMANDS[task]]
    for name, value in settings.items():
        if name == "seed" or (name in defaults and value != defaults[name]):
            words.append(f"--{name.replace('_', '-')}" if value is True else f"--{name.replace('_', '-')} {value}")
    return " ".join(words)


def section(report: Report) -> list[str]:
    """One task: its command, its onset table with the lead over every control, and its other figures."""
    task = report["task"]
    lines = [f"## {TITLES[task]}", "", f"`{command(task, report['settings'])}`", ""]
    leads = report.get("lead in F1", {})
    if "onsets" in report:
        lines += [f"Onsets within 0.1 s, means over {report['clips']} clips.", ""]
        lines += [
            f"| | {' | '.join(ONSETS.values())} | lead of the generated in F1 |",
            f"|---|{'---|' * len(ONSETS)}---|",
        ]
        for name, row in report["onsets"].items():
            lead = next((key for key in (f"over {name}", f"over {name}s") if key in leads), None)
            shown = f"{leads[lead]:+.3f} \u00b1 {leads[f'{lead}, standard error']:.3f}" if lead else ""
            lines.append(f"| {name} | {' | '.join(f'{row[key]:.3f}' for key in ONSETS)} | {shown} |")
        lines.append("")
    if report.get("families"):
        lines += ["| family | clips | F1 | other clip |", "|---|---|---|---|"]
        for name, row in report["families"].items():
            lines.append(f"| {name} | {row['clips']} | {row['f1']:.3f} | {row['chance_f1']:.3f} |")
        lines.append("")
    figures = list(_figures(report))
    if figures:
        lines += ["| figure | |", "|---|---|", *figures, ""]
    return lines


def _figures(report: Report) -> list[str]:
    """What a report holds beside its onsets."""
    found = []
    for name, value in report.items():
        if isinstance(value, float):
            found.append(f"| {name} | {value:.3f} |")
        elif isinstance(value, dict) and name not in ("onsets", "families", "settings", "lead in F1"):
            found += [f"| {name}, {key} | {number:.3f} |" for key, number in value.items() if number is not None]
    return found


def of_variants(pack: Path) -> list[str]:
    """What quantization costs, from the index of a pack's variants; nothing if none of them was measured."""
    path = pack / INDEX
    entries = json.loads(path.read_text())["variants"] if path.exists() else []
    measured = [entry for entry in entries if entry.get("quality")]
    if not measured:
        return []
    lines = ["## Variants: what quantization costs", "", "`python -m avlink.evaluate.variants`", ""]
    lines += ["| variant | weights | MB | V2A onset F1 | lead over standard |", "|---|---|---|---|---|"]
    for entry in measured:
        figures, size = entry["quality"], entry["bytes"] / 1e6
        lead, error = (figures[f"lead in F1 over standard{end}"] for end in ("", ", standard error"))
        shown = "" if entry is measured[0] else f"{lead:+.3f} \u00b1 {error:.3f}"
        lines.append(f"| {entry['id']} | {entry['weights']} | {size:.1f} | {figures['v2a onset F1']:.3f} | {shown} |")
    return [*lines, ""]


def document(folder: Path, pack: Path | None = None) -> str:
    """The whole report as Markdown. Raises FileNotFoundError when the folder holds no report at all."""
    lines = ["# What was measured", ""]
    for task in TITLES:
        path = folder / f"report-{task}.json"
        if path.exists():
            lines += section(json.loads(path.read_text()))
    path = folder / "sweep.json"
    if path.exists():
        rows = json.loads(path.read_text())
        lines += [
            "## Sampler: quality against cost",
            "",
            "`python -m avlink.evaluate.sweep`, means over the same clips",
        ]
        lines += ["and seeds.", "", sweep.table(rows)]
    path = folder / "ablation.json"
    if path.exists():
        rows = json.loads(path.read_text())
        lines += ["## Ablations of the Fusion Blocks", "", "`python -m avlink.evaluate.ablate`", "", ablate.table(rows)]
    if pack is not None:
        lines += of_variants(pack)
    if len(lines) == 2:
        raise FileNotFoundError(f"{folder} holds no report: run python -m avlink.evaluate --folder {folder}")
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/mini"))
    parser.add_argument("--pack", type=Path, help="whose variants are reported, too")
    parser.add_argument("--out", type=Path, help="default: standard output")
    args = parser.parse_args()
    text = document(args.folder, args.pack)
    if args.out:
        args.out.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
