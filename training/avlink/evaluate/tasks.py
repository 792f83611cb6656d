"""The measurements: V2A, A2V and the codecs on held-out rendered scenes, each beside its controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..scenes import FAMILIES, SceneBatch, render
from ..system import AVLink, to_frames
from . import metrics
from .metrics import Agreement

CONTINUOUS = ("rain", "rolling", "engine", "whoosh")
OTHERS = 3  # other clips' sounds a clip is compared with
PART = 16


@dataclass(frozen=True)
class Settings:
    """How to generate: see AVLink.generate."""

    clips: int = 64
    seed: int = 0
    steps: int = 25
    guidance_text: float = 1.0
    guidance_av: float = 1.0
    shift: float = 1.0
    conditioning_t: float = 0.95
    caption: bool = False
    tolerance: float = 0.1


def parts(settings: Settings, size: int = 64) -> list[SceneBatch]:
    """Held-out scenes in parts small enough to generate at once."""
    count = -(-settings.clips // PART)
    return [render(9_000_000 + 1000 * settings.seed + k, PART, split="heldout", size=size) for k in range(count)]


def generate(system: AVLink, task: str, scenes: SceneBatch, given: torch.Tensor, s: Settings, k: int) -> torch.Tensor:
    return system.generate(
        task,
        given,
        scenes.bag if s.caption else None,
        seed=s.seed * 1000 + k,
        steps=s.steps,
        guidance_text=s.guidance_text,
        guidance_av=s.guidance_av,
        shift=s.shift,
        conditioning_t=s.conditioning_t,
    )


@torch.no_grad()
def v2a(system: AVLink, settings: Settings) -> dict[str, Any]:
    """Sound generated for silent pictures, against the scenes' own sound."""
    rate, seconds = system.grid.sample_rate, system.grid.window_seconds
    real: list[np.ndarray] = []
    made: list[np.ndarray] = []
    motion: list[list[float]] = []
    families: list[str] = []
    mels: dict[str, list[np.ndarray]] = {"real": [], "made": []}
    for k, scenes in enumerate(parts(settings)):
        z = system.video_encoder(to_frames(scenes.frames))
        audio = system.audio_decoder(generate(system, "v2a", scenes, z, settings, k))
        real += list(scenes.audio.numpy())
        made += list(audio.numpy())
        motion += [metrics.motion_onsets(f.numpy(), system.grid.fps) for f in scenes.frames]
        families += [FAMILIES[i] for i in scenes.family.tolist()]
        for name, wave in (("real", scenes.audio), ("made", audio)):
            mels[name].append(system.audio_encoder.mel(wave).mean(1).numpy())
    waves = [metrics.resampled(x, rate) for x in real]
    marks = [metrics.onset_samples(w) for w in waves]
    silent = [i for i, f in enumerate(families) if f == "silent"]
    clips = [i for i, f in enumerate(families) if marks[i] and f not in (*CONTINUOUS, "silent")]
    rows: dict[str, list[Agreement]] = {"generated": [], "other clip": [], "clicks 4 Hz": [], "clicks 8 Hz": []}
    rows |= {"motion peaks": [], "generated, 0.05 s": []}
    by_family: dict[str, list[Agreement]] = {}
    for place, i in enumerate(clips):
        wave = metrics.resampled(made[i], rate)
        own = metrics.compare(marks[i], wave, settings.tolerance)
        rows["generated"].append(own)
        rows["generated, 0.05 s"].append(metrics.compare(marks[i], wave, 0.05))
        by_family.setdefault(families[i], []).append(own)
        for shift in range(1, OTHERS + 1):
            other = waves[clips[(place + shift) % len(clips)]]
            rows["other clip"].append(metrics.compare(marks[i], other, settings.tolerance))
        for hertz in (4, 8):
            train = metrics.click_train(hertz, seconds)
            rows[f"clicks {hertz} Hz"].append(metrics.compare(marks[i], train, settings.tolerance))
        heuristic = metrics.clicks(motion[i], seconds)
        rows["motion peaks"].append(metrics.compare(marks[i], heuristic, settings.tolerance))
    envelopes = [
        metrics.correlation(metrics.level_envelope(made[i]), metrics.level_envelope(real[i]))
        for i, family in enumerate(families)
        if family in CONTINUOUS
    ]
    loud = [i for i in silent if float(np.sqrt(np.square(made[i]).mean())) > 3e-3]
    false = [len(metrics.onset_samples(metrics.resampled(made[i], rate))) / seconds if i in loud else 0 for i in silent]
    features = {name: np.concatenate(values) for name, values in mels.items()}
    half = features["real"].shape[0] // 2
    return {
        "task": "v2a",
        "clips": len(clips),
        "onsets": {name: metrics.total(row) for name, row in rows.items()},
        "families": {name: metrics.total(row) | {"clips": len(row)} for name, row in sorted(by_family.items())},
        "level correlation, continuous families": float(np.mean(envelopes)) if envelopes else None,
        "false onsets a second, silent scenes": float(np.mean(false)) if false else None,
        "log-mel distance": {
            "generated": metrics.frechet(features["made"], features["real"]),
            "half of the data from the other": metrics.frechet(features["real"][:half], features["real"][half:]),
        },
        "peak": float(np.mean([np.abs(x).max() for x in made])),
    }


