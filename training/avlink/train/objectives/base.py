"""What a stage of the training minimises, and what it draws a batch from.

A stage trains one or two parts of the system; everything else is frozen. `forward` returns named losses, of which
`loss` is minimised and the others are reported.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

import torch
from torch import Tensor, nn

from ...backbone import Backbone
from ...errors import InputError
from ...flow import noised
from ...presets import Preset
from ...scenes import SceneBatch
from ...system import AVLink, to_frames
from ..augmentation import augmented
from ..auxiliary_heads import level_movement, level_target, onset_envelope
from ..batch import Batch

WORD_DROP, TEXT_DROP = 0.3, 0.15
# Of clips that are read or linked, so many come without a caption: most people type none. With .15 the networks took
# from the caption what they ought to see: the heads' error on held-out scenes was 1.26 without one, .99 with one.
UNCAPTIONED = 0.7


def drop_words(bag: Tensor, generator: torch.Generator, whole: float | Tensor = TEXT_DROP) -> Tensor:
    """People type some of the words or none: drop single words of a bag [B, V], and a share `whole` of the captions.

    whole: of all clips, or of each [B, 1].
    """
    keep = torch.rand(bag.shape, generator=generator) >= WORD_DROP
    keep &= torch.rand(bag.shape[0], 1, generator=generator) >= whole
    return bag * keep.to(bag.device)


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the device multiplies in it; a processor that only imitates it takes some forty times as long."""
    native = device.type != "cpu" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


class Objective(nn.Module):
    """A stage: the parts it trains, the parts it needs, its data and its loss."""

    trains: tuple[str, ...]
    needs: tuple[str, ...] = ()
    starts_from: str | None = None  # a part of the same topology, whose weights a fresh part that it trains gets
    lr = 1e-3
    ema = 0.999
    # How often a scene is used on average, each time with other noise, before it is forgotten.
    reuse = 1
    kept = 4096  # scenes at hand to be used again, in every process

    def __init__(self, system: AVLink) -> None:
        super().__init__()
        self.system = system
        system.requires_grad_(False)
        for part in self.trains:
            getattr(system, part).requires_grad_(True)
        # A processor convolves faster this way.
        system.video_encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @classmethod
    def needed(cls, preset: Preset) -> tuple[str, ...]:
        """The parts that it needs of a preset. Raises InputError for a preset that it does not train."""
        return cls.needs

    def prepare(self, device: torch.device) -> None:
        """Once, before the first step of a fresh run."""

    def finish(self, device: torch.device) -> None:
        """Once, whenever a budget ends: set what is measured rather than learned."""

    def listen(self, sounds: Path) -> None:
        """Take the training side of a bank of recordings. Raises InputError for a stage that has no use for one."""
        raise InputError("this stage takes no recordings: leave out --sounds")

    def encode_video(self, frames: Tensor) -> Tensor:
        """Latents of uint8 frames, in bfloat16 where it pays: in float32 this can cost more than the training step."""
        device = frames.device
        # A clip at a time stays in a processor's cache, which makes it half as fast again.
        parts = frames.split(1) if device.type == "cpu" else (frames,)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast_dtype(device) is torch.bfloat16):
            return torch.cat([self.system.video_encoder(to_frames(part)) for part in parts]).float()

    def augmented_frames(self, made: SceneBatch, seed: int) -> Tensor:
        """Frames of scenes that are to be read: augmented, but for those of the studio."""
        return augmented(made.frames, ~made.studio, torch.Generator().manual_seed(seed))

    def encode_augmented(self, made: SceneBatch, seed: int) -> Tensor:
        """Latents of scenes that are to be read."""
        return self.encode_video(self.augmented_frames(made, seed))

    @abstractmethod
    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        """Fresh scenes, coded: what is costly to make. Rendered without end."""

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        """Noise, flow times, dropped words: drawn anew at every use of a scene."""
        return scenes

    def draw(self, seed: int, batch: int, device: torch.device) -> Batch:
        """A fresh batch, ready for `forward`."""
        return self.corrupt(seed, self.scenes(seed, batch, device))

    @abstractmethod
    def forward(self, batch: Batch) -> dict[str, Tensor]: ...


def timing(made: SceneBatch, system: AVLink, device: torch.device) -> Batch:
    """Caption, onsets, level and kind of rendered scenes, as the auxiliary heads and generators take them."""
    onsets = onset_envelope(made.events, system.grid.audio_latents)
    return {
        # A generator of recordings knows words that no scene has.
        "bag": system.bag_of(made.bag).to(device),
        "onsets": onsets.to(device),
        "level": level_target(made.level).to(device),
        "studio": made.studio.to(device),
    }


def velocity_off(backbone: Backbone, found: Tensor, z: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """How far the velocity [B, ...] is off, by what the last segment ended in at flow time t [B]."""
    return backbone.velocity(found, noised(z, noise, t), t).float() - (z - noise)


def level_weighed(off: Tensor, level: Tensor, channels: int, weight: float) -> Tensor:
    """How far the sound's velocity [B, Ta, C] is off, where its first `channels`, the level, count `weight` times and
    their movement by its share, as where it is read; level [B, Ta]: of the clips' sound."""
    loud, rest = off[..., :channels], off[..., channels:]
    mean = loud.mean(1, keepdim=True)
    moves = (loud - mean) / level_movement(level).sqrt()[:, None, None]
    return torch.cat([weight**0.5 * (mean + moves), rest], dim=-1)
