"""What a thing is painted with: the canvas, the cut-outs, the look that was drawn, and the clip's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .atlas import Atlas
from .canvas import Canvas, Cutout
from .motion import Beat
from .sounding import Score


@dataclass(frozen=True)
class Look:
    """One appearance of a thing: names of cut-outs and colours, in the order that its painter wants."""

    name: str
    parts: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@dataclass
class Stage:
    """One clip's stage; painters paint on it for one moment after the other."""

    canvas: Canvas
    atlas: Atlas
    look: Look
    score: Score
    rng: np.random.Generator  # of the clip: numbers that its whole picture shares

    @property
    def beat(self) -> Beat:
        return self.score.beat

    def part(self, which: int = 0) -> Cutout:
        return self.atlas[self.look.parts[which]]

    def colour(self, which: int = 0) -> str:
        return self.look.colours[which]


Painter = Callable[[Stage, float], None]
