"""The two frozen generators: flow-matching transformers over audio and over video latents.

A backbone is cut into segments, because Fusion Blocks are applied between them and because every segment is a graph
of its own in the pack. `embed` and `segment` are those graphs; `forward` is the generator alone.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .grid import Grid
from .layers import DiTBlock, TimeEmbedding, modulate
from .presets import Preset

PATCH = 4  # latent cells a side that one video token covers
DETAIL = 32  # channels a cell in which tokens tell the last convolutions what they found
LEAST_SPREAD = 1e-3  # variance along an axis of clean video latents; less would ask for gains that noise cannot bear
CHANGE = 2.0  # gain of the changes between latent frames in the stem: they are small beside the latents themselves


def audio_positions(grid: Grid) -> Tensor:
    """Time positions [audio_latents] of audio tokens: the middle of what each covers, in audio-latent units."""
    return torch.arange(grid.audio_latents) + 0.5


def video_positions(grid: Grid) -> Tensor:
    """Time positions [video tokens]: the middle of the frames each token covers, in audio-latent units."""
    tokens_per_latent = (grid.video_latent_size // PATCH) ** 2
    middle = (torch.arange(grid.video_latents) + 0.5) * grid.audio_per_video_latent
    return middle.repeat_interleave(tokens_per_latent)


class WordEmbedding(nn.Module):
    """Multi-hot bag of caption words [B, V] -> [B, W]; the empty bag is the unconditional embedding (zero)."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.table = nn.Linear(vocabulary, width, bias=False)
        nn.init.normal_(self.table.weight, std=0.3)

    def forward(self, bag: Tensor) -> Tensor:
        return self.table(bag)