@torch.no_grad()
def a2v(system: AVLink, settings: Settings) -> dict[str, Any]:
    """Pictures generated for sounds: motion onsets of the 64x64 clip against onsets of the given sound."""
    grid = system.grid
    marks: list[list[float]] = []
    found: list[list[float]] = []
    truth: list[list[float]] = []
    families: list[str] = []
    for k, scenes in enumerate(parts(settings)):
        z = generate(system, "a2v", scenes, system.audio_encoder(scenes.audio), settings, k)
        frames = system.video_decoder.small(z)
        for i in range(PART):
            wave = metrics.resampled(scenes.audio[i].numpy(), grid.sample_rate)
            marks.append([onset / metrics.RATE for onset in metrics.onset_samples(wave)])
            found.append(metrics.motion_onsets(frames[i].float().numpy() * 127.5, grid.fps))
            truth.append(metrics.motion_onsets(scenes.frames[i].numpy(), grid.fps))
        families += [FAMILIES[i] for i in scenes.family.tolist()]
    clips = [i for i, f in enumerate(families) if marks[i] and f not in (*CONTINUOUS, "silent")]
    rows: dict[str, list[Agreement]] = {"generated": [], "other clip": [], "the real picture": []}
    for place, i in enumerate(clips):
        rows["generated"].append(metrics.compare_times(marks[i], found[i], settings.tolerance))
        rows["the real picture"].append(metrics.compare_times(marks[i], truth[i], settings.tolerance))
        for shift in range(1, OTHERS + 1):
            other = found[clips[(place + shift) % len(clips)]]
            rows["other clip"].append(metrics.compare_times(marks[i], other, settings.tolerance))
    return {
        "task": "a2v",
        "clips": len(clips),
        "onsets": {name: metrics.total(row) for name, row in rows.items()},
        "motion onsets a clip": float(np.mean([len(x) for x in found])),
    }


@torch.no_grad()
def codec(system: AVLink, settings: Settings) -> dict[str, Any]:
    """Round trips of both codecs on held-out scenes."""
    rate = system.grid.sample_rate
    rows: list[Agreement] = []
    mel: list[float] = []
    small: list[float] = []
    large: list[float] = []
    motion: list[float] = []
    for k, scenes in enumerate(parts(settings)):
        audio = system.audio_decoder(system.audio_encoder(scenes.audio))
        mel.append(float((system.audio_encoder.mel(audio) - system.audio_encoder.mel(scenes.audio)).abs().mean()))
        for i in range(PART):
            if FAMILIES[int(scenes.family[i])] in (*CONTINUOUS, "silent"):
                continue
            marks = metrics.onset_samples(metrics.resampled(scenes.audio[i].numpy(), rate))
            if marks:
                rows.append(metrics.compare(marks, metrics.resampled(audio[i].numpy(), rate), 0.05))
        frames = to_frames(scenes.frames)
        z = system.video_encoder(frames)
        again = system.video_decoder.small(z)
        small += (10 * torch.log10(4 / (again - frames).square().mean((1, 2, 3, 4)))).tolist()
        for i in range(PART):
            before, after = (metrics.motion_energy(x[i].numpy()) for x in (frames, again))
            motion.append(metrics.correlation(before, after))
        pair = torch.tensor([30, 31])
        seed = 9_000_000 + 1000 * settings.seed + k
        big = to_frames(render(seed, PART, split="heldout", size=256, frame_indices=pair, sound=False).frames)
        z = system.video_encoder(frames[:, 30:32])
        large += (10 * torch.log10(4 / (system.video_decoder(z) - big).square().mean((1, 2, 3, 4)))).tolist()
    return {
        "task": "codec",
        "audio round trip onset F1, 0.05 s": metrics.total(rows)["f1"],
        "audio round trip log-mel distance": float(np.mean(mel)),
        "video PSNR 64x64, dB": float(np.mean(small)),
        "video PSNR 256x256, dB": float(np.mean(large)),
        "motion energy correlation": float(np.mean(motion)),
    }


TASKS = {"v2a": v2a, "a2v": a2v, "codec": codec}
