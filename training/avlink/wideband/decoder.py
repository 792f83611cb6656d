"""Latents -> magnitudes of a short-time spectrum at 125 frames a second: the learned part of the codec.

A linear map, fitted in closed form, gives a first guess; a ConvNeXt stack corrects it. Phases are no part of it: the
log-mel says nothing about them, and a small network that invents them buzzes at its frame rate.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..audio_codec import ConvNeXt
from .config import Wideband
from .phases import Phases

LOUDEST = 7.0  # log magnitude; a full-scale tone has 6


class WidebandDecoder(nn.Module):
    """latents [B, L, channels] -> samples [B, L * samples_per_latent] at 48 kHz, any L."""

    def __init__(self, config: Wideband) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.base = nn.Linear(config.channels, config.frames_per_latent * config.bins)
        self.expand = nn.Linear(config.channels, width * config.steps_per_latent)
        self.mix = nn.Conv1d(width, width, 7, padding=3)
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvNeXt(width) for _ in range(config.blocks))
        self.norm_out = nn.LayerNorm(width)
        self.head = nn.Linear(width, config.frames_per_latent // config.steps_per_latent * config.bins)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.phases = Phases(config)

    def magnitudes(self, latents: Tensor) -> Tensor:
        """Log magnitudes [B, L * frames_per_latent, bins]."""
        batch, length, _ = latents.shape
        config = self.config
        x = self.expand(latents).reshape(batch, length * config.steps_per_latent, config.width)
        x = self.norm(self.mix(x.transpose(1, 2)).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        shape = (batch, length * config.frames_per_latent, config.bins)
        found = self.base(latents).reshape(shape) + self.head(self.norm_out(x)).reshape(shape)
        return found.float().clamp(max=LOUDEST)

    def forward(self, latents: Tensor) -> Tensor:
        return self.phases(self.magnitudes(latents), self.bands(latents))

    def bands(self, latents: Tensor) -> Tensor:
        """The log power of all bands that latents stand for [B, L * mels_per_latent, mel bands + upper bands]."""
        return self.phases.bands_of(latents)

    @torch.no_grad()
    def fit_base(self, latents: Tensor, magnitudes: Tensor) -> float:
        """Least squares, latents [N, channels] -> log magnitudes [N, frames_per_latent * bins]; RMS of what is left."""
        known = torch.cat([latents, torch.ones(len(latents), 1)], dim=1).double()
        products = known.new_zeros(known.shape[1], magnitudes.shape[1])
        for some, theirs in zip(known.split(4096), magnitudes.split(4096), strict=True):
            products += some.T @ theirs.double()
        ridge = 1e-3 * len(known) * torch.eye(known.shape[1], dtype=torch.float64)
        found = torch.linalg.solve(known.T @ known + ridge, products).float()
        self.base.weight.copy_(found[:-1].T)
        self.base.bias.copy_(found[-1])
        sums = [
            (some.float() @ found - theirs.float()).square().sum()
            for some, theirs in zip(known.split(4096), magnitudes.split(4096), strict=True)
        ]
        return float((torch.stack(sums).sum() / magnitudes.numel()).sqrt())
