"""Sounds made without any training, to compare with: Griffin-Lim from the codec's own latents, and noise."""

from __future__ import annotations

import librosa
import numpy as np
import torch
from torch import Tensor

from ..audio_codec import FFT, FLOOR, WINDOW, AudioEncoder

ITERATIONS = 32


def noise_like(samples: Tensor, seed: int = 0) -> Tensor:
    """White noise of every clip's own level; samples [B, N]."""
    noise = torch.randn(samples.shape, generator=torch.Generator().manual_seed(seed))
    return noise * samples.square().mean(-1, keepdim=True).sqrt()


def griffin_lim(encoder: AudioEncoder, latents: Tensor) -> Tensor:
    """latents [B, L, C] -> samples [B, L * samples_per_latent]: linear inverses, then phases by Griffin-Lim."""
    hop = encoder.mel.hop
    mel = latents @ torch.linalg.pinv(encoder.projection) + encoder.mean
    mel = mel.reshape(mel.shape[0], mel.shape[1] * encoder.stack, -1)
    power = (mel.exp() - FLOOR * FLOOR * 1e3).clamp(min=0)
    linear = (power @ torch.linalg.pinv(encoder.mel.filters)).clamp(min=0)
    magnitudes = (linear.sqrt() * (WINDOW / 2)).transpose(1, 2).numpy()
    length = magnitudes.shape[2] * hop
    # librosa counts one frame more than there are hops: the one centred on the end.
    magnitudes = np.pad(magnitudes, ((0, 0), (0, 0), (0, 1)), mode="edge")
    made = []
    for magnitude in magnitudes:
        # librosa centres frame k on sample k * hop, the encoder on the middle of hop k: half a hop later.
        wave = librosa.griffinlim(
            magnitude, n_iter=ITERATIONS, hop_length=hop, win_length=WINDOW, n_fft=FFT, length=length, random_state=0
        )
        made.append(np.pad(wave, (hop // 2, 0))[:length])
    return torch.from_numpy(np.stack(made).astype(np.float32))
