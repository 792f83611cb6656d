"""What a picture network of others says of a video, in the words of ours: the eyes.

The eyes are a component of their own (`public/models/eyes`): a classifier of 1,000 everyday things, and a table
(`words.json`) that puts its classes into groups of things that sound and says them in words that a pack may know. They
type the prompt that nobody typed; the model is conditioned as ever. This module is what the app does in
src/model/eyes.ts and src/engine/eyes-look.ts, for export and evaluation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIDE = 224  # pixels, what the network takes
DECODED = 448  # pixels: pictures come squashed to a square of this side
CLASSES = 1000


@dataclass(frozen=True)
class Group:
    """Things that sound alike, and what is said of them: the first of `say` that a pack knows word for word."""

    name: str
    say: tuple[tuple[str, ...], ...]
    classes: tuple[int, ...]

    def words(self, vocabulary: Sequence[str]) -> tuple[str, ...]:
        """The words for a pack with that vocabulary; none where it knows no way of saying it."""
        return next((words for words in self.say if all(word in vocabulary for word in words)), ())


@dataclass(frozen=True)
class Calibration:
    """How often something is right that is seen with a probability: sigmoid(slope logit(p) + offset)."""

    slope: float
    offset: float

    def certainty(self, probability: float) -> float:
        p = min(max(probability, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(p / (1 - p)) + self.offset)))


def read_groups(path: Path) -> list[Group]:
    table = json.loads(path.read_text())
    return [
        Group(g["name"], tuple(tuple(s.split()) for s in g["say"]), tuple(int(k) for k in g["classes"]))
        for g in table["groups"]
    ]


def look(pictures: np.ndarray, aspect: float, whole: bool = False) -> np.ndarray:
    """uint8 pictures [n, S, S, 3], squashed to squares from `aspect` = width / height, as the network takes them.

    The largest square in the middle of the picture in its own proportions (or all of it, squashed), scaled to
    [n, 224, 224, 3], float32 in 0..255, by a triangle that widens where it makes smaller: as
    torch.nn.functional.interpolate(mode="bilinear", antialias=True) does.
    """
    size = pictures.shape[1]
    wide = size if whole else size * min(1.0, 1 / aspect)
    high = size if whole else size * min(1.0, aspect)
    rows, columns = _scaling(size, high), _scaling(size, wide)
    return np.einsum("yi,nijc,xj->nyxc", rows, pictures.astype(np.float32), columns, optimize=True)


def _scaling(size: int, span: float) -> np.ndarray:
    """Weights [224, size] that scale the middle `span` of `size` samples."""
    scale = span / SIDE
    reach = max(scale, 1.0)
    middle = (size - span) / 2 + (np.arange(SIDE) + 0.5) * scale
    weights = np.maximum(0, 1 - np.abs(np.arange(size) + 0.5 - middle[:, None]) / reach)
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def group_probabilities(logits: np.ndarray, groups: Sequence[Group]) -> np.ndarray:
    """Logits [frames, 1000] of a clip -> probability of each group [G]: of the mean of the logits."""
    mean = logits.astype(np.float64).mean(0)
    p = np.exp(mean - mean.max())
    p /= p.sum()
    return np.array([p[list(group.classes)].sum() for group in groups])
