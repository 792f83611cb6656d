"""Clips of cut-out pictures over photographic backdrops: things that sound, with known names, in ever other places.

A folder of cut-outs holds `index.csv` (file, class, source, author, licence; the class of a backdrop begins with
"backdrop:") and the pictures, with alpha where they are cut out. It is read where it lies. Needs Pillow (the extra
"eyes").
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..eyes import DECODED
from ..grid import GRID
from ..index_file import INDEX, read_index

if TYPE_CHECKING:
    from PIL.Image import Image

ASPECTS = (16 / 9, 16 / 9, 4 / 3, 1.0, 9 / 16)
SHORT = 360  # pixels, the short side
LOOKS = 3  # pictures of a clip for the eyes


@dataclass(frozen=True)
class Composite:
    thing: str  # class of the cut-out
    aspect: float
    pictures: np.ndarray  # uint8 [LOOKS, 448, 448, 3], squashed as the app decodes them
    frames: np.ndarray  # uint8 [64, 3, 64, 64], as the model's encoder takes them


@dataclass(frozen=True)
class Cutouts:
    folder: Path
    things: tuple[tuple[str, str], ...]  # file and class
    backdrops: tuple[str, ...]


def read_cutouts(folder: Path) -> Cutouts:
    """Raises InputError for a folder that holds none."""
    listed = read_index(folder, ("file", "class"), "a folder of cut-outs", InputError)
    rows = [(row["file"], row["class"]) for row in listed]
    back = tuple(name for name, kind in rows if kind.startswith("backdrop:"))
    things = tuple((name, kind) for name, kind in rows if not kind.startswith("backdrop:"))
    if not back or not things:
        raise InputError(f"{folder / INDEX} lists no cut-outs, or no backdrops")
    return Cutouts(folder, things, back)


def composites(cutouts: Cutouts, seed: int, which: Sequence[int] | None = None) -> Iterator[Composite]:
    """One clip of each cut-out (or of those with the indices `which`); the same seed gives the same clips."""
    try:
        from PIL import Image as images
    except ModuleNotFoundError as error:
        raise InputError("Pillow is not installed: pip install -e .[eyes]") from error

    def opened(name: str, mode: str) -> Image:
        return images.open(cutouts.folder / name).convert(mode)

    for index in range(len(cutouts.things)) if which is None else which:
        file, thing = cutouts.things[index]
        draw = np.random.default_rng((seed, index))
        aspect = float(draw.choice(ASPECTS))
        width, height = (round(SHORT * max(1.0, x)) for x in (aspect, 1 / aspect))
        back = opened(str(draw.choice(cutouts.backdrops)), "RGB")
        zoom = max(width / back.width, height / back.height) * draw.uniform(1.0, 1.4)
        back = back.resize((math.ceil(back.width * zoom), math.ceil(back.height * zoom)), images.Resampling.BICUBIC)
        left, top = (int(draw.uniform(0, room + 1)) for room in (back.width - width, back.height - height))
        back = back.crop((left, top, left + width, top + height))
        cut = opened(file, "RGBA")
        side = draw.uniform(0.45, 0.9) * SHORT / max(cut.size)
        cut = cut.resize((max(1, round(cut.width * side)), max(1, round(cut.height * side))), images.Resampling.BICUBIC)
        if draw.random() < 0.5:
            cut = cut.transpose(images.Transpose.FLIP_LEFT_RIGHT)
        x = draw.uniform(0.25, 0.75) * (width - cut.width)
        y = draw.uniform(0.4, 1.0) * (height - cut.height)
        sway, phase = draw.uniform(0, 0.06) * SHORT, draw.uniform(0, 2 * math.pi)

        def shown(time: float, size: int, back=back, cut=cut, x=x, y=y, sway=sway, phase=phase) -> np.ndarray:  # type: ignore[no-untyped-def]
            picture = back.copy()
            at = (round(x + sway * math.sin(3 * time + phase)), round(y + sway * math.cos(4 * time + phase)))
            picture.paste(cut, at, cut)
            return np.asarray(picture.resize((size, size), images.Resampling.BOX))

        seconds = GRID.frames / GRID.fps
        times = (np.arange(LOOKS) + 0.5) / LOOKS * seconds
        frames = [shown(k / GRID.fps, GRID.frame_size).transpose(2, 0, 1) for k in range(GRID.frames)]
        yield Composite(thing, width / height, np.stack([shown(t, DECODED) for t in times]), np.stack(frames))
