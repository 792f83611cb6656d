"""Whether others than we can tell what a clip of the world shows, and when.

EfficientNet-Lite0, trained on photographs (Apache-2.0), names eight frames of each clip; the thing counts as named if
one of its ImageNet classes (imagenet_groups.py) is among the five best of their mean. Peaks of motion, as plain frame
differences and as optical flow, are matched with the sound's onsets within 0.1 s, beside those of another clip of the
same thing. On rendered clips this is the bound for a generator that learns from them.

    python -m avlink.evaluate.named --cutouts PATH --sounds PATH --clips 8
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..command_line import entry_point, existing_folder, positive
from ..export.eyes import pretrained
from ..eyes import SIDE
from ..grid import GRID
from ..optical_flow import FEATURES, SCALES, optical_flow
from ..world.catalogue import THINGS
from ..world.clips import World
from . import metrics
from .imagenet_groups import GROUPS

BEST = 5
LOOKS = 8  # frames of a clip that are named
SEEN = SIDE  # pixels of the frames that are rendered to be named


class Namer:
    """EfficientNet-Lite0 with the weights that its package carries."""

    def __init__(self) -> None:
        self._network = pretrained()

    @torch.no_grad()
    def best(self, frames: np.ndarray, count: int = BEST) -> list[int]:
        """Frames uint8 [F, S, S, 3] of one clip -> the classes that are most probable in their mean, best first."""
        x = torch.from_numpy(frames).permute(0, 3, 1, 2).float()
        if x.shape[-1] != SIDE:
            x = F.interpolate(x, size=(SIDE, SIDE), mode="bicubic", antialias=True).clamp(0, 255)
        mean = self._network(x.permute(0, 2, 3, 1)).softmax(-1).mean(0)
        return [int(k) for k in mean.topk(count).indices]


def flow_onsets(frames: np.ndarray, fps: float) -> list[float]:
    """Frames [T, S, S, 3] -> times at which optical flow rises abruptly, picked as `metrics.motion_onsets` picks."""
    x = torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1
    flow = optical_flow(x[:-1], x[1:]).unflatten(1, (len(SCALES), FEATURES // len(SCALES)))
    scales = flow.new_tensor(SCALES)[:, None, None]
    speed = (flow[:, :, :2].square().sum(2).sqrt() * flow[:, :, 3] * scales).amax(1).mean((1, 2))
    return metrics.rises(torch.cat([speed.new_zeros(1), speed]).numpy(), fps)


@dataclass(frozen=True)
class Seen:
    """What is known of one clip when it is judged."""

    thing: str
    named: bool | None  # None where ImageNet has no class of the thing
    moves: list[float]  # seconds: peaks of frame differences
    flows: list[float]  # seconds: peaks of optical flow
    onsets: list[float]  # seconds: of its sound; none of what goes on without a hit


def seen(
    thing: str,
    frames: np.ndarray,
    looked_at: np.ndarray,
    narrow: np.ndarray,
    namer: Namer | None = None,
    struck: bool = True,
) -> Seen:
    """Judge one clip: frames uint8 [64, S, S, 3], those that are named [F, S, S, 3], and sound [N] at 16 kHz.

    What goes on without a hit (`struck` is false) has no onsets: its level is no event.
    """
    group = GROUPS[thing]
    named = None if group is None or namer is None else bool(group & set(namer.best(looked_at)))
    moves = metrics.motion_onsets(frames.transpose(0, 3, 1, 2), GRID.fps)
    return Seen(
        thing,
        named,
        moves,
        flow_onsets(frames, GRID.fps),
        metrics.audible_onsets(narrow, GRID.sample_rate) if struck else [],
    )


def _f1(rows: Sequence[metrics.Agreement]) -> float:
    return float(np.mean([row.f1 for row in rows])) if rows else float("nan")


def judged(clips: Sequence[Seen]) -> dict[str, float]:
    """Means over clips of one thing: share named, F1 of motion and flow, and of another clip's motion.

    Clips without onsets are left out of F1; so are things that only go on.
    """
    named = [clip.named for clip in clips if clip.named is not None]
    heard = [clip for clip in clips if clip.onsets]
    others = [heard[(k + 1) % len(heard)] for k in range(len(heard))] if len(heard) > 1 else []
    return {
        "named": float(np.mean(named)) if named else float("nan"),
        "motion": _f1([metrics.compare_times(clip.onsets, clip.moves) for clip in heard]),
        "flow": _f1([metrics.compare_times(clip.onsets, clip.flows) for clip in heard]),
        "other clip": _f1(
            [metrics.compare_times(a.onsets, b.moves) for a, b in zip(heard[: len(others)], others, strict=True)]
        ),
        "clips with onsets": float(len(heard)),
    }


COLUMNS = ("named", "motion", "flow", "other clip")


def table(figures: dict[str, dict[str, float]]) -> str:
    """Markdown: one line a thing, and the means over those that a column is known of."""
    lines = ["| thing | named | motion F1 | flow F1 | other clip's motion |", "|---|---|---|---|---|"]

    def cell(value: float) -> str:
        return "–" if np.isnan(value) else f"{value:.2f}".lstrip("0") if value < 1 else f"{value:.2f}"

    for name, row in figures.items():
        cells = [cell(row[column]) for column in COLUMNS]
        if GROUPS.get(name, frozenset()) is None:
            cells[0] = "no class"
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    known = [[row[column] for row in figures.values() if not np.isnan(row[column])] for column in COLUMNS]
    means = [cell(float(np.mean(values)) if values else float("nan")) for values in known]
    lines.append("| **mean** | " + " | ".join(f"**{mean}**" for mean in means) + " |")
    return "\n".join(lines)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cutouts", type=existing_folder, required=True)
    parser.add_argument("--sounds", type=existing_folder, required=True)
    parser.add_argument("--split", choices=("train", "heldout"), default="heldout")
    parser.add_argument("--clips", type=positive, default=8, help="of each thing")
    parser.add_argument("--things", default=",".join(thing.name for thing in THINGS), help="separated by commas")
    parser.add_argument("--seed", type=int, default=900)
    parser.add_argument("--size", type=positive, default=GRID.frame_size, help="of the frames whose motion is read")
    parser.add_argument("--out", type=Path, help="write the figures as JSON, too")
    arguments = parser.parse_args()
    world = World(arguments.cutouts, arguments.sounds, arguments.split)
    namer = Namer()
    figures: dict[str, dict[str, float]] = {}
    looks = tuple(range(GRID.frames // LOOKS // 2, GRID.frames, GRID.frames // LOOKS))
    for name in arguments.things.split(","):
        clips = []
        for seed in range(arguments.seed, arguments.seed + arguments.clips):
            clip = world.clip(seed, name, sizes=(arguments.size,))
            large = world.clip(seed, name, sizes=(SEEN,), frames=looks)
            clips.append(
                seen(name, clip.frames[arguments.size], large.frames[SEEN], clip.narrow, namer, bool(clip.hits))
            )
        figures[name] = judged(clips)
    print(table(figures))
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
