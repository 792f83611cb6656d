"""Measure how well networks know when things hit: onsets read from held-out scenes and from real video.

    python -m avlink.evaluate.probe --preset mini [--clips FOLDER]
    python -m avlink.evaluate.probe --preset mini --generator [--clips FOLDER]

Reads the sync encoder; with `--generator`, the video generator's features by the auxiliary heads trained with it, at
the flow time at which it serves as the condition. Onsets are the peaks of the predicted envelope above a threshold. For
several thresholds the table has F1 against the scene's events (for real video, the onsets of its own sound) within 0.1
s, the same against other clips' events (chance), and onsets per second. The best row says how much is known; steady
clicks and motion peaks follow for comparison. This predicts V2A long before any sound is generated.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ..command_line import add_preset, entry_point, existing_folder, positive
from ..scenes import FAMILIES, render
from ..system import AVLink
from . import metrics
from .media import VIDEOS, read_frames, read_sound
from .metrics import compare_times
from .onset_evaluator import THRESHOLD, OnsetEvaluator, peaks

THRESHOLDS = (0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.18, THRESHOLD, 0.35, 0.5, 0.7)
CLICK_RATES = (2.0, 4.0, 5.0)
OTHERS = 5  # other clips' events that a clip's readings are compared with
PART = 32


class OnsetDetector(Protocol):
    """Whatever reads onsets off pictures, once or at several depths."""

    system: AVLink

    def curves(self, frames: Tensor, seed: int) -> list[Tensor]:
        """uint8 frames [B, T, 3, 64, 64] -> onset probabilities [B, 2 T] of every depth."""
        ...


class SyncDetector:
    """The sync encoder."""

    def __init__(self, system: AVLink) -> None:
        self.system = system

    @torch.no_grad()
    def curves(self, frames: Tensor, seed: int) -> list[Tensor]:
        # A few at a time: pixels take a thousand times the room of latents.
        return [torch.cat([torch.sigmoid(self.system.watched(part)[..., 0]) for part in frames.split(4)])]


Reading = Callable[[int], list[float]]  # index of a clip -> onset times in seconds


@dataclass
class Watched:
    """Clips whose onsets are known, and what one detector made of their pictures."""

    curves: list[Tensor]  # onset probability [L] of each clip, at the audio latents' rate
    truth: list[list[float]]  # seconds
    motion: list[list[float]]  # seconds: the peaks of motion

    def row(self, name: str, read: Reading, rate: float) -> tuple[float, str]:
        """F1 of the readings, means over the clips that have onsets, and a line about them."""
        clips = [i for i, times in enumerate(self.truth) if times]
        own = [compare_times(self.truth[i], read(i)) for i in clips]
        other = [
            compare_times(self.truth[i], read(clips[(place + shift) % len(clips)])).f1
            for place, i in enumerate(clips)
            for shift in range(1, min(OTHERS, len(clips) - 1) + 1)
        ]
        seconds = sum(len(self.curves[i]) for i in clips) / rate
        f1, recall, precision = (
            float(np.mean([getattr(x, key) for x in own])) for key in ("f1", "recall", "precision")
        )
        chance = float(np.mean(other)) if other else float("nan")
        cells = (f"{x:.3f}" for x in (f1, chance, recall, precision))
        return f1, f"| {name} | {' | '.join(cells)} | {sum(x.generated for x in own) / seconds:.2f} |"

    def table(self, rate: float) -> str:
        lines = ["| | F1 | other clip | recall | precision | onsets a second |", "|---|---|---|---|---|---|"]
        rows = [
            self.row(f"threshold {x:g}", lambda i, x=x: peaks(self.curves[i], rate, x), rate)  # type: ignore[misc]
            for x in THRESHOLDS
        ]
        best = max(f1 for f1, _ in rows)
        lines += [line + (" best" if f1 == best else "") for f1, line in rows]
        for hertz in CLICK_RATES:

            def train(i: int, hertz: float = hertz) -> list[float]:
                return list(np.arange(0.04, len(self.curves[i]) / rate - 0.1, 1 / hertz))

            lines.append(self.row(f"clicks {hertz:g} Hz", train, rate)[1])
        lines.append(self.row("motion peaks", lambda i: self.motion[i], rate)[1])
        return "\n".join(lines)


def windowed(frames: Tensor, detector: OnsetDetector, seed: int) -> list[Tensor]:
    """uint8 frames [T, 3, 64, 64] of any length -> the curve of every depth [2 T], means of windows that overlap."""
    grid = detector.system.grid
    count, span, per = frames.shape[0], grid.frames, grid.audio_latents // grid.frames
    last = max(0, count - span)
    starts = sorted({*range(0, last, 3 * span // 4), last})
    held = torch.cat([frames, frames[-1:].expand(max(0, span - count), -1, -1, -1)])
    read = detector.curves(torch.stack([held[s : s + span] for s in starts]), seed)
    # The middle of a window has seen both what came before and what comes after.
    weight = torch.minimum(torch.arange(per * span) + 1, per * span - torch.arange(per * span)).float()
    found = []
    for curves in read:
        total, weights = torch.zeros(2, per * held.shape[0]).unbind(0)
        for start, curve in zip(starts, curves, strict=True):
            at = slice(per * start, per * (start + span))
            total[at] += weight * curve
            weights[at] += weight
        found.append((total / weights)[: per * count])
    return found


def rendered(detector: OnsetDetector, clips: int, seed: int) -> tuple[list[Watched], list[str]]:
    """What is made of held-out scenes at every depth, and the scenes' families."""
    watched: list[Watched] = []
    families: list[str] = []
    for part in range(-(-clips // PART)):
        scenes = render(seed + part, PART, split="heldout", sound=False)
        truth = [[time for time in row if time == time] for row in scenes.events.tolist()]
        motion = [metrics.motion_onsets(clip.numpy(), detector.system.grid.fps) for clip in scenes.frames]
        read = detector.curves(scenes.frames, part)
        watched = watched or [Watched([], [], []) for _ in read]
        for mine, curves in zip(watched, read, strict=True):
            mine.curves += list(curves)
            mine.truth += truth
            mine.motion += motion
        families += [FAMILIES[i] for i in scenes.family.tolist()]
    return watched, families


def filmed(detector: OnsetDetector, folder: Path, seconds: float) -> list[Watched]:
    """What is made of real videos at every depth; the truth is the onsets of their own sound."""
    watched: list[Watched] = []
    for number, path in enumerate(sorted(p for p in folder.iterdir() if p.suffix.lower() in VIDEOS)):
        frames = read_frames(path, seconds)
        truth = [onset / metrics.RATE for onset in metrics.onset_samples(read_sound(path, seconds))]
        read = windowed(torch.from_numpy(frames.copy()), detector, number)
        watched = watched or [Watched([], [], []) for _ in read]
        for mine, curve in zip(watched, read, strict=True):
            mine.curves.append(curve)
            mine.truth.append(truth)
            mine.motion.append(metrics.motion_onsets(frames, detector.system.grid.fps))
    return watched


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_preset(parser, "mini")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--generator", action="store_true", help="probe the video generator's features, layer by layer")
    parser.add_argument("--scenes", type=positive, default=96, help="held-out scenes to render")
    parser.add_argument("--seed", type=int, default=8_000_000)
    parser.add_argument("--clips", type=existing_folder, help="a folder of real videos with sound")
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of each real video")
    args = parser.parse_args()
    run: Path = args.folder or Path("runs") / args.preset
    detector: OnsetDetector
    if args.generator:
        detector = OnsetEvaluator(AVLink.load(run, args.preset, ("video_encoder", "video")), run, "video_backbone")
    else:
        detector = SyncDetector(AVLink.load(run, args.preset, ("sync",)))
    rate = detector.system.grid.audio_latent_rate
    scenes, families = rendered(detector, args.scenes, args.seed)
    for index, mine in enumerate(scenes):
        print(f"held-out scenes{depth(index, args.generator)}\n\n{mine.table(rate)}\n")
    deepest = scenes[-1]
    for name in FAMILIES:
        clips = [i for i, family in enumerate(families) if family == name and deepest.truth[i]]
        if clips:
            found = [compare_times(deepest.truth[i], peaks(deepest.curves[i], rate)).f1 for i in clips]
            print(f"- {name}: {np.mean(found):.3f} at threshold {THRESHOLD} ({len(clips)})")
    if args.clips:
        for index, mine in enumerate(filmed(detector, args.clips, args.seconds)):
            print(f"\n{args.clips}{depth(index, args.generator)}\n\n{mine.table(rate)}")


def depth(index: int, generator: bool) -> str:
    return f", after segment {index}" if generator else ""


if __name__ == "__main__":
    main()
