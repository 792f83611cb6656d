"""A few plain backdrops, lit from the top left, and the night for what shines by itself."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from .canvas import Canvas, between, colour, soft

HORIZON = 0.78  # height of the floor's far edge


@dataclass(frozen=True)
class Backdrop:
    """A wall that becomes a floor without an edge."""

    name: str
    wall: str
    low: str  # the wall above the floor
    floor: str


BACKDROPS = (
    Backdrop("sky", "#bfe3fb", "#e4f3fd", "#a9d2ef"),
    Backdrop("mint", "#bfeadb", "#e6f7f0", "#a4dac8"),
    Backdrop("peach", "#ffd9c2", "#fff0e4", "#f6bfa2"),
    Backdrop("lilac", "#dcd3fa", "#f2eefe", "#c3b6ee"),
    Backdrop("cream", "#f8ecd0", "#fff9ec", "#eadab2"),
    Backdrop("rose", "#fbd0dc", "#feecf1", "#eeb2c3"),  # held out
)
NIGHT = Backdrop("night", "#131a44", "#2d3a7d", "#1a2150")
HELD_OUT = ("rose",)


def paint(canvas: Canvas, backdrop: Backdrop) -> None:
    """Fill the picture."""
    canvas.box(0, 0, 1, 1, 0, between(backdrop.wall, backdrop.low, 0, 0, 0, HORIZON))
    floor = skia.GradientShader.MakeLinear(
        [skia.Point(0, HORIZON - 0.08), skia.Point(0, 1)],
        [colour(backdrop.floor, 0), colour(backdrop.floor, 0.75), colour(backdrop.floor, 1)],
        [0, 0.35, 1],
    )
    canvas.box(0, HORIZON - 0.08, 1, 1, 0, skia.Paint(Shader=floor))
    if backdrop is not NIGHT:
        canvas.box(0, 0, 1, 1, 0, soft(0.3, 0.25, 0.8, "#ffffff", 0.45))
