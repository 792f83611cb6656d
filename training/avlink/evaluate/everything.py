"""Measure everything about a pack, with the settings it ships with, and write the report.

    python -m avlink.evaluate.everything --pack ../public/models/mini --folder runs/measured \\
        --real CLIPS --jobs 2 --out ../docs/report.md

Restores the pack into a separate folder, trains the evaluator of pictures there and runs the commands of the report,
`--jobs` at a time, each with its own log in that folder. Measurements and training that are newer than the pack's
weights are not repeated. `--record` writes the figures into the pack's manifest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..command_line import add_preset, entry_point, existing_folder, existing_pack, positive
from ..export.variants import record
from ..manifest import read_manifest
from ..presets import preset_named
from .report import document

RESTORED = "video.pt"  # stands for all that a pack is read back into
GOLDEN = "golden.bin"  # changes with the weights, and with them alone

# Sets of scenes, or takes of few clips, differ from one seed to the next by more than most changes do.
SEEDS = ("--seeds", "4")
JOINT = ("--steps", "8", "--guidance-av", "3")  # the app makes one of the two at a time and has no settings for both
# Sampler settings of a manifest as options of the evaluation; the second are for words that somebody chose.
OPTIONS = {"solver": "solver", "steps": "steps", "guidanceAv": "guidance-av"}
OPTIONS |= {"guidanceAvUntil": "guidance-av-until", "timeShift": "shift"}
OF_SILENCE = {"silentBelow": "silent-below", "guidance": "second-guidance"}  # of the second attempt
OF_WORDS = {"guidanceText": "guidance-text", "guidanceLevel": "guidance-level", "guidanceMost": "guidance-most"}
OF_WORDS |= {"wordsWithTiming": "words-with-timing"}


@dataclass(frozen=True)
class Step:
    """A command of this package, and the file in the folder that it leaves behind."""

    module: str
    options: tuple[str, ...]
    leaves: str

    def command(self, folder: Path, preset: str) -> list[str]:
        return [sys.executable, "-m", self.module, *self.options, "--folder", str(folder), "--preset", preset]


def sampler_options(pack: Path, task: str) -> tuple[str, ...]:
    """The pack's own sampler settings for a task, and of sound its second attempt, as options of the evaluation."""
    manifest = read_manifest(pack / "manifest.json")
    found = [(manifest["sampler"][task], OPTIONS | OF_WORDS)]
    if task == "v2a":
        found.append((manifest["secondAttempt"], OF_SILENCE))
    return tuple(
        word
        for chosen, names in found
        for key, name in names.items()
        if chosen.get(key) not in (None, False)
        for word in ([f"--{name}"] if chosen[key] is True else [f"--{name}", str(chosen[key])])
    )


def chains(
    pack: Path, real: Path | None, clips: int, evaluator_minutes: float, judge: tuple[str, ...] = ()
) -> list[list[Step]]:
    """What can run at once; each chain in its order. judge: options of the measurements that a listener joins."""
    sound, picture = sampler_options(pack, "v2a"), sampler_options(pack, "a2v")
    count = ("--clips", str(clips))

    def task(name: str, *options: str) -> Step:
        return Step("avlink.evaluate", ("--task", name, *options), f"report-{name}.json")

    # Where every task has a set of its own, none makes both.
    sets = {each["name"] for each in read_manifest(pack / "manifest.json")["fusionSets"]}
    both = [task("joint", *count, *JOINT)] if "joint" in sets else []
    found = [
        [
            Step("avlink.train", ("evaluator", "--minutes", str(evaluator_minutes)), "evaluator.resume.pt"),
            task("a2v", *count, *picture),
            *both,
        ],
        [task("v2a", *count, *SEEDS, *sound)],
        [Step("avlink.evaluate", ("--task", "v2a", "--caption", *count, *sound), "report-v2a-captioned.json")],
        [Step("avlink.evaluate", ("--task", "v2a", "--blind", *count, *sound), "report-v2a-blind.json")],
        [Step("avlink.evaluate", ("--task", "v2a", "--unwatched", *count, *sound), "report-v2a-unwatched.json")],
        [task("unconditional", *count, "--steps", "25")],
        [task("codec", *count)],
        [Step("avlink.evaluate.prompts", sound, "report-prompts.json")],
    ]
    if real is not None:
        clips_options = (str(real), *SEEDS, *sampler_options(pack, "v2a"), *judge)
        found.append([Step("avlink.evaluate.clips", clips_options, "report-clips.json")])
        eyes = pack.parent / "eyes"
        if eyes.is_dir():
            by_eyes = (*clips_options, "--eyes", str(eyes))
            found.append([Step("avlink.evaluate.clips", by_eyes, "report-clips-eyes.json")])
        found.append([Step("avlink.evaluate.codecs", (str(real),), "report-codec-clips.json")])
    return found


def run(chain: list[Step], pack: Path, folder: Path, preset: str, threads: int) -> None:
    """The steps of a chain that are not done yet. Raises RuntimeError with the end of the log of one that fails."""
    newest = (pack / GOLDEN).stat().st_mtime
    for step in chain:
        # Not the file itself: what was stopped halfway may have left one.
        mark = folder / f"{step.leaves}.done"
        if mark.exists() and mark.stat().st_mtime >= newest:
            continue
        log = folder / f"{step.leaves}.log"
        environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
        with log.open("w") as out:
            done = subprocess.run(step.command(folder, preset), stdout=out, stderr=subprocess.STDOUT, env=environment)
        if done.returncode:
            end = "\n".join(log.read_text().splitlines()[-5:])
            raise RuntimeError(f"{' '.join(step.command(folder, preset)[1:])} failed, see {log}:\n{end}")
        mark.touch()
        print(f"{step.module} {' '.join(step.options)}: done", flush=True)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="a separate folder, which is filled from the pack")
    add_preset(parser)
    parser.add_argument("--real", type=existing_folder, help="a folder of real videos with sound")
    parser.add_argument("--judge", type=Path, help="a program that listens to the sound of real videos")
    parser.add_argument("--judge-python", default=sys.executable, help="what runs it")
    parser.add_argument("--clips", type=positive, default=128, help="held-out scenes per seed")
    parser.add_argument("--evaluator-minutes", type=float, default=10)
    parser.add_argument("--jobs", type=positive, default=1)
    parser.add_argument("--record", action="store_true", help="also write the figures into the pack")
    parser.add_argument("--out", type=Path, help="the report; default: report.md in the folder")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    preset = preset_named(args.preset or args.pack.resolve().name).name
    threads = max(1, (os.cpu_count() or 1) // args.jobs)
    restore = Step("avlink.export.restore", ("--pack", str(args.pack)), RESTORED)
    try:
        run([restore], args.pack, args.folder, preset, threads)
    except RuntimeError as error:
        raise SystemExit(str(error)) from error
    with ThreadPoolExecutor(args.jobs) as pool:
        judge = ("--judge", str(args.judge), "--judge-python", args.judge_python) if args.judge else ()
        todo = chains(args.pack, args.real, args.clips, args.evaluator_minutes, judge)
        waiting = [pool.submit(run, chain, args.pack, args.folder, preset, threads) for chain in todo]
    failed = [error for error in (each.exception() for each in waiting) if error is not None]
    if failed:
        raise SystemExit("\n\n".join(str(error) for error in failed))
    if args.record:
        record(args.pack, json.loads((args.folder / "quality.json").read_text()))
    out: Path = args.out or args.folder / "report.md"
    out.write_text(document(args.folder, args.pack))
    print(out)


if __name__ == "__main__":
    main()
