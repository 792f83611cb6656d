"""Auxiliary heads, in training only: they read timing and words of a scene off a network's tokens.

The velocity loss hardly sees timing (a click a frame late costs almost nothing), so sync would be learned late or
never. A linear head of onsets and level makes the tokens carry timing early, in the video generator as in the
Fusion Blocks; it is thrown away afterwards.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..grid import Grid

ONSET_WEIGHT = 3.0  # bumps cover few of the places
# Variance of a clip's level target below which its movement counts less and less, and from which it counts no more.
MOVEMENT = (0.06, 1.0)
HARDLY = 2e-3  # variance of a level target that two takes of steady noise differ by: whose shape tells nothing


def onset_envelope(events: Tensor, length: int, rate: float = 31.25, width: float = 1.0) -> Tensor:
    """Events [B, E] in seconds (NaN padded) -> bumps of height 1 on the audio-latent grid [B, length]."""
    places = torch.nan_to_num(events * rate, nan=-1e4)[:, :, None]
    grid = torch.arange(length, device=events.device) + 0.5
    return torch.exp(-0.5 * ((grid - places) / width) ** 2).amax(1)


def level_target(level: Tensor) -> Tensor:
    """RMS level -> about zero mean and unit std, in log scale."""
    return (torch.log(level + 1e-3) + 4.5) / 1.5


def level_movement(level: Tensor) -> Tensor:
    """Level target [B, L] -> by what its squared error counts as a share of its movement [B], see MOVEMENT."""
    return level.var(1, correction=0).clamp(max=MOVEMENT[1]) + MOVEMENT[0]


def reading_error(read: Tensor, onsets: Tensor, level: Tensor) -> Tensor:
    """read [B, L, 2] (onset logit, level) against onsets and level [B, L] -> one error a clip [B]."""
    hit = F.binary_cross_entropy_with_logits(read[..., 0], onsets, reduction="none").mean(1)
    off = read[..., 1] - level
    mean = off.mean(1)
    # The level of an engine moves by a tenth of what impacts do, and is heard to: count the share of it that is missed.
    missed = (off - mean[:, None]).square().mean(1) / level_movement(level)
    return ONSET_WEIGHT * hit + mean.square() + missed


def shape_error(read: Tensor, level: Tensor) -> Tensor:
    """Level as read and level target, both [B, L] -> how far their correlation is from 1 [B], 0..2.

    The level of sparks or of an engine may move by one decibel alone. Its error never weighs much then, however it is
    scaled (a clip whose level rests would weigh most of all), but its shape is right or wrong as that of any other.
    """
    read, level = read - read.mean(1, keepdim=True), level - level.mean(1, keepdim=True)
    moves = level.square().mean(1)
    alike = (read * level).mean(1) / (moves * read.square().mean(1) + 1e-8).sqrt()
    return (1 - alike) * moves / (moves + HARDLY)


class AudioHead(nn.Module):
    """Audio tokens [B, audio_latents, W] -> readings [B, audio_latents, 2]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.head = nn.Linear(width, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(tokens).float()


class VideoHead(nn.Module):
    """Video tokens [B, video_latents * places, W] -> readings [B, audio_latents, 2].

    Every token reads all audio latents its frames cover; tokens of one time speak with one voice (their mean).
    """

    def __init__(self, width: int, grid: Grid) -> None:
        super().__init__()
        self.grid = grid
        self.head = nn.Linear(width, 2 * grid.audio_per_video_latent)

    def forward(self, tokens: Tensor) -> Tensor:
        read = self.head(tokens).float()
        batch = read.shape[0]
        read = read.reshape(batch, self.grid.video_latents, -1, read.shape[-1]).mean(2)
        return read.reshape(batch, self.grid.audio_latents, 2)


class WordHead(nn.Module):
    """Tokens [B, T, W] -> logits of the caption's words [B, V]: what the picture shows, by the mean of all tokens."""

    def __init__(self, width: int, vocabulary: int) -> None:
        super().__init__()
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(tokens.mean(1)).float()


def word_error(read: Tensor, words: Tensor) -> Tensor:
    """Logits [B, V] against the words said [B, V] -> cross-entropy a clip [B], mean over the vocabulary."""
    return F.binary_cross_entropy_with_logits(read, words, reduction="none").mean(1)
