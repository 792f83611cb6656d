"""Whole runs of a pack, step by step, which the app and PyTorch both repeat.

    python -m avlink.export.runs --pack ../e2e/fixtures/packs/tiny --preset nano

Writes runs.json and runs.bin beside the pack's manifest. PyTorch computes with the weights of the pack as its files
hold them. Noise comes from the seed (noise.py, src/sampler/noise.ts). Runs of the sampler begin with given latents and
timing; whole sounds begin with a picture that both sides draw by the same whole numbers. `pack` holds numbers that
stand in for the pack's own, where untrained networks would leave a rule without effect.

Tests repeat the runs: tests/test_runs.py and src/engine/runs.node.test.ts.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..attempts import SecondAttempt, Sounds, make_sound
from ..command_line import entry_point, existing_pack
from ..directed import timing_track
from ..grid import Grid
from ..noise import gaussian_noise
from ..presets import PRESETS
from ..sampling import Noise, Sampling, WindowPlan, plan_windows, sample
from ..system import AVLink, to_frames
from ..tagger import seen
from ..vocabulary import VOCABULARY, encode_caption, understand
from .pack import file_entry
from .variants import restored

FILE, DATA = "runs.json", "runs.bin"
TOLERANCE = 2e-5  # largest |got - expected| / (1e-3 + max |expected|) over a step; 1e-6 was seen
# Manifest names of the settings; what a run leaves out has no effect.
NAMES = {
    "solver": "solver",
    "steps": "steps",
    "guidanceText": "guidance_text",
    "guidanceLevel": "guidance_level",
    "guidanceMost": "guidance_most",
    "wordsWithTiming": "words_with_timing",
    "guidanceAv": "guidance_av",
    "guidanceAvUntil": "guidance_av_until",
    "timeShift": "shift",
}
PLAIN: dict[str, Any] = {"solver": "euler", "steps": 3, "guidanceText": 1.0, "guidanceAv": 1.0, "timeShift": 1.0}
PLAIN |= {"seed": 11, "prompt": "", "negative": ""}

# Endings, doubled consonants, synonyms, repetitions, other scripts, and what means nothing.
TEXTS = (
    "",
    "A hammer on wood, hammered twice!",
    "dropping, slammed, rolled & rolling stones",
    "The berries were buried in 3 boxes of glasses",
    "sing swings; GLASSES/Metallic_noisy",
    "물방울 water naïve café fires",
    "bottles (bottle, jars) without any whooshes",
    "types typing typed typewriters",
    # Each known by one ending alone.
    *("heavies", "woodes", "axing", "knifed", "gongs", "logged"),
)


@dataclass(frozen=True)
class Told:
    """Hits (seconds, strength) and a level (seconds, 0..1) that a person set."""

    hits: tuple[tuple[float, float], ...] = ()
    level: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Run:
    """A run of the sampler: settings as in a manifest, and what the picture told of the timing."""

    name: str
    task: str
    duration: float
    settings: dict[str, Any]
    timing: str | None = None  # see `timing_of`
    directed: Told | None = None  # what a person set in its place


@dataclass(frozen=True)
class WholeSound:
    """A sound for a picture, as a person asks for it."""

    name: str
    settings: dict[str, Any]
    sees: bool  # whether the pack sees words in the picture
    above: float  # dB by which the limit of silence lies above the first attempt's loudest sample
    duration: float = 3.0


RUNS = (
    Run(
        "sound follows the level between hits, in as many steps as end on its last flow time",
        "v2a",
        4.0,
        {"steps": 10, "guidanceAv": 2.0, "guidanceAvUntil": 0.5, "prompt": "dropping glasses"},
        "beneath",
    ),
    Run(
        "sound without a hit follows the level, on a midpoint path",
        "v2a",
        4.0,
        {"solver": "midpoint", "guidanceAv": 0.5, "timeShift": 0.7},
        "hitless",
    ),
    Run(
        "words are exaggerated within limits, the level less, and timing is withheld",
        "v2a",
        4.0,
        {
            "solver": "ab2",
            "steps": 4,
            "guidanceText": 10.0,
            "guidanceLevel": 1.5,
            "guidanceMost": 0.24,
            "guidanceAv": 2.0,
            "timeShift": 2.0,
            "prompt": "hammered wood",
            "negative": "raining",
        },
        "beneath",
    ),
    Run(
        "words are exaggerated beside the timing that was read",
        "v2a",
        4.0,
        {"guidanceText": 5.0, "guidanceLevel": 1.0, "guidanceMost": 0.2, "guidanceAv": 2.0, "wordsWithTiming": True}
        | {"prompt": "hammered wood", "negative": "raining"},
        "beneath",
    ),
    Run(
        "words that are also avoided count as they are, and timing is told",
        "v2a",
        4.0,
        {"guidanceText": 4.0, "prompt": "metal rain", "negative": "rains on metal"},
        "beneath",
    ),
    Run(
        "sound in overlapping windows follows the level of each",
        "v2a",
        8.0,
        {"solver": "ab2", "guidanceAv": 2.0, "guidanceAvUntil": 0.4, "prompt": "footsteps"},
        "windows",
    ),
    Run(
        "sound in overlapping windows exaggerates words within the limits of each",
        "v2a",
        8.0,
        {
            "steps": 2,
            "guidanceText": 6.0,
            "guidanceLevel": 2.0,
            "guidanceMost": 0.168,
            "guidanceAv": 1.5,
            "prompt": "a bell rings",
            "negative": "loud",
        },
        "windows",
    ),
    Run(
        "a picture with both guidances, within limits",
        "a2v",
        4.0,
        {
            "steps": 3,
            "guidanceText": 5.0,
            "guidanceMost": 0.1,
            "guidanceAv": 3.0,
            "guidanceAvUntil": 0.5,
            "prompt": "sparks",
            "negative": "several boxes",
        },
    ),
    Run(
        "a picture in overlapping windows",
        "a2v",
        5.0,
        {"solver": "ab2", "guidanceText": 2.0, "guidanceAv": 1.5, "timeShift": 1.5, "prompt": "rolling balls"},
    ),
)
DIRECTED = (
    Run(
        "sound to hits and a level that a person set, with exaggerated words, in overlapping windows",
        "v2a",
        8.0,
        {
            "guidanceText": 6.0,
            "guidanceLevel": 1.0,
            "guidanceMost": 0.2,
            "guidanceAv": 2.0,
            "guidanceAvUntil": 0.5,
            "prompt": "hammered wood",
            "negative": "raining",
        },
        directed=Told(
            ((0.5, 1.0), (1.234, 0.4), (3.2, 0.05), (3.3, 0.9)),
            ((3.0, 0.0), (4.5, 0.7), (6.0, 0.75), (7.99, 0.5)),
        ),
    ),
    Run(
        "sound to hits that a person set, with words exaggerated beside them",
        "v2a",
        4.0,
        {"steps": 2, "guidanceText": 6.0, "guidanceLevel": 1.0, "guidanceMost": 0.2, "wordsWithTiming": True}
        | {"prompt": "hammered wood"},
        directed=Told(((0.5, 1.0), (1.234, 0.4))),
    ),
)
# Timings and the latents and seconds at which they are told: what the app's src/timing/track.ts has to make of them.
TRACKS: tuple[tuple[Told, int, float], ...] = (
    (Told(), 8, 0.0),
    (Told(((0.0, 1.0), (0.5, 0.01), (0.52, 0.7), (0.528, 0.6), (2.0471, 1.0))), 64, 0.0),
    # Before the clip, behind it, and where it begins and ends.
    (Told(((9.99, 1.0), (10.0, 0.5), (11.023, 0.3), (11.024, 1.0))), 32, 10.0),
    (Told((), ((0.2, 0.1), (0.9, 1.0), (1.0, 0.2), (3.0, 0.4))), 64, 0.0),
    (Told(((0.5, 0.2), (1.5, 1.0)), ((-1.0, 0.9), (1.2, 0.3))), 64, 0.25),
    (Told((), ((0.5, 1.0),)), 32, 0.0),
)
ASKED: dict[str, Any] = {"steps": 2, "guidanceText": 4.0, "guidanceLevel": 1.0, "guidanceMost": 0.1}
ASKED |= {"guidanceAv": 2.0, "guidanceAvUntil": 0.5}
WHOLE = (
    WholeSound("seen words are not exaggerated; sound that is loud enough stays", ASKED, True, -0.2),
    WholeSound("sound that is too low is made again, away from silence and without what was seen", ASKED, True, 0.2),
    WholeSound("seen words stand against what to avoid", ASKED | {"negative": "gravel"}, True, -0.2),
    WholeSound("without a word the second attempt stands alone", ASKED, False, 0.2),
    WholeSound(
        "words that were asked for keep the larger guidance in the second attempt",
        ASKED | {"guidanceText": 7.5, "prompt": "wooden drums", "negative": "quietly"},
        True,
        0.2,
    ),
    WholeSound("whoever asks for silence gets it", ASKED | {"prompt": "silent steps"}, True, 0.2),
)


@dataclass
class Archive:
    """Arrays of a file of little-endian float32, one after the other; equal ones once."""

    values: list[np.ndarray] = field(default_factory=list)
    places: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    size: int = 0

    def keep(self, tensor: Tensor) -> dict[str, Any]:
        """Where the array lies, its offset counted in values."""
        value = tensor.numpy().astype("<f4")
        key = value.tobytes()
        if key not in self.places:
            self.places[key] = {"shape": list(value.shape), "offset": self.size}
            self.values.append(value.reshape(-1))
            self.size += value.size
        return self.places[key]


def settings_of(chosen: dict[str, Any]) -> Sampling:
    """A run's settings as the sampler takes them."""
    return Sampling(**{name: chosen[key] for key, name in NAMES.items() if key in chosen})


