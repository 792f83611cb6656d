"""The two generators alone: does what they make out of noise look and sound like the data?

Frechet distances of Gaussian fits, each against the same unseen half of held-out scenes: generated, the other half of
the data (the floor: what a perfect generator would get) and noise (the ceiling). Sound: log-mels of half seconds.
Pictures: mean and spread of every latent channel over the cells of a latent frame, and of its change to the next one,
against scenes of the studio, the only ones that the generator of pictures makes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..audio_codec import LogMel
from ..flow import schedule, solve
from ..system import AVLink, to_frames
from . import metrics
from .references import noise_like
from .tasks import PART, PER_SEED, Settings, draws, mel_segments, parts

REAL = "the other half of the data"


def picture_features(z: Tensor) -> np.ndarray:
    """Video latents [B, T, s, s, C] -> [B * (T - 1), 4 C]: mean and std of the channels, and of their changes."""
    cells = z.flatten(2, 3)
    change = cells[:, 1:] - cells[:, :-1]
    found = [cells[:, 1:].mean(2), cells[:, 1:].std(2), change.mean(2), change.std(2)]
    return torch.cat(found, dim=-1).flatten(0, 1).numpy()


def alone(system: AVLink, modality: str, count: int, settings: Settings, seed: int) -> Tensor:
    """Latents of one generator without text and without the other."""
    grid = system.grid
    backbone, shape = (system.audio, grid.audio_shape) if modality == "audio" else (system.video, grid.video_shape)
    start = torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))
    bag = torch.zeros(count, system.vocabulary)

    def velocity(x: Tensor, now: float) -> Tensor:
        return backbone(x, torch.full((count,), now), bag)

    return solve(velocity, start, schedule(settings.steps, settings.shift), settings.solver)


@torch.no_grad()
def unconditional(system: AVLink, settings: Settings, run: Path) -> dict[str, Any]:
    """Frechet distances of both generators."""
    sounds: dict[str, list[np.ndarray]] = {"generated": [], REAL: [], "noise": []}
    pictures: dict[str, list[np.ndarray]] = {"generated": [], REAL: [], "noise": []}
    for k, scenes, staged in zip(draws(settings), parts(settings), parts(settings, studio=1), strict=True):
        seed = settings.seed * PER_SEED + k
        mel = LogMel(system.grid)
        sounds[REAL].append(mel_segments(mel(scenes.audio)))
        sounds["noise"].append(mel_segments(mel(noise_like(scenes.audio, seed=k))))
        sounds["generated"].append(
            mel_segments(mel(system.at_grid_rate(system.audio_decoder(alone(system, "audio", PART, settings, seed)))))
        )
        z = system.video_encoder(to_frames(staged.frames))
        pictures[REAL].append(picture_features(z))
        noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(seed + 1))
        pictures["noise"].append(picture_features(noise))
        pictures["generated"].append(picture_features(alone(system, "video", PART, settings, seed)))
    by_name = [{name: np.concatenate(values) for name, values in found.items()} for found in (sounds, pictures)]
    of_sound, of_picture = (metrics.distances(found, found[REAL]) for found in by_name)
    return {"task": "unconditional", "log-mel distance": of_sound, "video latent distance": of_picture}
