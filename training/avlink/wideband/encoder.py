"""Waveform at 48 kHz -> latents, in closed form.

Below 8 kHz they are principal components of the log-mel of `audio_codec`, of which 96 keep .997 of the variance where
32 keep .96. Above, the level of six bands, of which a few components hold how loud and how bright it is there.
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..audio_codec import SPREAD, AudioEncoder
from .config import UPPER_EDGES, Wideband

TAPS = 193  # of the low-pass before every third sample is kept
UPPER_WINDOW = 512  # samples at 48 kHz
FLOOR = 1e-7  # power floor of the upper bands, the log-mel's
CUTOFF, BETA = 0.97, 8.0  # of the low-pass, in shares of half the lower rate; of its window


class ThirdBand(nn.Module):
    """samples [B, N] -> [B, N / factor] below half the lower rate; a sample is the middle one of `factor` samples."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor
        time = torch.arange(TAPS, dtype=torch.float64) - TAPS // 2
        taps = torch.special.sinc(time * CUTOFF / factor)
        taps = taps * torch.kaiser_window(TAPS, False, beta=BETA, dtype=torch.float64)
        self.register_buffer("taps", (taps / taps.sum()).float()[None, None], persistent=False)
        self.taps: Tensor

    def forward(self, samples: Tensor) -> Tensor:
        left = TAPS // 2 - self.factor // 2
        padded = F.pad(samples, (left, TAPS - self.factor - left))
        return F.conv1d(padded[:, None], self.taps, stride=self.factor)[:, 0]


class UpperBands(nn.Module):
    """samples [B, N] -> log power of the bands above the log-mel [B, N / hop, bands], with the log-mel's hop."""

    def __init__(self, config: Wideband) -> None:
        super().__init__()
        self.step = config.grid.mel_hop * config.factor // 2
        hertz = torch.arange(UPPER_WINDOW // 2 + 1) * config.sample_rate / UPPER_WINDOW
        bins = torch.nonzero((hertz >= UPPER_EDGES[0]) & (hertz < UPPER_EDGES[-1]))[:, 0]
        self.first = int(bins[0])  # of its bins
        time = torch.arange(UPPER_WINDOW, dtype=torch.float64) - (UPPER_WINDOW - 1) / 2
        angles = 2 * math.pi * bins[:, None] * time / UPPER_WINDOW
        basis = torch.cat([angles.cos(), -angles.sin()]) * torch.hann_window(UPPER_WINDOW, dtype=torch.float64)
        edges = torch.tensor(UPPER_EDGES)
        member = (hertz[bins, None] >= edges[:-1]) & (hertz[bins, None] < edges[1:])
        self.register_buffer("basis", basis.float()[:, None], persistent=False)
        self.register_buffer("members", member.float() / member.sum(0), persistent=False)
        self.basis: Tensor
        self.members: Tensor

    def forward(self, samples: Tensor) -> Tensor:
        pad = (UPPER_WINDOW - self.step) // 2
        spectrum = F.conv1d(F.pad(samples, (pad, pad))[:, None], self.basis, stride=self.step)
        real, imaginary = spectrum.chunk(2, dim=1)
        power = (real * real + imaginary * imaginary).transpose(1, 2) * (4 / UPPER_WINDOW**2)
        bands = power @ self.members
        halves = bands.reshape(bands.shape[0], bands.shape[1] // 2, 2, bands.shape[2])
        return torch.log(halves.mean(2) + FLOOR)


class WidebandEncoder(nn.Module):
    """samples [B, N] at 48 kHz -> latents [B, N / samples_per_latent, channels]: of the log-mel, then of the upper."""

    def __init__(self, config: Wideband) -> None:
        super().__init__()
        self.config = config
        self.down = ThirdBand(config.factor)
        self.lower = AudioEncoder(replace(config.grid, audio_channels=config.lower_channels))
        self.upper = UpperBands(config)
        features = (config.bands - config.grid.mel_bands) * config.mels_per_latent
        self.register_buffer("upper_mean", torch.zeros(features))
        self.register_buffer("upper_projection", torch.eye(features, config.upper_channels))
        self.register_buffer("guess", torch.zeros(config.lower_channels + 1, config.upper_channels))
        self.upper_mean: Tensor
        self.upper_projection: Tensor
        self.guess: Tensor

    def bands(self, samples: Tensor) -> Tensor:
        """Log power of all bands [B, N / mel hop, mel bands + upper bands]."""
        return torch.cat([self.lower.mel(self.down(samples)), self.upper(samples)], dim=-1)

    def upper_features(self, samples: Tensor) -> Tensor:
        bands = self.upper(samples)
        stack = self.config.mels_per_latent
        return bands.reshape(bands.shape[0], bands.shape[1] // stack, bands.shape[2] * stack)

    def guessed(self, lower: Tensor) -> Tensor:
        """Latents of sound whose upper band is unknown, from its lower latents [B, L, lower_channels]: all of them."""
        return torch.cat([lower, F.pad(lower, (0, 1), value=1.0) @ self.guess], dim=-1)

    def of_narrow(self, samples: Tensor) -> Tensor:
        """samples [B, N] at the grid's rate, which say nothing of the upper band -> latents."""
        return self.guessed(self.lower(samples))

    def forward(self, samples: Tensor) -> Tensor:
        lower = self.lower(self.down(samples))
        upper = (self.upper_features(samples) - self.upper_mean) @ self.upper_projection
        return torch.cat([lower, upper], dim=-1)

    def known_or_guessed(self, samples: Tensor, known: Tensor) -> Tensor:
        """Latents of sound of which some has no upper band of its own; known [B] is 1 where it has one, else 0."""
        found = self(samples)
        lower = found[..., : self.config.lower_channels]
        share = known[:, None, None]
        return share * found + (1 - share) * self.guessed(lower)

    @torch.no_grad()
    def fit(self, lower: Tensor, known: tuple[Tensor, Tensor]) -> tuple[float, float]:
        """Fit in closed form; returns the shares of variance kept below and above.

        lower: features of the log-mel [N, bands * stack], of recordings and renders. known: features of the log-mel and
        of the upper bands [M, ...] of recordings that have an upper band.
        """
        kept = self.lower.fit(lower)
        upper = known[1].double()
        mean = upper.mean(0)
        variance, vectors = torch.linalg.eigh(torch.cov((upper - mean).T))
        variance, vectors = variance.flip(0), vectors.flip(1)
        channels = self.config.upper_channels
        std = variance[:channels].clamp(min=1e-9).sqrt()
        target = (std / std[0]) ** SPREAD
        target = target / target.square().mean().sqrt()
        self.upper_mean.copy_(mean)
        self.upper_projection.copy_(vectors[:, :channels] * (target / std))
        latents = (upper - mean) @ self.upper_projection.double()
        below = (known[0] - self.lower.mean) @ self.lower.projection
        below = torch.cat([below, torch.ones(len(below), 1)], dim=1).double()
        self.guess.copy_(torch.linalg.lstsq(below, latents).solution)
        return kept, float(variance[:channels].sum() / variance.sum())