def bag(text: str) -> Tensor:
    return encode_caption(text)[None]


def noise_of(grid: Grid, task: str, seed: int, plan: WindowPlan) -> Noise:
    """The app's noise of a clip: of what is generated, and of the conditioning in the other's place."""
    streams = ("audio", "conditioning") if task == "v2a" else ("conditioning", "video")

    def draw(stream: str, latents: int, *rest: int) -> Tensor:
        shape = (1, latents // plan.window_units * plan.total_units, *rest)
        return torch.from_numpy(gaussian_noise(seed, stream, math.prod(shape))).reshape(shape)

    return draw(streams[0], *grid.audio_shape), draw(streams[1], *grid.video_shape)


def given_of(grid: Grid, task: str, plan: WindowPlan) -> Tensor:
    """Made-up latents of the given medium."""
    shape = grid.video_shape if task == "v2a" else grid.audio_shape
    length = shape[0] // plan.window_units * plan.total_units
    generator = torch.Generator().manual_seed(plan.total_units)
    return 0.8 * torch.randn(1, length, *shape[1:], generator=generator)


def timing_of(grid: Grid, kind: str | None, windows: int) -> Tensor | None:
    """Made-up timing [1, W, Ta, 2]: "hitless" has no hit; "beneath" has some, and something that goes on beneath them;
    "windows" has each of the two and one of hits alone."""
    if kind is None:
        return None
    place = torch.arange(grid.audio_latents, dtype=torch.float32)
    level = 0.8 * torch.sin(place / 9) + 0.2

    def window(hits: bool, low: float) -> Tensor:
        logit = torch.full_like(place, -2.5)
        if hits:
            logit[20::35] = 1.5
        return torch.stack([logit, level - level.sort().values[grid.audio_latents // 10] + low], dim=-1)

    kinds = {"hitless": window(False, -0.4), "beneath": window(True, -0.12), "alone": window(True, -0.5)}
    chosen = [kinds["hitless"], kinds["beneath"], kinds["alone"]] if kind == "windows" else [kinds[kind]]
    return torch.stack([chosen[index % len(chosen)] for index in range(windows)])[None]


def draw_picture(frames: int, size: int) -> Tensor:
    """A white bar that crosses a shaded ground, uint8 [T, 3, S, S]; src/engine/runs.node.test.ts draws the same."""
    frame, y, x = torch.meshgrid(torch.arange(frames), torch.arange(size), torch.arange(size), indexing="ij")
    bar = (x - (frame * 3) % size).abs() < 4
    ground = torch.stack([40 + x + y // 2 + 20 * channel for channel in range(3)], dim=1)
    return torch.where(bar[:, None], 255, ground).to(torch.uint8)


def track_of(told: Told, latents: int, rate: float, start: float = 0.0) -> Tensor:
    """What the generator is told from `start` on [latents, 2]."""
    hits = [(time - start, strength) for time, strength in told.hits]
    return timing_track(hits, [(time - start, level) for time, level in told.level], latents, rate)


def told_timing(grid: Grid, run: Run, plan: WindowPlan) -> Tensor | None:
    """What the windows of a run are told [1, W, Ta, 2], if anything."""
    if run.directed is None:
        return timing_of(grid, run.timing, len(plan.starts))
    latents = grid.audio_latents // plan.window_units * plan.total_units
    return plan.split(track_of(run.directed, latents, grid.audio_latents / grid.window_seconds)[None])[None]


@torch.no_grad()
def replay(system: AVLink, run: Run, given: Tensor, timing: Tensor | None) -> list[Tensor]:
    """The latents after every step of a run of the sampler."""
    plan = plan_windows(system.grid, run.duration)
    chosen = PLAIN | run.settings
    noise = noise_of(system.grid, run.task, chosen["seed"], plan)
    steps: list[Tensor] = []
    sample(
        system,
        run.task,
        given,
        bag(chosen["prompt"]),
        bag(chosen["negative"]),
        timing,
        noise,
        settings_of(chosen),
        lambda _, x: steps.append(x),
        directed=run.directed is not None,
    )
    return steps


@dataclass(frozen=True)
class Watched:
    """What is known of a picture before its sound is made."""

    given: Tensor
    timing: Tensor
    logits: Tensor  # of the words it shows [V]

    @classmethod
    @torch.no_grad()
    def by(cls, system: AVLink, duration: float) -> Watched:
        grid = system.grid
        plan = plan_windows(grid, duration)
        own = draw_picture(math.ceil(duration * grid.fps), grid.frame_size)
        count = plan.total_units * grid.video_latents // plan.window_units * grid.frames_per_latent
        frames = torch.cat([own, own[-1:].expand(count - own.shape[0], -1, -1, -1)])[None]
        windows = plan.split(frames)
        given = system.video_encoder(to_frames(frames))
        return cls(given, system.watched(windows)[None], system.word_logits(plan.split(given)).mean(0))


@torch.no_grad()
def replay_whole(
    system: AVLink, whole: WholeSound, watched: Watched, seen_above: float, second: SecondAttempt | None
) -> tuple[list[list[Tensor]], Sounds]:
    """The latents after every step of both attempts, and the sound."""
    grid, chosen = system.grid, PLAIN | whole.settings
    plan = plan_windows(grid, whole.duration)
    attempts: list[list[Tensor]] = [[], []]
    asked = understand(chosen["prompt"])
    made = make_sound(
        system,
        watched.given,
        watched.timing,
        noise_of(grid, "v2a", chosen["seed"], plan),
        settings_of(chosen),
        asked=bag(chosen["prompt"]) if asked else None,
        # What is to be avoided is not seen.
        seen=seen(watched.logits[None], seen_above) * (1 - bag(chosen["negative"])),
        negative=bag(chosen["negative"]),
        second=second,
        samples=round(whole.duration * system.sound_rate),
        on_step=lambda attempt, _, x: attempts[attempt].append(x),
    )
    return attempts, made


def gap(logits: Tensor) -> float:
    """A probability that a few words lie above and none is near."""
    likely = logits.sort(descending=True).values[:7]
    index = int((likely[:-1] - likely[1:]).argmax())
    return float(torch.sigmoid((likely[index] + likely[index + 1]) / 2))


def peak_dbfs(audio: Tensor) -> float:
    return float(20 * audio.abs().max().log10())


def entries(system: AVLink, archive: Archive, runs: tuple[Run, ...]) -> Iterator[dict[str, Any]]:
    for run in runs:
        plan = plan_windows(system.grid, run.duration)
        given = given_of(system.grid, run.task, plan)
        timing = told_timing(system.grid, run, plan)
        chosen = PLAIN | run.settings
        yield {
            "name": run.name,
            "task": run.task,
            "duration": run.duration,
            "settings": chosen,
            "given": archive.keep(given),
            "timing": None if timing is None else archive.keep(timing),
            "understood": understand(chosen["prompt"]),
            "steps": [archive.keep(x) for x in replay(system, run, given, timing)],
            **({} if run.directed is None else {"directed": told_entry(run.directed)}),
        }


def told_entry(told: Told) -> dict[str, Any]:
    return {
        "hits": [{"time": time, "strength": strength} for time, strength in told.hits],
        "level": [{"time": time, "level": level} for time, level in told.level],
    }


def track_entries(rate: float, archive: Archive) -> Iterator[dict[str, Any]]:
    for told, latents, start in TRACKS:
        yield {
            "rate": rate,
            "start": start,
            "timing": told_entry(told),
            "track": archive.keep(track_of(told, latents, rate, start)),
        }


def whole_entries(system: AVLink, archive: Archive) -> Iterator[dict[str, Any]]:
    for whole in WHOLE:
        watched = Watched.by(system, whole.duration)
        seen_above = gap(watched.logits) if whole.sees else 1.0
        chosen = PLAIN | whole.settings
        samples = round(whole.duration * system.sound_rate)
        _, first = replay_whole(system, whole, watched, seen_above, None)
        limit = peak_dbfs(first.audio[:, :samples]) + whole.above
        second = SecondAttempt(silent_below=limit)
        attempts, made = replay_whole(system, whole, watched, seen_above, second)
        again = bool(made.again.any())
        shown = seen(watched.logits[None], seen_above) * (1 - bag(chosen["negative"]))
        asked = understand(chosen["prompt"])
        words = asked or ([] if again else [w for w, on in zip(VOCABULARY, shown[0].tolist(), strict=True) if on])
        yield {
            "name": whole.name,
            "duration": whole.duration,
            "settings": chosen,
            "pack": {
                "seenAbove": seen_above,
                "secondAttempt": {"silentBelow": second.silent_below, "guidance": second.guidance},
            },
            "given": archive.keep(watched.given),
            "timing": archive.keep(watched.timing),
            "understood": words,
            "attempts": [[archive.keep(x) for x in steps] for steps in attempts if steps],
            "peak": peak_dbfs(made.audio[:, :samples]),
        }


def write_runs(pack: Path, preset: str) -> int:
    """Write the runs of a pack beside it; returns their bytes. Raises RestoreError."""
    system = restored(pack, preset)
    archive = Archive()
    noise = [{"seed": s, "stream": k, "values": gaussian_noise(s, k, 8).tolist()} for s, k in NOISES]
    content = {
        "schema": 1,
        "pack": file_entry(pack / "manifest.json")["sha256"],
        "tolerance": TOLERANCE,
        "noise": noise,
        "texts": [{"text": text, "words": understand(text)} for text in TEXTS],
        "runs": list(entries(system, archive, RUNS)),
        "wholes": list(whole_entries(system, archive)),
        "directed": list(entries(system, archive, DIRECTED)),
        "tracks": list(track_entries(system.grid.audio_latents / system.grid.window_seconds, archive)),
    }
    (pack / DATA).write_bytes(np.concatenate(archive.values).tobytes())
    (pack / FILE).write_text(json.dumps(content, indent=1) + "\n")
    return sum((pack / name).stat().st_size for name in (FILE, DATA))


NOISES = ((0, "audio"), (11, "video"), (2**53 - 1, "conditioning"))


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    parser.add_argument("--preset", choices=list(PRESETS), required=True)
    args = parser.parse_args()
    print(f"{args.pack / FILE}: {write_runs(args.pack, args.preset):,} bytes")


if __name__ == "__main__":
    main()
