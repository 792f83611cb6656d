"""The report: everything that was measured on a run, as one Markdown document, from the files in the run's folder.

    python -m avlink.evaluate.report --folder runs/mini --out REPORT.md

Reads what these commands wrote, and leaves out what was not measured: `avlink.evaluate` (report-v2a.json,
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

from ..command_line import entry_point, existing_folder, existing_pack
from ..export.variants import INDEX
from . import ablate, sweep
from .tasks import Settings

Report = dict[str, Any]

INTRODUCTION = """\
Every section names the command that measures it again, with its seed. Run the commands in `training/`; CLIPS is a
folder of real videos with sound. F1, recall and precision compare onsets, matched one to one within 0.1 s. The rows
below "generated" are controls on the same clips: the sound of other clips (chance), steady clicks, and clicks where the
picture moves most. A lead is the mean difference to such a row, clip by clip, with its standard error.
"""
TITLES = {
    "v2a": "Video to sound: held-out rendered scenes",
    "v2a-blind": "Video to sound: without any words, not even the tagger's",
    "v2a-unwatched": "Video to sound: by the Fusion Blocks alone, without timing from pixels",
    "v2a-once": "Video to sound: without the second attempt for silent takes",
    "v2a-captioned": "Video to sound: with the caption of the scene",
    "v2a-directed": "Video to sound: told of the hits and the level of the scene's own sound",
    "v2a-directed-mismatched": "Video to sound: told of a scene's hits and level beside the picture of another scene",
    "clips-directed": "Video to sound: real video, told of the hits of its own sound",
    "clips-impacts-directed": "Video to sound: real video of impacts, told of the hits of its own sound",
    "clips": "Video to sound: real video",
    "clips-impacts": "Video to sound: real video whose sound is of impacts",
    "clips-eyes": "Video to sound: real video, with the words of the eyes",
    "clips-impacts-eyes": "Video to sound: real video of impacts, with the words of the eyes",
    "a2v": "Sound to clip: held-out rendered scenes",
    "joint": "Sound and picture generated together",
    "unconditional": "The generators alone",
    "codec": "Codecs: round trips of held-out rendered scenes",
    "codec-clips": "Codecs: round trips of real video",
    "prompts": "Prompts: does the requested material change the sound?",
    "prompts-directed": "Prompts: does it, where the hits are told, too?",
}
RECOGNISED = (
    "Recognised: how often a listener has what it hears best in a clip's own sound among the five classes that it "
    "hears best in the generated sound, and in that of another clip."
)
NOTES = {
    "a2v": "The onsets of a picture are those that the evaluator finds in it, or its motion peaks where a row says so.",
    "joint": "The onsets of a picture are those that the evaluator finds in it.",
    "clips": RECOGNISED,
    "clips-eyes": RECOGNISED,
    "prompts": "A small classifier, trained on rendered sound, decides which material is heard.",
}
# Figures keep their names in run folders and packs; the report words some of them differently.
WORDING = {
    "clicks 4 Hz": "4 Hz clicks",
    "clicks 8 Hz": "8 Hz clicks",
    "motion peaks": "clicks on motion",
    "generated, 0.05 s": "generated, within 0.05 s",
    "by motion": "by motion peaks",
    "the real picture": "the scene's own picture",
    "the other half of the data": "real data, the other half",
    "words seen on held-out scenes": "words of the tagger on held-out scenes",
    "the same scene played again": "the same scene rendered again",
    "continuous clips of steady level, left out": "continuous clips left out for their steady level",
    "onsets a second": "onsets per second",
    "onsets read a clip": "onsets found per clip",
    "onsets a clip, of the sound": "onsets per clip, in the sound",
    "onsets a clip, read off the picture": "onsets per clip, found in the picture",
    "heard though to be avoided": "heard although excluded",
    "onset F1 of what was asked for, 0.1 s": "onset F1 of the requested sound, 0.1 s",
    "avoiding quiet over avoiding loud": "excluding quiet over excluding loud",
    "hand-over by the moment": "alignment by the moment",
    "for V2A alone": "V2A only",
}
ONSETS = {"f1": "F1", "recall": "recall", "precision": "precision"}
COMMANDS = {
    "v2a": "python -m avlink.evaluate --task v2a",
    "v2a-blind": "python -m avlink.evaluate --task v2a",
    "v2a-unwatched": "python -m avlink.evaluate --task v2a",
    "v2a-once": "python -m avlink.evaluate --task v2a",
    "v2a-captioned": "python -m avlink.evaluate --task v2a",
    "v2a-directed": "python -m avlink.evaluate --task v2a",
    "v2a-directed-mismatched": "python -m avlink.evaluate --task v2a",
    "a2v": "python -m avlink.evaluate --task a2v",
    "joint": "python -m avlink.evaluate --task joint",
    "unconditional": "python -m avlink.evaluate --task unconditional",
    "codec": "python -m avlink.evaluate --task codec",
    "codec-clips": "python -m avlink.evaluate.codecs CLIPS",
    "clips": "python -m avlink.evaluate.clips CLIPS",
    "clips-impacts": "python -m avlink.evaluate.clips CLIPS",
    "clips-eyes": "python -m avlink.evaluate.clips CLIPS --eyes ../public/models/eyes",
    "clips-impacts-eyes": "python -m avlink.evaluate.clips CLIPS --eyes ../public/models/eyes",
    "clips-directed": "python -m avlink.evaluate.clips CLIPS",
    "clips-impacts-directed": "python -m avlink.evaluate.clips CLIPS",
    "prompts": "python -m avlink.evaluate.prompts",
    "prompts-directed": "python -m avlink.evaluate.prompts",
}


def command(task: str, settings: Report) -> str:
    """The command that measures this again: options that differ from their defaults, and always the seed."""
    defaults = dataclasses.asdict(Settings())
    words = [COMMANDS[task]]
    for name, value in settings.items():
        if name == "seed" or (name in defaults and value != defaults[name]):
            words.append(f"--{name.replace('_', '-')}" if value is True else f"--{name.replace('_', '-')} {value}")
    return " ".join(words)


def worded(name: str) -> str:
    """The name of a figure as the report words it."""
    for kept, shown in WORDING.items():
        name = name.replace(kept, shown)
    return name


def section(report: Report) -> list[str]:
    """One task: its command, its onset table with the lead over every control, and its other figures."""
    task = report["task"]
    lines = [f"## {TITLES[task]}", "", f"`{command(task, report['settings'])}`", ""]
    if task in NOTES:
        lines += [NOTES[task], ""]
    leads = report.get("lead in F1", {})
    if "onsets" in report:
        lines += [f"Onsets within 0.1 s, means over {report['clips']} clips.", ""]
        lines += [
            f"| | {' | '.join(ONSETS.values())} | lead over this control in F1 |",
            f"|---|{'---|' * len(ONSETS)}---|",
        ]
        for name, row in report["onsets"].items():
            lead = next((key for key in (f"over {name}", f"over {name}s") if key in leads), None)
            shown = f"{leads[lead]:+.3f} \u00b1 {leads[f'{lead}, standard error']:.3f}" if lead else ""
            lines.append(f"| {worded(name)} | {' | '.join(f'{row[key]:.3f}' for key in ONSETS)} | {shown} |")
        lines.append("")
    if report.get("families"):
        lines += ["| family | clips | F1 | other clip |", "|---|---|---|---|"]
        for name, row in report["families"].items():
            lines.append(f"| {name} | {row['clips']} | {row['f1']:.3f} | {row['chance_f1']:.3f} |")
        lines.append("")
    figures = list(_figures(report))
    if figures:
        lines += ["| figure | value |", "|---|---|", *figures, ""]
    return lines


def _figures(report: Report) -> list[str]:
    """The figures of a report besides its onsets, as rows of a table."""
    found = []
    for name, value in report.items():
        if isinstance(value, float):
            found.append(f"| {worded(name)} | {value:.3f} |")
        elif isinstance(value, dict) and name not in ("onsets", "families", "settings", "lead in F1"):
            shown = {worded(f"{name}, {key}"): number for key, number in value.items() if number is not None}
            found += [f"| {key} | {number:.3f} |" for key, number in shown.items()]
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
    lines = ["# What was measured", "", *INTRODUCTION.splitlines(), ""]
    introduced = len(lines)
    for task in TITLES:
        path = folder / f"report-{task}.json"
        if path.exists():
            lines += section(json.loads(path.read_text()))
    path = folder / "sweep.json"
    if path.exists():
        rows = json.loads(path.read_text())
        lines += ["## Sampler: quality against cost", "", "`python -m avlink.evaluate.sweep`", ""]
        lines += ["Means over the same clips and seeds.", "", sweep.table(rows)]
    path = folder / "ablation.json"
    if path.exists():
        rows = json.loads(path.read_text())
        lines += ["## Ablations of the Fusion Blocks", "", "`python -m avlink.evaluate.ablate`", ""]
        lines.append(worded(ablate.table(rows)))
    if pack is not None:
        lines += of_variants(pack)
    if len(lines) == introduced:
        raise FileNotFoundError(f"{folder} holds no report: run python -m avlink.evaluate --folder {folder}")
    return "\n".join(lines).rstrip() + "\n"


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=existing_folder, default=Path("runs/mini"))
    parser.add_argument("--pack", type=existing_pack, help="a pack whose variants are reported as well")
    parser.add_argument("--out", type=Path, help="default: standard output")
    args = parser.parse_args()
    text = document(args.folder, args.pack)
    if args.out:
        args.out.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
