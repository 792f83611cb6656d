"""Score generated sound against the sound of real videos, with every control.

    python -m avlink.evaluate.clips REFERENCES GENERATED [--match REGEX] [--seconds 8]
    python -m avlink.evaluate.clips REFERENCES --folder runs/mini --steps 8 --guidance-av 2 --seeds 4

Pairs files by their stems. Without GENERATED, the weights of a run make the sound with PyTorch, window by window.
Prints a table with onset recall, precision, F1 and onsets per second of the generated sound, of the sound of every
other reference (chance), of click trains, and of clicks where the picture moves most, all on the same clips. Clips
whose sound is of impacts (see IMPACTS) get a second table. With --folder the reports are written into the run, as
`python -m avlink.evaluate` does. References without an onset are left out. With --eyes, the words that the eyes see
stand in for the tagger's, where the app would take them. With --judge, a listener tells whether it hears in the
generated sound, among its five best classes, what it hears best in the clip's own. Needs ffmpeg.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.io import wavfile

from .. import tagger
from ..attempts import make_sound
from ..command_line import add_preset, add_solver, entry_point, existing_folder, pattern, positive
from ..errors import InputError
from ..grid import GRID
from ..recorded_scenes import bag_of
from ..sampling import draw_noise, plan_windows
from ..system import AVLink, to_frames
from ..vocabulary import WIDE_VOCABULARY
from . import metrics
from .hits import directed_by
from .media import VIDEOS, read_frames, read_sound
from .metrics import RATE, Agreement
from .recorded import classes
from .results import write
from .sight import Eyes
from .tasks import Settings

Rows = dict[str, list[Agreement]]
# Where nobody chose any words, only the second attempt and the eyes' words make use of these.
OF_WORDS_AND_SILENCE = ("guidance_text", "guidance_level", "guidance_most", "silent_below", "second_guidance")
ONE_EACH = "motion peaks"  # a control that is compared once a clip
# Stems of the clips of the evaluation set whose sound is made by impacts: drums, tools, guns, fireworks. In the others
# somebody cries, barks or drives, and no hit is there to be seen.
IMPACTS = r"^(gh_|vas_(drum|fireworks|gun|hammer)|df_(drum|gun)|avsync_[12]$|vgg_(D1NO|-Qow))"


def score(
    references: dict[str, Path], takes: Sequence[dict[str, Path]], seconds: float, tolerance: float = 0.1
) -> tuple[Rows, float]:
    """Agreements of every pair and of its controls, clip by clip, and the clips' length together; keys are stems.

    takes: generated files, one or more of every clip. Raises InputError without a pair.
    """
    pairs = sorted(references.keys() & set.intersection(*(set(take) for take in takes)))
    sounds = {name: read_sound(references[name], seconds) for name in pairs}
    marks = {name: metrics.onset_samples(sound) for name, sound in sounds.items() if sound.size}
    names = [name for name in marks if marks[name]]
    if not names:
        raise InputError("no generated file has the name of a reference whose sound has onsets")
    rows: Rows = {name: [] for name in ("generated", "other clip", "clicks 4 Hz", "clicks 8 Hz", "motion peaks")}
    for name in names:
        length = sounds[name].size / RATE
        moves = metrics.motion_onsets(read_frames(references[name], seconds), GRID.fps)
        heard = {
            "clicks 4 Hz": metrics.click_train(4, length),
            "clicks 8 Hz": metrics.click_train(8, length),
            "motion peaks": metrics.clicks(moves, length),
        }
        rows["generated"] += [
            metrics.compare(marks[name], read_sound(take[name], seconds), tolerance) for take in takes
        ]
        for kind, wave in heard.items():
            rows[kind].append(metrics.compare(marks[name], wave, tolerance))
        rows["other clip"] += [metrics.compare(marks[name], sounds[n], tolerance) for n in names if n != name]
    return rows, sum(sounds[name].size for name in names) / RATE


def by_clip(found: list[Agreement], clips: int) -> list[float]:
    """F1 of every clip, the mean over its comparisons: with several takes, or with every other clip's sound."""
    return np.reshape([row.f1 for row in found], (clips, -1)).mean(1).tolist()


def density(found: list[Agreement], clips: int, seconds: float) -> float:
    """Onsets a second; each of several comparisons of a clip is that long."""
    return sum(row.generated for row in found) / (seconds * len(found) / clips) if found else 0.0


