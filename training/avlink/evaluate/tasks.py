"""The measurements of what the Fusion Blocks do, V2A, A2V and both at once, each beside its controls."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..attempts import SECOND_ATTEMPT, SecondAttempt, make_sound
from ..audio_codec import LogMel
from ..sampling import Sampling, draw_noise
from ..scenes import CONTINUOUS, FAMILIES, SceneBatch, render
from ..system import AVLink, to_frames
from . import metrics
from .hits import directed_by
from .metrics import Agreement
from .onset_evaluator import OnsetEvaluator
from .references import noise_like

OTHERS = 3  # other clips' sounds a clip is compared with
PART = 16
PER_SEED = 1000  # numbers that scenes and noises of one seed can have before those of the next begin
SEGMENT = 32  # mel frames of a feature vector of the log-mel distance: about half a second
# Correlation of a sound's level with that of the same scene played again. Steady rain has .1: there is no level to get.
VARIED = 0.5


@dataclass(frozen=True)
class Settings:
    """How to generate: see Sampling and SecondAttempt.

    Sound is made as the app makes it, with the words that the tagger sees in the picture, the timing that is read off
    its pixels and a second attempt where it is silent. `caption` gives the scene's own words instead of those seen,
    `blind` none at all, `unwatched` leaves out the timing, `directed` replaces it by the scene's own hits and level,
    each hit off by `jitter` seconds or so. `mismatched` takes the picture of another scene: with `directed`, it tells
    whether a person is obeyed where the picture says something else, as unusual pictures do. `once` leaves out the
    second attempt. Guidance over text is for words that somebody chose, not for what is seen.
    """

    clips: int = 64  # of every seed
    seed: int = 0
    seeds: int = 1  # so many sets of scenes, from `seed` on: they differ by more than most changes do
    solver: str = "euler"
    steps: int = 25
    guidance_text: float = 1.0
    guidance_level: float = 100.0  # at most guidance_text
    guidance_most: float = 100.0
    words_with_timing: bool = False
    guidance_av: float = 1.0
    guidance_av_until: float = 1.0
    shift: float = 1.0
    conditioning_t: float = 0.95
    silent_below: float = SECOND_ATTEMPT.silent_below
    second_guidance: float = SECOND_ATTEMPT.guidance
    caption: bool = False
    blind: bool = False
    unwatched: bool = False
    directed: bool = False
    jitter: float = 0.0
    mismatched: bool = False
    once: bool = False
    tolerance: float = 0.1

    def sampling(self) -> Sampling:
        """What the sampler takes of them."""
        return Sampling(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Sampling)})

    def second(self) -> SecondAttempt | None:
        """When and how a silent sound is made again, if it is."""
        return None if self.once else SecondAttempt(self.silent_below, self.second_guidance)


def draws(settings: Settings, share: int = 1) -> list[int]:
    """A number for every part that is drawn, small enough to generate at once: from 0 on for the first seed, from
    PER_SEED on for the next. It decides the scenes and the noise. Every seed draws one `share`-th of the clips.
    """
    count = -(-settings.clips // (share * PART))
    return [PER_SEED * further + k for further in range(settings.seeds) for k in range(count)]


def parts(settings: Settings, studio: float = 0.0) -> list[SceneBatch]:
    """Held-out scenes, a part for every draw; `studio` as in `render`."""
    first = 9_000_000 + PER_SEED * settings.seed
    return [render(first + k, PART, split="heldout", studio=studio) for k in draws(settings)]


def by_seed(settings: Settings, found: list[float], seeds: list[int]) -> dict[str, float]:
    """Means of the figures `found` of clips by their seed, counted from the first; nothing where there is only one."""
    if settings.seeds == 1:
        return {}
    groups = {seed: [x for x, of in zip(found, seeds, strict=True) if of == seed] for seed in sorted({*seeds})}
    return {f"seed {settings.seed + seed}": float(np.mean(group)) for seed, group in groups.items()}


def sound(system: AVLink, scenes: SceneBatch, given: torch.Tensor, s: Settings, k: int) -> torch.Tensor:
    """Sound [B, N] at the grid's rate for the scenes' pictures, of latents `given`; `k` decides the noise."""
    frames = scenes.frames
    if s.mismatched:
        given, frames = given.roll(1, 0), frames.roll(1, 0)
    timing = None if s.unwatched else system.watched(frames)
    if s.directed:
        timing = directed_by(scenes.audio, system.grid, s.jitter, s.seed * PER_SEED + k)
    made = make_sound(
        system,
        given,
        timing,
        draw_noise(system.grid, given.shape[0], s.seed * PER_SEED + k),
        s.sampling(),
        asked=system.bag_of(scenes.bag) if s.caption else None,
        seen=None if s.caption or s.blind else system.words_seen(given),
        second=s.second(),
        directed=s.directed,
    )
    return system.at_grid_rate(made.audio)


def picture(system: AVLink, scenes: SceneBatch, given: torch.Tensor, s: Settings, k: int) -> torch.Tensor:
    """Video latents for the scenes' sound, of latents `given`; `k` decides the noise."""
    bag = system.bag_of(scenes.bag) if s.caption else None
    return system.generate("a2v", given, bag, seed=s.seed * PER_SEED + k, **vars(s.sampling()))


