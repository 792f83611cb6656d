"""What a picture shows, in the words of the captions: read off the frozen video generator's own features.

Whoever drops a video seldom types what is to be heard. The sound is better where somebody did, so the model says it
itself: the tagger's words stand in for a caption that was not given (see AVLink.generate).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .presets import Preset

SEEN_ABOVE = 0.5  # probability from which a word counts as seen
UNLIKELY = -4.0  # bias at first: an untrained tagger says nothing


class Tagger(nn.Module):
    """Video tokens [B, T, W] of a clean picture without a caption -> logits of the caption's words [B, V].

    The tokens are those after the last segment that the other modality sees (`Backbone.features`), at flow time 1.
    Every token speaks for itself; the mean of all and the loudest of each kind decide, so that what happens in one
    corner for a moment is named as well as what fills the picture.
    """

    def __init__(self, preset: Preset, vocabulary: int) -> None:
        super().__init__()
        inner = 2 * preset.width
        self.norm = nn.LayerNorm(preset.width)
        self.inner = nn.Linear(preset.width, inner)
        self.said = nn.Linear(2 * inner, vocabulary)
        nn.init.zeros_(self.said.weight)
        nn.init.constant_(self.said.bias, UNLIKELY)

    def forward(self, h: Tensor) -> Tensor:
        found = F.gelu(self.inner(self.norm(h)))
        return self.said(torch.cat([found.mean(1), found.amax(1)], dim=-1))


def seen(logits: Tensor, above: float = SEEN_ABOVE) -> Tensor:
    """Logits [B, V] -> the words that are seen, multi-hot [B, V]."""
    return (torch.sigmoid(logits) > above).float()