class Backbone(nn.Module):
    """What audio and video share. Subclasses give `_tokens` (latents -> tokens) and `_latents` (the reverse)."""

    def __init__(self, preset: Preset, positions: Tensor, token_channels: int, vocabulary: int) -> None:
        super().__init__()
        width = preset.width
        self.words = WordEmbedding(vocabulary, width)
        self.time = TimeEmbedding(width)
        self.modulation = nn.Linear(width, 8 * width)  # 6 for the blocks, 2 for the last layer
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)
        self.segments = nn.ModuleList(
            nn.ModuleList(DiTBlock(width, preset.heads, positions) for _ in range(preset.blocks_per_segment))
            for _ in range(preset.segments)
        )
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.head = nn.Linear(width, token_channels)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def _tokens(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def _latents(self, tokens: Tensor) -> Tensor:
        raise NotImplementedError

    def embed(self, x: Tensor, t: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
        """Noisy latents, flow time [B] and text embedding [B, W] -> tokens h [B, T, W], modulations cond [B, 8W]."""
        return self._tokens(x), self.modulation(F.silu(self.time(t) + text))

    def segment(self, index: int, h: Tensor, cond: Tensor) -> Tensor:
        """Segment `index` of the depth; the last one ends in latents that `velocity` takes."""
        width = h.shape[-1]
        blocks = self.segments[index]
        assert isinstance(blocks, nn.ModuleList)
        for block in blocks:
            h = block(h, cond[:, : 6 * width])
        if index < len(self.segments) - 1:
            return h
        shift, scale = cond[:, 6 * width :].chunk(2, dim=-1)
        return self._latents(self.head(modulate(self.norm(h), shift, scale)))

    def velocity(self, found: Tensor, x: Tensor, t: Tensor) -> Tensor:
        """Velocity at noisy latents x and flow time t [B], of what the last segment ended in there."""
        return found

    def features(self, x: Tensor, t: Tensor, text: Tensor) -> list[Tensor]:
        """Tokens after every segment but the last: what the other modality and the auxiliary heads see."""
        h, cond = self.embed(x, t, text)
        found = []
        for index in range(len(self.segments) - 1):
            h = self.segment(index, h, cond)
            found.append(h)
        return found

    def forward(self, x: Tensor, t: Tensor, bag: Tensor) -> Tensor:
        """Velocity of the generator alone: x noisy latents, t [B] flow time (1 is clean), bag [B, V]."""
        h, cond = self.embed(x, t, self.words(bag))
        for index in range(len(self.segments)):
            h = self.segment(index, h, cond)
        return self.velocity(h, x, t)


class AudioBackbone(Backbone):
    """Generator over audio latents [B, audio_latents, audio_channels]."""

    def __init__(self, grid: Grid, preset: Preset, vocabulary: int) -> None:
        super().__init__(preset, audio_positions(grid), grid.audio_channels, vocabulary)
        self.stem = nn.Linear(grid.audio_channels, preset.width)

    def _tokens(self, x: Tensor) -> Tensor:
        return self.stem(x)

    def _latents(self, tokens: Tensor) -> Tensor:
        return tokens


class MotionBlock(nn.Module):
    """Residual 3x3 convolutions in which a quarter of the channels come from the frame before, a quarter from the next.

    Every block widens what a place sees by one latent frame either way at no cost (temporal shift, Lin et al.,
    arXiv 1811.08383). Starts as the identity.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.quarter = channels // 4
        self.mix = nn.Conv2d(channels, channels, 3, padding=1)
        self.add = nn.Conv2d(channels, channels, 3, padding=1)
        for parameter in self.add.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor, time: int) -> Tensor:
        """x [B * time, C, s, s] -> the same shape."""
        clips = x.reshape(-1, time, *x.shape[1:])
        past, future, now = clips.split([self.quarter, self.quarter, x.shape[1] - 2 * self.quarter], dim=2)
        past = torch.cat([past[:, :1], past[:, :-1]], dim=1)
        future = torch.cat([future[:, 1:], future[:, -1:]], dim=1)
        shifted = torch.cat([past, future, now], dim=2).reshape(x.shape)
        return x + self.add(F.gelu(self.mix(shifted), approximate="tanh"))


class VideoBackbone(Backbone):
    """Generator over video latents [B, video_latents, 8, 8, video_channels].

    A small convolutional stem over space and time stands before the patches: it sees motion across latent frames at
    4x4 resolution, which a linear patch embedding learns far more slowly, and every latent frame beside its change from
    the last and to the next, at full resolution. `motion_blocks` deepen it at 8x8 and at 4x4: whether two things touch
    is decided between neighbouring cells and moments, and a token, a quarter of the picture, is too coarse a place to
    find that out.

    A token stands for 256 values and is 192 wide. The noise in them, which a velocity holds whole, does not fit
    through: 38 % of it were missing from the velocity at t = 0 and stayed in the picture. The network therefore learns
    what is left beside the best linear guess of the velocity, which is known in closed form; and what the tokens found
    is finished cell by cell, beside the noisy latents, by convolutions over neighbouring cells and moments.
    """

    def __init__(self, grid: Grid, preset: Preset, vocabulary: int) -> None:
        channels = grid.video_channels
        super().__init__(preset, video_positions(grid), PATCH * PATCH * (channels + DETAIL), vocabulary)
        self.side = grid.video_latent_size // PATCH
        self.channels = channels
        stem = preset.stem_channels
        self.stem1 = nn.Conv2d(3 * channels, stem, 3, padding=1)
        self.stem2 = nn.Conv2d(stem, 2 * stem, 3, stride=2, padding=1)
        self.stem_time = nn.Conv1d(2 * stem, 2 * stem, 3, padding=1)
        fine, coarse = preset.motion_blocks
        self.fine = nn.ModuleList(MotionBlock(stem) for _ in range(fine))
        self.coarse = nn.ModuleList(MotionBlock(2 * stem) for _ in range(coarse))
        self.patch = nn.Linear(2 * stem * (PATCH // 2) ** 2 + channels * PATCH**2, preset.width)
        self.place = nn.Parameter(torch.randn(self.side**2, preset.width) * 0.02)
        values = channels * PATCH**2
        # Principal axes of the values of a token and the variance along each. The first has three dimensions so that
        # export leaves it in full precision: it carries noise.
        self.register_buffer("axes", torch.eye(values)[None])
        self.register_buffer("spread", torch.ones(values))
        self.axes: Tensor
        self.spread: Tensor
        self.finish_time = TimeEmbedding(stem)
        self.finish_in = nn.Conv2d(2 * channels + DETAIL, stem, 3, padding=1)
        self.finish = nn.ModuleList(MotionBlock(stem) for _ in range(2))
        self.finish_out = nn.Conv2d(stem, channels, 3, padding=1)
        for parameter in self.finish_out.parameters():
            nn.init.zeros_(parameter)

    @torch.no_grad()
    def fit(self, z: Tensor) -> None:
        """Axes and spread of clean latents [B, T, s, s, C]."""
        values = self._patches(z, PATCH).flatten(0, 1).double()
        spread, axes = torch.linalg.eigh(values.T @ values / values.shape[0])
        self.axes.copy_(axes[None])
        self.spread.copy_(spread.clamp(min=LEAST_SPREAD))

    def velocity(self, found: Tensor, x: Tensor, t: Tensor) -> Tensor:
        """Velocity at x [B, T, s, s, C] and t [B]; found [B, T, s, s, C + DETAIL]: velocity, and what finishing needs.

        The linear guess along an axis of variance s is (t s - (1 - t)) / (t^2 s + (1 - t)^2) x.
        """
        with torch.autocast(x.device.type, enabled=False):
            now, rest = t[:, None, None], 1 - t[:, None, None]
            gain = (now * self.spread - rest) / (now * now * self.spread + rest * rest)
            values = (self._patches(x, PATCH) @ self.axes * gain) @ self.axes.transpose(1, 2)
            guess = self._latents(values)
            clean = x + (1 - t)[:, None, None, None, None] * guess
        velocity, detail = found.split([self.channels, DETAIL], dim=-1)
        seen = torch.cat([x, clean, detail.float()], dim=-1).flatten(0, 1).permute(0, 3, 1, 2)
        y = self.finish_in(seen)
        time = x.shape[1]
        y = (y.reshape(-1, time, *y.shape[1:]) + self.finish_time(t)[:, None, :, None, None]).reshape(y.shape)
        y = F.gelu(y, approximate="tanh")
        for block in self.finish:
            y = block(y, time)
        finished = self.finish_out(y).permute(0, 2, 3, 1).reshape(x.shape)
        return guess + velocity + finished

    def _patches(self, x: Tensor, size: int) -> Tensor:
        """[B, T, s, s, C] -> [B, T * side^2, size^2 * C]."""
        batch, time, _, _, channels = x.shape
        x = x.reshape(batch * time, self.side, size, self.side, size * channels).transpose(2, 3)
        return x.reshape(batch, time * self.side**2, size * size * channels)

    def _with_changes(self, x: Tensor) -> Tensor:
        """[B, T, s, s, C] -> [B, T, s, s, 3 C]: beside itself its change from the last frame and to the next."""
        before = torch.cat([x[:, :1], x[:, :-1]], dim=1)
        after = torch.cat([x[:, 1:], x[:, -1:]], dim=1)
        return torch.cat([x, CHANGE * (x - before), CHANGE * (after - x)], dim=-1)

    def _tokens(self, x: Tensor) -> Tensor:
        batch, time, size, _, _ = x.shape
        seen = self._with_changes(x)
        flat = seen.reshape(batch * time, size, size, seen.shape[-1]).permute(0, 3, 1, 2)
        y = F.gelu(self.stem1(flat), approximate="tanh")
        for block in self.fine:
            y = block(y, time)
        y = F.gelu(self.stem2(y), approximate="tanh")
        for block in self.coarse:
            y = block(y, time)
        half = size // 2
        wide = y.shape[1]
        along = y.reshape(batch, time, wide, half * half).permute(0, 3, 2, 1).reshape(-1, wide, time)
        along = along + F.gelu(self.stem_time(along), approximate="tanh")
        y = along.reshape(batch, half * half, wide, time).permute(0, 3, 1, 2).reshape(batch, time, half, half, wide)
        tokens = self.patch(torch.cat([self._patches(y, PATCH // 2), self._patches(x, PATCH)], dim=-1))
        return tokens + self.place.repeat(time, 1)

    def _latents(self, tokens: Tensor) -> Tensor:
        batch, count, _ = tokens.shape
        time = count // self.side**2
        channels = tokens.shape[-1] // PATCH**2
        x = tokens.reshape(batch * time, self.side, self.side, PATCH, PATCH * channels).transpose(2, 3)
        size = self.side * PATCH
        return x.reshape(batch, time, size, size, channels)