def v2a(system: AVLink, settings: Settings, run: Path) -> dict[str, Any]:
    """Sound generated for silent pictures: that of impacts, that which goes on, and that where there is none."""
    ways = {"captioned": settings.caption, "blind": settings.blind, "unwatched": settings.unwatched}
    ways |= {"directed": settings.directed, "mismatched": settings.mismatched}
    ways["once"] = settings.once
    return impacts(system, settings) | {
        "task": "-".join(["v2a", *(name for name, is_on in ways.items() if is_on)]),
        "words seen on held-out scenes": seen_words(system, settings),
        **continuous_levels(system, settings),
        "false onsets a second, silent scenes": silent_onsets(system, settings),
    }


@torch.no_grad()
def impacts(system: AVLink, settings: Settings) -> dict[str, Any]:
    """Onsets of generated sound against those of the scenes' own, with every control, and what it sounds like."""
    rate, seconds = system.grid.sample_rate, system.grid.window_seconds
    mel = LogMel(system.grid)
    real: list[np.ndarray] = []
    made: list[np.ndarray] = []
    motion: list[list[float]] = []
    families: list[str] = []
    mels: dict[str, list[np.ndarray]] = {"real": [], "made": [], "noise": []}
    seeds: list[int] = []
    for k, scenes in zip(draws(settings), parts(settings), strict=True):
        z = system.video_encoder(to_frames(scenes.frames))
        audio = sound(system, scenes, z, settings, k)
        real += list(scenes.audio.numpy())
        made += list(audio.numpy())
        motion += [metrics.motion_onsets(f.numpy(), system.grid.fps) for f in scenes.frames]
        families += [FAMILIES[i] for i in scenes.family.tolist()]
        seeds += [k // PER_SEED] * PART
        for name, heard in (("real", scenes.audio), ("made", audio), ("noise", noise_like(scenes.audio, seed=k))):
            mels[name].append(mel_segments(mel(heard)))
    waves = [metrics.resampled(x, rate) for x in real]
    marks = [metrics.onset_samples(w) for w in waves]
    clips = [i for i, f in enumerate(families) if marks[i] and f not in (*CONTINUOUS, "silent")]
    rows: dict[str, list[Agreement]] = {"generated": [], "other clip": [], "clicks 4 Hz": [], "clicks 8 Hz": []}
    rows |= {"motion peaks": [], "generated, 0.05 s": []}
    by_family: dict[str, list[tuple[Agreement, float]]] = {}
    chance: list[float] = []
    for place, i in enumerate(clips):
        wave = metrics.resampled(made[i], rate)
        own = metrics.compare(marks[i], wave, settings.tolerance)
        rows["generated"].append(own)
        rows["generated, 0.05 s"].append(metrics.compare(marks[i], wave, 0.05))
        others = [waves[j] for j in _others(clips, place)]
        against = [metrics.compare(marks[i], other, settings.tolerance) for other in others]
        rows["other clip"] += against
        chance.append(_f1(against))
        by_family.setdefault(families[i], []).append((own, chance[-1]))
        for hertz in (4, 8):
            train = metrics.click_train(hertz, seconds)
            rows[f"clicks {hertz} Hz"].append(metrics.compare(marks[i], train, settings.tolerance))
        heuristic = metrics.clicks(motion[i], seconds)
        rows["motion peaks"].append(metrics.compare(marks[i], heuristic, settings.tolerance))
    features = {name: np.concatenate(values) for name, values in mels.items()}
    found = [row.f1 for row in rows["generated"]]
    return {
        "clips": len(clips),
        "onsets": {name: metrics.total(row) for name, row in rows.items()},
        "onset F1 by seed": by_seed(settings, found, [seeds[i] for i in clips]),
        "lead in F1": metrics.leads(
            found,
            {"other clips": chance}
            | {name: [row.f1 for row in rows[name]] for name in ("clicks 4 Hz", "clicks 8 Hz", "motion peaks")},
        ),
        "families": {
            name: metrics.total([own for own, _ in pairs])
            | {"clips": len(pairs), "chance_f1": float(np.mean([other for _, other in pairs]))}
            for name, pairs in sorted(by_family.items())
        },
        "log-mel distance": metrics.distances(
            {
                "generated": features["made"],
                "the other half of the data": features["real"],
                "noise of the same level": features["noise"],
            },
            features["real"],
        ),
        "peak": float(np.mean([np.abs(x).max() for x in made])),
    }


@torch.no_grad()
def seen_words(system: AVLink, settings: Settings) -> dict[str, float]:
    """How many of the words that the tagger sees are in the scenes' captions, and of the captions' words are seen.

    Captions leave much unsaid, so neither can be 1.
    """
    said = right = both = 0.0
    for scenes in parts(settings):
        found = system.words_seen(system.video_encoder(to_frames(scenes.frames)))
        said, right, both = (
            said + float(found.sum()),
            right + float(scenes.bag.sum()),
            both + float((found * system.bag_of(scenes.bag)).sum()),
        )
    return {"precision": both / max(1.0, said), "recall": both / max(1.0, right)}


@torch.no_grad()
def silent_onsets(system: AVLink, settings: Settings) -> dict[str, float]:
    """Onsets a second of sound generated for movement that makes none, and of the scenes' own; a quarter as many clips
    as of all families, of which too few are silent to count on."""
    found: dict[str, list[float]] = {"generated": [], "the scenes' own sound": []}
    for k in draws(settings, share=4):
        seed = 9_400_000 + PER_SEED * settings.seed + k
        scenes = render(seed, PART, split="heldout", families=("silent",))
        z = system.video_encoder(to_frames(scenes.frames))
        made = sound(system, scenes, z, settings, k)
        for rates, sounds in zip(found.values(), (made, scenes.audio), strict=True):
            rates += [_onset_rate(wave, system) for wave in sounds.numpy()]
    return {name: float(np.mean(rates)) for name, rates in found.items()}


@torch.no_grad()
def continuous_levels(system: AVLink, settings: Settings) -> dict[str, Any]:
    """Level of generated continuous sounds against the scenes' own: mean correlations, by family and by seed, and how
    many clips are left out.

    Half as many clips as of all families, these seven in turn. The same scene played again shows what can be had:
    level that is only the chance of its noise correlates with nothing, so steady clips are left out.
    """
    seven: dict[str, list[float]] = {}
    names = ("generated", "other clip", "the same scene played again")
    found: dict[str, list[float]] = {name: [] for name in names}
    seeds: list[int] = []
    steady = 0
    for k in draws(settings, share=2):
        seed = 9_200_000 + PER_SEED * settings.seed + k
        scenes = render(seed, PART, split="heldout", families=CONTINUOUS)
        again = render(seed, PART, split="heldout", families=CONTINUOUS, sight=False, take=1)
        z = system.video_encoder(to_frames(scenes.frames))
        made = sound(system, scenes, z, settings, k)
        own, other, mine = (
            [metrics.level_envelope(x) for x in sounds.numpy()] for sounds in (scenes.audio, again.audio, made)
        )
        ceiling = [metrics.correlation(a, b) for a, b in zip(own, other, strict=True)]
        varied = [i for i, value in enumerate(ceiling) if value >= VARIED]
        steady += PART - len(varied)
        seeds += [k // PER_SEED] * len(varied)
        for place, i in enumerate(varied):
            reached = metrics.correlation(mine[i], own[i])
            found[names[0]].append(reached)
            found[names[1]] += [metrics.correlation(mine[i], own[j]) for j in _others(varied, place)]
            found[names[2]].append(ceiling[i])
            seven.setdefault(FAMILIES[int(scenes.family[i])], []).append(reached)

    def means(values: dict[str, list[float]]) -> dict[str, float]:
        return {name: float(np.mean(each)) for name, each in values.items() if each}

    return {
        "level correlation, continuous families": means(found),
        "level correlation by family": means(dict(sorted(seven.items()))),
        "level correlation by seed": by_seed(settings, found["generated"], seeds),
        "continuous clips of steady level, left out": float(steady),
    }


def mel_segments(mel: torch.Tensor) -> np.ndarray:
    """Log-mel [B, T, bands] -> means of half seconds [B * T / SEGMENT, bands]: enough vectors for a covariance."""
    batch, time, bands = mel.shape
    parts = mel[:, : time - time % SEGMENT].reshape(batch, -1, SEGMENT, bands).mean(2)
    return parts.reshape(-1, bands).numpy()


def _others(clips: list[int], place: int) -> list[int]:
    """Clips to compare the one at `place` with; never itself, unless it is alone."""
    return [clips[(place + shift) % len(clips)] for shift in range(1, min(OTHERS, len(clips) - 1) + 1)]


def _f1(rows: list[Agreement]) -> float:
    return metrics.total(rows)["f1"]


def _onset_rate(wave: np.ndarray, system: AVLink) -> float:
    """Onsets a second; none of silence."""
    return len(metrics.audible_onsets(wave, system.grid.sample_rate)) / system.grid.window_seconds


@torch.no_grad()
def a2v(system: AVLink, settings: Settings, run: Path) -> dict[str, Any]:
    """Pictures generated for sounds: when things happen in the 64x64 clip against onsets of the given sound.

    When something happens is read by the onset evaluator, and by motion onsets beside it. Chance is another clip's
    picture; the scene's own picture, in the look that is generated and after the codec, shows how far either reading
    can be trusted.
    """
    grid = system.grid
    evaluator = OnsetEvaluator(system, run)
    marks: list[list[float]] = []
    families: list[str] = []
    names = ("generated", "the real picture", "generated, by motion", "the real picture, by motion")
    read: dict[str, list[list[float]]] = {name: [] for name in names}
    for k, scenes in zip(draws(settings), parts(settings, studio=1), strict=True):
        z = picture(system, scenes, system.code_sound(scenes.audio), settings, k)
        frames = system.shown(z)
        read["generated"] += evaluator.read(frames, k)[-1]
        real = system.shown(system.video_encoder(to_frames(scenes.frames)))
        read["the real picture"] += evaluator.read(real, k)[-1]
        for name, pictures in (("generated, by motion", frames), ("the real picture, by motion", real)):
            read[name] += [metrics.motion_onsets(clip.numpy(), grid.fps) for clip in pictures]
        for sound in scenes.audio:
            wave = metrics.resampled(sound.numpy(), grid.sample_rate)
            marks.append([onset / metrics.RATE for onset in metrics.onset_samples(wave)])
        families += [FAMILIES[i] for i in scenes.family.tolist()]
    clips = [i for i, f in enumerate(families) if marks[i] and f not in (*CONTINUOUS, "silent")]
    onsets: dict[str, dict[str, float]] = {}
    leads: dict[str, float] = {}
    for name, found in read.items():
        own, against, chance = _agreements(marks, found, clips, settings.tolerance)
        control = "other clip" if name == "generated" else f"{name}: other clip"
        onsets[name] = _without_ap(metrics.total(own))
        onsets[control] = _without_ap(metrics.total(against))
        leads |= metrics.leads([row.f1 for row in own], {control: chance})
    return {
        "task": "a2v",
        "clips": len(clips),
        "onsets": onsets,
        "lead in F1": leads,
        "onsets read a clip": float(np.mean([len(x) for x in read["generated"]])),
    }


@torch.no_grad()
def joint(system: AVLink, settings: Settings, run: Path) -> dict[str, Any]:
    """Sound and picture made together out of noise: do they belong together?

    The evaluator reads off the picture when something sounds, as in a2v, against the onsets of the sound that came with
    it; chance is the picture of another pair. Pairs whose sound has no onset are left out.
    """
    grid = system.grid
    evaluator = OnsetEvaluator(system, run)
    marks: list[list[float]] = []
    read: list[list[float]] = []
    levels: list[float] = []
    for k in draws(settings):
        z_a, z_v = system.generate_both(
            PART,
            seed=settings.seed * PER_SEED + k,
            solver=settings.solver,
            steps=settings.steps,
            guidance_av=settings.guidance_av,
            shift=settings.shift,
        )
        read += evaluator.read(system.shown(z_v), k)[-1]
        for sound in system.at_grid_rate(system.audio_decoder(z_a)):
            levels.append(float(sound.square().mean().sqrt()))
            marks.append(metrics.audible_onsets(sound.numpy(), grid.sample_rate))
    counts = {
        "of the sound": float(np.mean([len(times) for times in marks])),
        "read off the picture": float(np.mean([len(times) for times in read])),
    }
    common = {"task": "joint", "onsets a clip": counts, "level of the sound, RMS": float(np.mean(levels))}
    clips = [i for i, times in enumerate(marks) if times]
    if not clips:
        return common | {"clips": 0}
    own, against, chance = _agreements(marks, read, clips, settings.tolerance)
    return common | {
        "clips": len(clips),
        "onsets": {
            "generated": _without_ap(metrics.total(own)),
            "other clip": _without_ap(metrics.total(against)),
        },
        "lead in F1": metrics.leads([row.f1 for row in own], {"other clip": chance}),
    }


def _agreements(
    marks: list[list[float]], found: list[list[float]], clips: list[int], tolerance: float
) -> tuple[list[Agreement], list[Agreement], list[float]]:
    """Of every clip's marks with what was found in it, with what was found in others, and the mean F1 of the latter."""
    own: list[Agreement] = []
    against: list[Agreement] = []
    chance: list[float] = []
    for place, i in enumerate(clips):
        own.append(metrics.compare_times(marks[i], found[i], tolerance))
        others = [metrics.compare_times(marks[i], found[j], tolerance) for j in _others(clips, place)]
        against += others
        chance.append(_f1(others))
    return own, against, chance


def _without_ap(row: dict[str, float]) -> dict[str, float]:
    """Motion onsets are plain times: nothing to rank them by."""
    return {name: value for name, value in row.items() if name != "average_precision"}
