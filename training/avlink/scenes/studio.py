"""The look of the pictures that the video generator makes: every scene in one studio, in few colours.

Pictures of all kinds are there to be read; to make them, each backdrop, texture and camera is one more thing to get
wrong. Here nothing is left to chance but what happens: a camera that stands still, one backdrop, one floor, things
without texture in the colours of a palette, and nobody else in the picture.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .common import FLOOR, TEX, Sketch
from .lens import Lens
from .sight import Look

BACKDROP = torch.tensor([0.13, 0.15, 0.22])
SLOPE = torch.tensor([-0.05, -0.05, -0.06])  # from top to bottom
GROUND = torch.tensor([0.24, 0.27, 0.36])
RAIN = torch.tensor([0.72, 0.78, 0.88])
PALETTE = torch.tensor(
    [
        [0.94, 0.92, 0.86],
        [0.97, 0.73, 0.28],
        [0.92, 0.40, 0.34],
        [0.24, 0.72, 0.68],
        [0.38, 0.62, 0.94],
        [0.62, 0.50, 0.90],
        [0.72, 0.51, 0.31],
        [0.60, 0.64, 0.71],
    ]
)
LIGHT, SHUTTER = 0.25, 0.5


def bare(sketch: Sketch, which: Tensor) -> dict[str, Tensor]:
    """A copy of the scenes of `which` (bool [n]), to be taken before anything is put around them."""
    return {name: getattr(sketch, name)[which] for name in ("dyn", "stat", "camera")}


def clear(sketch: Sketch, scenes: dict[str, Tensor], which: Tensor) -> None:
    """Take everything that was put around the scenes of `which` out again, in place; `scenes` is what `bare` gave."""
    for name, values in scenes.items():
        getattr(sketch, name)[which] = values


def furnish(sketch: Sketch, look: Look, lens: Lens, which: Tensor) -> None:
    """Give the clips of `which` (bool [n]) the look of the studio, in place."""
    colours = sketch.stat[which, :, :3]
    nearest = torch.cdist(colours, PALETTE.expand(colours.shape[0], -1, -1)).argmin(2)
    sketch.stat[which, :, :3] = PALETTE[nearest]
    sketch.stat[which, FLOOR, :3] = GROUND
    sketch.stat[which, :, TEX + 4] = 0
    look.amount[which] = 0
    look.base[which] = torch.stack([BACKDROP, torch.zeros(3), SLOPE], 1)
    look.rain_colour[which] = RAIN
    for values, value in ((look.contrast, 1.0), (look.lift, 0.0), (look.light, LIGHT), (look.shutter, SHUTTER)):
        values[which] = value
    lens.bars[which] = 0
    lens.exposure[which] = 1
    lens.grain[which] = 0
