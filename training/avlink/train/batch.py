"""What a training batch holds: one table of its keys, and how batches are taken apart and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict, cast

from torch import Tensor


class Batch(TypedDict, total=False):
    """Tensors of B clips on the training device; every stage fills the keys that its loss reads.

    Ta, Tv: audio and video latents of a clip; Ca, Cv: their channels; V: words of the vocabulary; s: side of a video
    latent. Made by `Objective.scenes` unless a key is said to be drawn: those come from `Objective.corrupt`, anew at
    every use of a scene.
    """

    # What the generators take.
    z: Tensor  # [B, Ta, Ca] or [B, Tv, s, s, Cv], clean latents of the one generator that learns
    z_a: Tensor  # [B, Ta, Ca], clean audio latents
    z_v: Tensor  # [B, Tv, s, s, Cv], clean video latents
    bag: Tensor  # [B, V] multi-hot, the caption; drawn: with words or all of it left out
    noise: Tensor  # as z, drawn
    noise_a: Tensor  # as z_a, drawn
    noise_v: Tensor  # as z_v, drawn
    t: Tensor  # [B] flow time, 0 noise .. 1 clean, drawn
    t_a: Tensor  # [B] of the sound, drawn
    t_v: Tensor  # [B] of the picture, drawn
    timing: Tensor  # [B, Ta, 2] onset logit and level, as the sync encoder reads them off the pixels

    hits: Tensor  # [B, H, 2] seconds and strength of hits as a person may give them, NaN padded

    # What there is to be read.
    onsets: Tensor  # [B, Ta] in 0..1, bumps around the events
    level: Tensor  # [B, Ta] log level of the sound, about zero mean and unit std
    words: Tensor  # [B, V] multi-hot, the whole caption
    tokens: Tensor  # [B, T, W] of the frozen video generator

    # Which clips learn what.
    studio: Tensor  # bool [B], in the look that pictures are generated in
    hints: Tensor  # bool [B], the colours tell the material
    flow: Tensor  # bool [B], learns the velocity; the others learn to be read; drawn
    learn_a: Tensor  # [B] 0 or 1, makes its sound; drawn
    learn_v: Tensor  # [B] 0 or 1, makes its picture; drawn
    named: Tensor  # [B] 0 or 1, has words that can be read off it

    # What the codecs and the sync encoder take.
    frames: Tensor  # uint8 [B, frames, 3, 64, 64]; drawn: mirrored or changed in their looks
    latents: Tensor  # [B, crop, Ca], audio latents with the noise that a generator leaves
    wave: Tensor  # [B, crop * samples per latent], their sound
    small: Tensor  # [B, 6, 3, 64, 64] in -1..1, pairs of frames of a latent and of its two neighbours
    large: Tensor  # [B, 2, 3, 256, 256] in -1..1, the pair in the middle as the large decoder gives it


def clip(batch: Batch, row: int) -> Batch:
    """One clip of a batch, without the first axis."""
    return cast(Batch, {name: value[row] for name, value in cast(dict[str, Tensor], batch).items()})


def collated(join: Callable[[list[Tensor]], Tensor], parts: Sequence[Batch]) -> Batch:
    """Batches of the same keys joined key by key, by `torch.stack` or `torch.cat`."""
    tensors = cast(Sequence[dict[str, Tensor]], parts)
    return cast(Batch, {name: join([part[name] for part in tensors]) for name in tensors[0]})
