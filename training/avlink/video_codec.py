"""Video codec: pairs of 64x64 frames <-> 8x8 latents, decoded to 256x256.

Every latent frame stands for two frames and knows nothing of its neighbours, so any stretch can be coded alone.
The latents are kept near unit scale by noise during training and normalised exactly afterwards.

What a small autoencoder keeps of a pair is its mean picture: the change between the two frames, which is where the
moment of a contact shows, has too little energy to be worth a channel to it. That change therefore has channels of its
own, in closed form and in log scale, as loudness has in the audio codec: a twitch of a finger counts, not only a fall.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .grid import Grid
from .presets import Preset

LATENT_NOISE = 0.05  # std added to latents in training: what the generator will get wrong
CHANGE_FLOOR = 0.004  # RMS change that counts as none: half a grey level, in units of -1..1


class Residual(nn.Module):
    """Two 3x3 convolutions around a skip; RMS-free, so that brightness passes through unchanged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(0.3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.gelu(self.first(F.gelu(x, approximate="tanh")), approximate="tanh"))


class VideoEncoder(nn.Module):
    """frames [B, F, 3, S, S] in -1..1 -> latents [B, F / 2, 8, 8, C] of zero mean and unit std a channel.

    The last `motion_channels` of C are the change within the pair (see `change`), the others are learned.
    """

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        self.pair = grid.frames_per_latent
        self.channels = grid.video_channels
        self.cells = grid.video_latent_size
        self.parts = math.isqrt(grid.motion_channels)  # parts a side of a cell, each with a motion channel of its own
        a, b, c = preset.video_codec_channels
        self.net = nn.Sequential(
            nn.Conv2d(3 * self.pair, a, 4, stride=2, padding=1),
            nn.GELU(approximate="tanh"),
            nn.Conv2d(a, b, 4, stride=2, padding=1),
            Residual(b),
            nn.GELU(approximate="tanh"),
            nn.Conv2d(b, c, 4, stride=2, padding=1),
            Residual(c),
            nn.Conv2d(c, grid.video_channels - grid.motion_channels, 1),
        )
        self.register_buffer("mean", torch.zeros(grid.video_channels))
        self.register_buffer("std", torch.ones(grid.video_channels))
        self.mean: Tensor
        self.std: Tensor

    def change(self, pairs: Tensor) -> Tensor:
        """pairs [N, 3 * 2, S, S] -> log RMS change from the first to the second frame, [N, parts^2, 8, 8]."""
        # Differences first: a mean of 2 x 2 pixels takes sensor noise out of them, and loses nothing in bfloat16.
        change = F.avg_pool2d(pairs[:, 3:] - pairs[:, :3], 2)
        places = self.cells * self.parts
        energy = F.avg_pool2d(change.square().mean(1, keepdim=True), change.shape[-1] // places)
        return F.pixel_unshuffle(torch.log(energy.sqrt() + CHANGE_FLOOR), self.parts)

    def raw(self, frames: Tensor) -> Tensor:
        """Before normalisation: [B, F, 3, S, S] -> [B, F / 2, 8, 8, C]."""
        batch, count, _, size, _ = frames.shape
        x = frames.reshape(batch * (count // self.pair), 3 * self.pair, size, size)
        z = torch.cat([self.net(x), self.change(x)], dim=1).permute(0, 2, 3, 1)
        return z.reshape(batch, count // self.pair, z.shape[1], z.shape[2], self.channels)

    def forward(self, frames: Tensor) -> Tensor:
        return (self.raw(frames) - self.mean) / self.std


class VideoDecoder(nn.Module):
    """latents [B, n, 8, 8, C] -> frames [B, 2n, 3, 256, 256] in -1..1 (clamped); `small` gives 64x64 in training."""

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        self.pair = grid.frames_per_latent
        self.zoom = grid.output_frame_size // grid.frame_size
        a, b, c, d = preset.video_decoder_channels
        self.register_buffer("mean", torch.zeros(grid.video_channels))
        self.register_buffer("std", torch.ones(grid.video_channels))
        self.mean: Tensor
        self.std: Tensor
        self.net = nn.Sequential(
            nn.Conv2d(grid.video_channels, a, 3, padding=1),
            Residual(a),
            nn.Conv2d(a, 4 * b, 1),
            nn.PixelShuffle(2),
            Residual(b),
            nn.Conv2d(b, 4 * c, 1),
            nn.PixelShuffle(2),
            Residual(c),
            nn.Conv2d(c, 4 * d, 1),
            nn.PixelShuffle(2),
            nn.Conv2d(d, d, 3, padding=1),
            nn.GELU(approximate="tanh"),
        )
        self.coarse = nn.Conv2d(d, 3 * self.pair, 3, padding=1)
        self.fine = nn.Conv2d(d, 3 * self.pair * self.zoom**2, 3, padding=1)
        with torch.no_grad():
            self.fine.weight.mul_(0.1)

    def _features(self, latents: Tensor) -> Tensor:
        z = (latents * self.std + self.mean).permute(0, 1, 4, 2, 3)
        return self.net(z.reshape(-1, *z.shape[2:]))

    def small(self, latents: Tensor) -> Tensor:
        """The 64x64 picture [B, 2n, 3, 64, 64], not clamped."""
        picture = self.coarse(self._features(latents))
        return picture.reshape(latents.shape[0], -1, 3, *picture.shape[2:])

    def large(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """64x64 and 256x256 pictures, not clamped: the large one is the small one enlarged plus detail."""
        features = self._features(latents)
        coarse = self.coarse(features)
        size = coarse.shape[-1] * self.zoom
        enlarged = F.interpolate(coarse, scale_factor=self.zoom, mode="bilinear", align_corners=False)
        fine = enlarged + F.pixel_shuffle(self.fine(features), self.zoom)
        batch = latents.shape[0]
        return coarse.reshape(batch, -1, 3, *coarse.shape[2:]), fine.reshape(batch, -1, 3, size, size)

    def forward(self, latents: Tensor) -> Tensor:
        return self.large(latents)[1].clamp(-1, 1)
