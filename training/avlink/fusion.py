"""Fusion Blocks: joint self-attention over the tokens of both frozen generators, reinjected into both of them.

Source: arXiv 2412.15191 (temporally aligned self-attention by RoPE, symmetric reinjection, interleaved in depth).

A video token stands for several audio latents. Attention by relative position alone cannot tell which of them a feature
speaks of: all of them lie about equally near. Blocks therefore also hand every token what the other modality holds for
its own moment, unfolded to the finer grid or folded to the coarser one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .backbone import audio_positions, video_positions
from .grid import Grid
from .layers import Mlp, RotaryAttention, TimeEmbedding, modulate
from .presets import Preset

LOCALITY = 1.0  # constant in q and k before rotation; see RotaryAttention


class Alignment(nn.Module):
    """What each modality's tokens get from the other's at the same moment; starts at zero."""

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        width, inner, per = preset.width, preset.fusion_width, grid.audio_per_video_latent
        self.count, self.latents, self.per = grid.audio_latents, grid.video_latents, per
        self.unfold, self.fold = nn.Linear(width, per * inner), nn.Linear(per * width, inner)
        for layer in (self.unfold, self.fold):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, h_a: Tensor, h_v: Tensor) -> tuple[Tensor, Tensor]:
        """h_a [B, Ta, W], h_v [B, Tv, W] -> additions to audio [B, Ta, inner] and to video tokens [B, Tv, inner]."""
        batch, width = h_a.shape[0], h_a.shape[-1]
        places = h_v.shape[1] // self.latents
        seen = h_v.reshape(batch, self.latents, places, width).mean(2)
        to_audio = self.unfold(seen).reshape(batch, self.count, -1)
        to_video = self.fold(h_a.reshape(batch, self.latents, self.per * width))[:, :, None]
        to_video = torch.cat([to_video] * places, dim=2)
        return to_audio, to_video.reshape(batch, self.latents * places, -1)


class FusionBlock(nn.Module):
    """One block: project both streams to a shared width, attend and mix jointly, add back to both streams.

    Only the two output projections start at zero, so that a new set leaves both generators as they were: a second
    zero in series would keep the gradient of the first at zero.
    """

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        width, inner = preset.width, preset.fusion_width
        self.count = grid.audio_latents  # audio tokens; video tokens follow
        self.time_audio = TimeEmbedding(inner)
        self.time_video = TimeEmbedding(inner)
        self.modulation = nn.Linear(inner, 8 * inner)
        nn.init.normal_(self.modulation.weight, std=0.02)
        nn.init.zeros_(self.modulation.bias)
        self.norm_audio, self.norm_video = nn.LayerNorm(width), nn.LayerNorm(width)
        self.in_audio, self.in_video = nn.Linear(width, inner), nn.Linear(width, inner)
        self.alignment = Alignment(grid, preset) if preset.aligned else None
        positions = torch.cat([audio_positions(grid), video_positions(grid)])
        self.norm1 = nn.LayerNorm(inner, elementwise_affine=False)
        self.norm2 = nn.LayerNorm(inner, elementwise_affine=False)
        self.attention = RotaryAttention(inner, preset.fusion_heads, positions, locality=LOCALITY)
        self.mlp = Mlp(inner)
        self.norm_out = nn.LayerNorm(inner)
        self.out_audio, self.out_video = nn.Linear(inner, width), nn.Linear(inner, width)
        for out in (self.out_audio, self.out_video):
            nn.init.zeros_(out.weight)
            nn.init.zeros_(out.bias)

    def joint(self, h_a: Tensor, h_v: Tensor, t_a: Tensor, t_v: Tensor) -> Tensor:
        """The fused tokens [B, Ta + Tv, inner] before reinjection."""
        time = F.silu(self.time_audio(t_a) + self.time_video(t_v))
        of_audio, of_video = self.modulation(time).chunk(2, dim=-1)  # per modality: shift, scale of both sublayers
        count = self.count
        h_a, h_v = self.norm_audio(h_a), self.norm_video(h_v)
        z_a, z_v = self.in_audio(h_a), self.in_video(h_v)
        if self.alignment is not None:
            to_audio, to_video = self.alignment(h_a, h_v)
            z_a, z_v = z_a + to_audio, z_v + to_video
        z = torch.cat([z_a, z_v], dim=1)

        def both(x: Tensor, index: int) -> Tensor:
            shift_a, scale_a = of_audio.chunk(4, dim=-1)[index : index + 2]
            shift_v, scale_v = of_video.chunk(4, dim=-1)[index : index + 2]
            audio, video = modulate(x[:, :count], shift_a, scale_a), modulate(x[:, count:], shift_v, scale_v)
            return torch.cat([audio, video], dim=1)

        z = z + self.attention(both(self.norm1(z), 0))
        z = z + self.mlp(both(self.norm2(z), 2))
        return self.norm_out(z)

    def additions(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """What fused tokens add to the audio and to the video stream."""
        return self.out_audio(z[:, : self.count]), self.out_video(z[:, self.count :])

    def forward(
        self,
        h_a: Tensor,
        h_v: Tensor,
        t_a: Tensor,
        t_v: Tensor,
        observe: Callable[[Tensor], None] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """h_a [B, Ta, W], h_v [B, Tv, W], flow times [B] -> both streams with the fused features added.

        observe: is called with the fused tokens [B, Ta + Tv, inner].
        """
        z = self.joint(h_a, h_v, t_a, t_v)
        if observe is not None:
            observe(z)
        to_audio, to_video = self.additions(z)
        return h_a + to_audio, h_v + to_video


class FusionSet(nn.Module):
    """The Fusion Blocks of one arrangement: block i stands before segment `places[i]` of both generators.

    What ships is interleaved, a block before every segment; other arrangements are for ablations.
    """

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        self.places = preset.fusion_places or tuple(range(preset.segments))
        self.symmetric = preset.symmetric
        self.blocks = nn.ModuleList(FusionBlock(grid, preset) for _ in self.places)

    def before(self, segment: int) -> FusionBlock | None:
        """The block before a segment, if there is one."""
        if segment not in self.places:
            return None
        return cast(FusionBlock, self.blocks[self.places.index(segment)])