def table(rows: Rows, seconds: float) -> str:
    """The means as Markdown; `seconds` is how long all clips are together."""
    lines = ["| | recall | precision | F1 | onsets a second | clips |", "|---|---|---|---|---|---|"]
    count = len(rows[ONE_EACH])
    for kind, found in rows.items():
        mean = metrics.total(found)
        cells = (f"{mean[name]:.3f}" for name in ("recall", "precision", "f1"))
        lines.append(f"| {kind} | {' | '.join(cells)} | {density(found, count, seconds):.2f} | {count} |")
    real = sum(row.reference for row in rows[ONE_EACH]) / seconds
    return "\n".join([*lines, f"\nThe clips' own sound has {real:.2f} onsets a second."])


def summary(rows: Rows, seconds: float, settings: dict[str, Any], task: str = "clips") -> dict[str, Any]:
    """A report like those of `python -m avlink.evaluate`; of several takes every clip counts with their mean."""
    count = len(rows[ONE_EACH])
    # Without another clip there is none to compare with.
    f1 = {name: by_clip(found, count) for name, found in rows.items() if found}
    own, chance = f1.pop("generated"), f1.pop("other clip", None)
    return {
        "task": task,
        "clips": count,
        "onsets": {name: metrics.total(found) for name, found in rows.items()},
        "lead in F1": metrics.leads(own, f1 | ({"other clips": chance} if chance else {})),
        "onsets a second": {
            "generated": density(rows["generated"], count, seconds),
            "the clips' own sound": sum(row.reference for row in rows[ONE_EACH]) / seconds,
        },
        "settings": settings,
    }


def recognised(judge: list[str], references: dict[str, Path], takes: Sequence[dict[str, Path]]) -> dict[str, float]:
    """How often what a judge hears best in a clip's own sound is among the five classes that it hears best in the
    generated one, and in that of the next clip (chance); means over clips and takes."""
    names = sorted(references.keys() & set.intersection(*(set(take) for take in takes)))
    real = classes(judge, [references[name] for name in names])
    made = [classes(judge, [take[name] for name in names]) for take in takes]

    def share(of: Sequence[str]) -> float:
        pairs = zip(names, of, strict=True)
        return float(np.mean([bool(real[a]) and real[a][0] in found[b] for a, b in pairs for found in made]))

    return {"generated": share(names), "another clip's": share([*names[1:], names[0]])}


