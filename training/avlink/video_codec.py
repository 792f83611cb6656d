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
# How much the decoder's change within a pair is made larger or smaller at most, to be as large as its latent says.
MOST_GAIN = 8.0


def change_level(change: Tensor, places: int) -> Tensor:
    """RMS of a change [N, 3, S, S] in each of places x places squares, plus CHANGE_FLOOR: [N, 1, places, places]."""
    # A mean of 2 x 2 pixels takes sensor noise out of the differences, and loses nothing in bfloat16.
    change = F.avg_pool2d(change, 2)
    energy = F.avg_pool2d(change.square().mean(1, keepdim=True), change.shape[-1] // places)
    # The least that float32 tells from zero: a root has no slope there.
    return (energy + 1e-12).sqrt() + CHANGE_FLOOR


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
        level = change_level(pairs[:, 3:] - pairs[:, :3], self.cells * self.parts)
        return F.pixel_unshuffle(torch.log(level), self.parts)

    def raw(self, frames: Tensor) -> Tensor:
        """Before normalisation: [B, F, 3, S, S] -> [B, F / 2, 8, 8, C]."""
        batch, count, _, size, _ = frames.shape
        x = frames.reshape(batch * (count // self.pair), 3 * self.pair, size, size)
        z = torch.cat([self.net(x), self.change(x)], dim=1).permute(0, 2, 3, 1)
        return z.reshape(batch, count // self.pair, z.shape[1], z.shape[2], self.channels)

    def forward(self, frames: Tensor) -> Tensor:
        return (self.raw(frames) - self.mean) / self.std


def with_context(latents: Tensor) -> Tensor:
    """A whole clip [B, n, ...] -> [B, n + 2, ...]: what lies before its start and after its end stands still."""
    return torch.cat([latents[:, :1], latents, latents[:, -1:]], dim=1)


def three(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """[B, n + 2, ...] -> before, now and after of the n in the middle, each [B, n, ...]."""
    return x[:, :-2], x[:, 1:-1], x[:, 2:]


class VideoDecoder(nn.Module):
    """latents [B, n + 2, 8, 8, C] -> frames [B, 2n, 3, 256, 256] in -1..1 (clamped).

    The first and the last latent are context. A latent alone tells what its pair of frames looks like on average; which
    way things move within the pair is seen beside its neighbours. The change from the first frame to the second is the
    pace from one neighbour's mean picture to the other's, times a gain, plus a rest; both are learned from the features
    of all three latents. Where the way of a movement is unsure, the nearest guess is half of it or none, and pictures
    would move at every second boundary only. How much changes where is known all the same: the motion channels of the
    latent say it, and the change is held to that.
    """

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        self.pair = grid.frames_per_latent
        self.zoom = grid.output_frame_size // grid.frame_size
        self.motion_channels = grid.motion_channels
        a, b, c, d = preset.video_decoder_channels
        self.register_buffer("mean", torch.zeros(grid.video_channels))
        self.register_buffer("std", torch.ones(grid.video_channels))
        self.mean: Tensor
        self.std: Tensor
        self.to_half = nn.Sequential(
            nn.Conv2d(grid.video_channels, a, 3, padding=1),
            Residual(a),
            nn.Conv2d(a, 4 * b, 1),
            nn.PixelShuffle(2),
            Residual(b),
            nn.Conv2d(b, 4 * c, 1),
            nn.PixelShuffle(2),
            Residual(c),
        )
        self.to_full = nn.Sequential(
            nn.Conv2d(c, 4 * d, 1),
            nn.PixelShuffle(2),
            nn.Conv2d(d, d, 3, padding=1),
            nn.GELU(approximate="tanh"),
        )
        self.coarse = nn.Conv2d(d, 3 * self.pair, 3, padding=1)
        self.fine = nn.Conv2d(d, 3 * self.pair * self.zoom**2, 3, padding=1)
        # At half of 64x64, from the features of three latents: gain and rest of the change within the middle pair.
        self.change = nn.Sequential(
            nn.Conv2d(3 * c, c, 1),
            Residual(c),
            Residual(c),
            nn.Conv2d(c, 4 * (1 + 3), 3, padding=1),
            nn.PixelShuffle(2),
        )
        last = self.change[3]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        with torch.no_grad():
            self.fine.weight.mul_(0.1)
            last.weight.mul_(0.1)
            last.bias.zero_()
            last.bias[:4] = 1.0  # the gain, before its channels become pixels

    def _pairs(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures [B, n, 2, 3, 64, 64] and the features [B * n, d, 64, 64] that finer detail comes from."""
        z = (latents * self.std + self.mean).permute(0, 1, 4, 2, 3)
        batch, size = z.shape[0], self.pair * 3
        half = self.to_half(z.reshape(-1, *z.shape[2:]))
        features = self.to_full(half)
        alone = self.coarse(features)

        def clips(x: Tensor) -> Tensor:
            return x.reshape(batch, -1, *x.shape[1:])

        around = torch.cat(three(clips(half)), dim=2)
        gain, rest = self.change(around.reshape(-1, *around.shape[2:])).split([1, 3], dim=1)
        first, second = clips(alone).split(size // 2, dim=2)
        before, _, after = three(first + second)  # twice the mean pictures, four frames apart
        middle = (three(first)[1] + three(second)[1]) / 2
        change = clips(gain) * (after - before) / 8 + clips(rest) + three(second)[1] - three(first)[1]
        change = self._held(change, three(z)[1])
        pairs = torch.stack([middle - change / 2, middle + change / 2], dim=2)
        seen = three(clips(features))[1]
        return pairs, seen.reshape(-1, *seen.shape[2:])

    def _held(self, change: Tensor, z: Tensor) -> Tensor:
        """Changes [B, n, 3, S, S], as large everywhere as the latents [B, n, C, 8, 8] before normalisation say."""
        flat = change.flatten(0, 1)
        told = z[:, :, -self.motion_channels :].flatten(0, 1)
        level = F.pixel_shuffle(told, math.isqrt(self.motion_channels)).clamp(max=0).exp()
        gain = (level / change_level(flat, level.shape[-1])).clamp(1 / MOST_GAIN, MOST_GAIN)
        # A factor, not a size: a graph keeps no shape that depends on how many there are.
        zoom = float(flat.shape[-1] // level.shape[-1])
        smooth = F.interpolate(gain, scale_factor=zoom, mode="bilinear", align_corners=False)
        return (flat * smooth).reshape(change.shape)

    def small(self, latents: Tensor) -> Tensor:
        """The 64x64 picture [B, 2n, 3, 64, 64], not clamped."""
        return self._pairs(latents)[0].flatten(1, 2)

    def large(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        """64x64 and 256x256 pictures, not clamped: the large one is the small one enlarged plus detail."""
        pairs, features = self._pairs(latents)
        coarse = pairs.reshape(-1, 3 * self.pair, *pairs.shape[-2:])
        size = coarse.shape[-1] * self.zoom
        enlarged = F.interpolate(coarse, scale_factor=self.zoom, mode="bilinear", align_corners=False)
        fine = enlarged + F.pixel_shuffle(self.fine(features), self.zoom)
        return pairs.flatten(1, 2), fine.reshape(latents.shape[0], -1, 3, size, size)

    def forward(self, latents: Tensor) -> Tensor:
        return self.large(latents)[1].clamp(-1, 1)
