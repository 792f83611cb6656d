"""Measure the sampler's quality against its cost: every combination of settings on the same clips and seeds (V2A).

    python -m avlink.evaluate.sweep --folder runs/mini --clips 96 --steps 4,8,16 --solver euler,ab2 --guidance-av 2,3

Writes sweep.json and sweep.md into the run folder. Existing rows for the same weights, clips and seed are kept and not
measured again. The cheapest setting whose onset F1 is within noise of the best (two standard errors of the difference,
clip by clip) is marked: ship these settings as the defaults, in the run's sampler.json.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..checkpoint import checkpoint_path
from ..command_line import add_preset, entry_point, positive, several, solvers
from ..flow import EVALUATIONS
from ..scenes import CONTINUOUS, FAMILIES, SceneBatch
from ..system import AVLink, to_frames
from . import metrics
from .tasks import Settings, parts, sound

SWEPT = ("solver", "steps", "guidance_av", "guidance_av_until", "shift", "conditioning_t")


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """Scenes rendered once for all settings: their latents, the onsets of their sound, their families."""

    scenes: list[SceneBatch]
    latents: list[torch.Tensor]
    marks: list[list[int]]
    families: list[str]

    @classmethod
    def of(cls, system: AVLink, settings: Settings) -> HeldOut:
        scenes = parts(settings)
        rate = system.grid.sample_rate
        return cls(
            scenes,
            [system.video_encoder(to_frames(part.frames)) for part in scenes],
            [metrics.onset_samples(metrics.resampled(x, rate)) for part in scenes for x in part.audio.numpy()],
            [FAMILIES[i] for part in scenes for i in part.family.tolist()],
        )


@torch.no_grad()
def measure(system: AVLink, held: HeldOut, settings: Settings) -> dict[str, Any]:
    """Onset F1 of every impact clip, the total over them, and the level correlation of the continuous families."""
    made: list[np.ndarray] = []
    real: list[np.ndarray] = []
    for k, (scenes, z) in enumerate(zip(held.scenes, held.latents, strict=True)):
        made += list(sound(system, scenes, z, settings, k).numpy())
        real += list(scenes.audio.numpy())
    rows, levels = [], []
    for marks, family, wave, own in zip(held.marks, held.families, made, real, strict=True):
        if family in CONTINUOUS:
            levels.append(metrics.correlation(metrics.level_envelope(wave), metrics.level_envelope(own)))
        elif marks and family != "silent":
            found = metrics.resampled(wave, system.grid.sample_rate)
            rows.append(metrics.compare(marks, found, settings.tolerance))
    return {name: getattr(settings, name) for name in SWEPT} | {
        "evaluations": settings.steps * EVALUATIONS[settings.solver],
        **metrics.total(rows),
        "clips": len(rows),
        "rendered": settings.clips,
        "seed": settings.seed,
        "level_correlation": float(np.mean(levels)) if levels else None,
        "f1_by_clip": [row.f1 for row in rows],
    }


def kept(rows: list[dict[str, Any]], base: Settings) -> list[dict[str, Any]]:
    """Of rows measured before, those that compare: of the same scenes and seed."""
    return [row for row in rows if (row.get("rendered"), row.get("seed")) == (base.clips, base.seed)]


def cheapest(rows: list[dict[str, Any]]) -> int:
    """Index of the cheapest row whose F1 lies within two standard errors of the best row's, over the same clips."""
    best = max(rows, key=lambda row: float(np.mean(row["f1_by_clip"])))

    def good(row: dict[str, Any]) -> bool:
        lag = np.asarray(best["f1_by_clip"]) - np.asarray(row["f1_by_clip"])
        return bool(lag.mean() <= 2 * lag.std(ddof=1) / np.sqrt(lag.size))

    near = [index for index, row in enumerate(rows) if row is best or good(row)]
    return min(near, key=lambda index: (rows[index]["evaluations"], -float(np.mean(rows[index]["f1_by_clip"]))))


def table(rows: list[dict[str, Any]]) -> str:
    """The sweep as Markdown, cheap settings first."""
    chosen = rows[cheapest(rows)]
    shown = (*SWEPT, "evaluations", "recall", "precision", "f1", "level_correlation")
    lines = [f"| {' | '.join(name.replace('_', ' ') for name in shown)} | |", f"|{'---|' * (len(shown) + 1)}"]
    for row in sorted(rows, key=lambda row: (row["evaluations"], -row["f1"])):
        cells = [f"{row[name]:.3f}" if isinstance(row[name], float) else str(row[name]) for name in shown]
        lines.append(f"| {' | '.join(cells)} | {'**cheapest within noise of the best**' if row is chosen else ''} |")
    return "\n".join(lines) + "\n"


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/mini"))
    add_preset(parser)
    parser.add_argument("--clips", type=positive, default=96)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--solver", type=solvers, default="euler")
    parser.add_argument("--steps", type=several(positive), default="8")
    parser.add_argument("--guidance-av", type=several(float), default="3")
    parser.add_argument(
        "--guidance-av-until", type=several(float), default="1", help="flow times at which guidance ends"
    )
    parser.add_argument("--shift", type=several(float), default="1")
    parser.add_argument("--conditioning-t", type=several(float), default="0.95")
    args = parser.parse_args()
    system = AVLink.load(args.folder, args.preset)
    base = Settings(clips=args.clips, seed=args.seed)
    with torch.no_grad():
        held = HeldOut.of(system, base)
    choices = [args.solver, args.steps, args.guidance_av, args.guidance_av_until, args.shift, args.conditioning_t]
    path = args.folder / "sweep.json"
    # What was measured on weights before these compares with nothing.
    newest = max(checkpoint_path(args.folder, part).stat().st_mtime for part in system.parts)
    current = path.exists() and path.stat().st_mtime >= newest
    rows = kept(json.loads(path.read_text()) if current else [], base)
    for values in itertools.product(*choices):
        if any(tuple(row[name] for name in SWEPT) == values for row in rows):
            continue
        settings = dataclasses.replace(base, **dict(zip(SWEPT, values, strict=True)))
        rows.append(measure(system, held, settings))
        path.write_text(json.dumps(rows, indent=1) + "\n")
        print(json.dumps({name: value for name, value in rows[-1].items() if name != "f1_by_clip"}), flush=True)
    (args.folder / "sweep.md").write_text(table(rows))
    print(table(rows))


if __name__ == "__main__":
    main()