@torch.no_grad()
def dub(
    system: AVLink,
    frames: np.ndarray,
    settings: Settings,
    own: np.ndarray | None = None,
    words: Callable[[float], Sequence[str]] | None = None,
) -> np.ndarray:
    """uint8 frames [T, 3, size, size] -> the sound that a run's weights make for them, 16 kHz, as the app makes it: in
    overlapping windows, which all get the words that most of them show.

    own: the clip's own sound, 16 kHz, whose hits and level direct the one that is made.
    words: what the eyes say, if anything, where the tagger's surest word (0: it has none) has a probability.
    """
    grid, count = system.grid, frames.shape[0]
    plan = plan_windows(grid, count / grid.fps)
    padded = plan.total_units * grid.frames // plan.window_units
    video = torch.from_numpy(frames.copy())
    held = torch.cat([video, video[-1:].expand(padded - count, -1, -1, -1)])[None]
    z = system.video_encoder(to_frames(held))
    samples = int(count / grid.fps * grid.sample_rate)
    timing = None if settings.unwatched else system.watched(plan.split(held))[None]
    if own is not None:
        latents = plan.total_units * grid.audio_latents // plan.window_units
        fitted = np.zeros(latents * grid.samples_per_latent, np.float32)
        fitted[: min(len(own), samples)] = own[:samples]
        track = directed_by(torch.from_numpy(fitted)[None], grid, settings.jitter, settings.seed)
        timing = plan.split(track)[None]
    seen, typed = None, None
    if not settings.blind:
        logits = system.word_logits(plan.split(z)).mean(0, keepdim=True)
        seen = tagger.seen(logits)
        own_words = torch.sigmoid(logits)[seen > 0]
        said = words(float(own_words.max()) if own_words.numel() else 0.0) if words else ()
        if said and settings.words_with_timing:  # else a prompt would cost the timing that was read
            typed = bag_of(tuple(said))[None, : system.vocabulary]
        elif said:
            seen = bag_of(tuple(said))[None, : system.vocabulary]
    made = make_sound(
        system,
        z,
        timing,
        draw_noise(grid, 1, settings.seed, plan.total_units),
        settings.sampling(),
        asked=typed,
        seen=seen,
        second=settings.second(),
        samples=samples * (system.sound_rate // grid.sample_rate),
        directed=own is not None,
    )
    wave: np.ndarray = system.at_grid_rate(made.audio)[0, :samples].numpy()
    return wave


def dub_all(
    system: AVLink, references: dict[str, Path], out: Path, settings: Settings, seconds: float, eyes: Eyes | None = None
) -> None:
    """Write the sound of every reference into the folder `out`, as STEM.wav."""
    out.mkdir(parents=True, exist_ok=True)
    vocabulary = WIDE_VOCABULARY[: system.vocabulary]
    for name, path in sorted(references.items()):
        rate = system.grid.sample_rate
        own = read_sound(path, seconds, rate) if settings.directed else None
        words = partial(eyes.words, path, seconds, vocabulary) if eyes else None
        wave = dub(system, read_frames(path, seconds), settings, own, words)
        wavfile.write(out / f"{name}.wav", system.grid.sample_rate, wave)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", type=existing_folder)
    parser.add_argument("generated", type=existing_folder, nargs="?")
    parser.add_argument("--folder", type=Path, help="a run, which makes the sound and gets the report")
    add_preset(parser)
    parser.add_argument("--match", type=pattern, default="", help="regular expression that file stems must match")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=positive, default=1, help="takes per clip, seeded from --seed on")
    add_solver(parser)
    parser.add_argument("--steps", type=positive, default=8)
    parser.add_argument("--guidance-av", type=float, default=2.0)
    parser.add_argument("--guidance-av-until", type=float, default=Settings.guidance_av_until)
    parser.add_argument("--shift", type=float, default=Settings.shift)
    parser.add_argument("--conditioning-t", type=float, default=Settings.conditioning_t)
    for name in OF_WORDS_AND_SILENCE:
        parser.add_argument("--" + name.replace("_", "-"), type=float, default=getattr(Settings, name))
    parser.add_argument("--blind", action="store_true", help="without the tagger's words")
    parser.add_argument("--unwatched", action="store_true", help="without timing from pixels")
    parser.add_argument(
        "--directed", action="store_true", help="told of the hits and the level of the clip's own sound"
    )
    parser.add_argument(
        "--jitter", type=float, default=0.0, help="seconds that a told hit is off by, standard deviation"
    )
    parser.add_argument("--words-with-timing", action="store_true", help="told both in every branch")
    parser.add_argument("--eyes", type=existing_folder, help="the folder of the eyes, whose words stand in")
    parser.add_argument("--judge", type=Path, help="a program that listens")
    parser.add_argument("--judge-python", default=sys.executable, help="what runs it")
    parser.add_argument("--once", action="store_true", help="without a second attempt for silent takes")
    args = parser.parse_args()

    def files(folder: Path) -> dict[str, Path]:
        return {path.stem: path for path in folder.iterdir() if path.is_file() and re.search(args.match, path.stem)}

    references, takes = files(args.references), [args.generated]
    report: dict[str, Any] = {"seconds": args.seconds, "match": args.match}
    if args.generated is None:
        if args.folder is None:
            parser.error("GENERATED or --folder is needed")
        names = ["seed", "solver", "steps", "guidance_av", "guidance_av_until", "shift", "conditioning_t"]
        names += [*OF_WORDS_AND_SILENCE, "blind", "unwatched", "directed", "jitter", "once", "words_with_timing"]
        chosen = {name: getattr(args, name) for name in names}
        references = {name: path for name, path in references.items() if path.suffix.lower() in VIDEOS}
        system = AVLink.load(args.folder, args.preset)
        out = args.folder / ("clips-eyes" if args.eyes else "clips")
        takes = [out / str(seed) for seed in range(args.seed, args.seed + args.seeds)]
        eyes = Eyes(args.eyes) if args.eyes else None
        for seed, folder in enumerate(takes, args.seed):
            settings = dataclasses.replace(Settings(), **chosen | {"seed": seed})
            dub_all(system, references, folder, settings, args.seconds, eyes)
        report |= chosen | ({"seeds": args.seeds} if args.seeds > 1 else {})
    generated = [files(folder) for folder in takes]
    impacts = {name: path for name, path in references.items() if re.search(IMPACTS, name)}
    tasks = {"clips": references}
    if len(impacts.keys() & generated[0].keys()) > 1:
        tasks["clips-impacts"] = impacts
    if args.eyes:
        tasks = {f"{task}-eyes": clips for task, clips in tasks.items()}
    if args.directed:
        tasks = {f"{task}-directed": clips for task, clips in tasks.items()}
    for task, clips in tasks.items():
        rows, seconds = score(clips, generated, args.seconds)
        print(f"\n## {task}\n\n{table(rows, seconds)}")
        found = summary(rows, seconds, report, task)
        if args.judge:
            found["recognised"] = recognised([args.judge_python, str(args.judge)], clips, generated)
            print(json.dumps(found["recognised"]))
        if args.folder:
            write(found, args.folder)


if __name__ == "__main__":
    main()
