"""The timing that a person gives who knows a sound: its onsets as hits, and what goes on beside them as
a curve.

Evaluation directs the generator with it in place of what is read off the picture, to measure how well told timing is
obeyed. The onsets are those that the generated sound is then scored against.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..directed import DIRECTING, Directing, timing_track
from ..grid import Grid
from ..recorded_scenes import level_of
from ..train.auxiliary_heads import level_target
from . import metrics

BEYOND = 0.15  # of the level, by which what goes on stands out from the ring of hits: less is taken for their ring
AFTER = 0.08  # seconds after an onset in which it is as loud as it gets


def hits_of(wave: np.ndarray, rate: int, rules: Directing = DIRECTING) -> list[tuple[float, float]]:
    """Onsets of a wave in seconds, each with the strength that its level after it stands for; none of silence."""
    found = []
    for time in metrics.audible_onsets(wave, rate):
        part = wave[round(time * rate) : round((time + AFTER) * rate)]
        rms = float(np.sqrt(np.square(part).mean())) if part.size else 0.0
        height = (float(level_target(torch.tensor(rms))) - rules.quiet) / rules.span
        found.append((time, float(np.clip((height - rules.floor) / (1 - rules.floor), 0.02, 1))))
    return found


def going_on(
    wave: np.ndarray, hits: list[tuple[float, float]], grid: Grid, rules: Directing = DIRECTING
) -> list[tuple[float, float]]:
    """What goes on beside the hits of a wave and their ring, as a curve with a point at every latent, 0..1."""
    per = grid.samples_per_latent
    rms = level_of(torch.from_numpy(wave[: len(wave) // per * per])[None], per)[0]
    heights = ((level_target(rms) - rules.quiet) / rules.span).clamp(0, 1).numpy()
    places = np.arange(len(heights))
    rings = np.zeros(len(heights))
    for time, strength in hits:
        after = places - time * grid.audio_latent_rate
        rung = rules.lifted(strength) - rules.decay / rules.span * np.maximum(0, after)
        rings = np.maximum(rings, np.where(after > -1, rung, 0))
    goes_on = (heights > rings + BEYOND) & (heights > rules.floor / 2)
    return [((i + 0.5) / grid.audio_latent_rate, float(heights[i] * goes_on[i])) for i in places]


def directed_by(audio: Tensor, grid: Grid, jitter: float = 0.0, seed: int = 0) -> Tensor:
    """Sounds [B, N] of whole latents -> the timing [B, Ta, 2] that directs others like them.

    jitter: seconds, standard deviation of what a person is early or late by, hit by hit.
    """
    rng = np.random.default_rng(seed)
    tracks = []
    for wave in audio.numpy():
        hits = hits_of(wave, grid.sample_rate)
        if jitter:
            moved = [(time + float(rng.normal(0, jitter)), strength) for time, strength in hits]
            hits = sorted((max(0.0, time), strength) for time, strength in moved)
        latents = len(wave) // grid.samples_per_latent
        tracks.append(timing_track(hits, going_on(wave, hits, grid), latents, grid.audio_latent_rate))
    return torch.stack(tracks)
