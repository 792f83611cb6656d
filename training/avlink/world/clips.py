"""Clips of the world: frames of any size, the sound, and everything that is known of them.

world = World(cutouts, sounds)
clip = world.clip(seed, sizes=(64, 256))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..grid import GRID
from ..recordings import Split, read_bank, split_of
from . import backdrops
from .atlas import Atlas
from .canvas import Canvas
from .catalogue import BY_NAME, THINGS, Thing
from .motion import Hit
from .sounding import NothingHeardError, Score, Sounding, silent
from .stage import Look, Stage

UNMOVED = 1  # of 255, by which a pixel may differ over a clip and still count as still


@dataclass(frozen=True)
class Clip:
    """One clip of the grid's length."""

    seed: int
    thing: str
    look: str
    backdrop: str
    words: tuple[str, ...]
    frames: dict[int, np.ndarray]  # by size: uint8 [F, size, size, 3], of the frames asked for
    still: dict[int, np.ndarray]  # by size: bool [size, size], where no frame of them differs from another
    wave: np.ndarray  # float32 at 48 kHz
    narrow: np.ndarray  # float32 [65536] at 16 kHz
    hits: tuple[Hit, ...]
    level: np.ndarray  # float32 [128]: RMS of every audio latent of the narrow wave


class World:
    """Renders clips. A seed decides a clip; both sides of the split have recordings and looks of their own.

    A thing of which there is one look has it on both sides; a class with fewer than three sources has none held out,
    and is heard from all of them. `not_held_out` names those.
    """

    def __init__(self, cutouts: Path, sounds: Path | None, split: Split = "train") -> None:
        self.split = split
        self._atlas = Atlas(cutouts)
        self._canvases: dict[int, Canvas] = {}
        self._kept: dict[tuple[int, str], np.ndarray] = {}
        self._sounding: Sounding | None = None
        self.not_held_out: tuple[str, ...] = ()
        if sounds is not None:
            bank = read_bank(sounds)
            own = split_of(bank, split)
            if split == "heldout":
                heard = {(recording.sound, recording.kind == "bed") for recording in own}
                lacking = [r for r in bank if (r.sound, r.kind == "bed") not in heard]
                own = own + lacking
                alone = {r.sound for r in lacking}
                self.not_held_out = tuple(
                    thing.name for thing in THINGS if alone & {*thing.voice.struck, *thing.voice.bed}
                )
            self._sounding = Sounding(own, [thing.voice for thing in THINGS])

    def clip(
        self,
        seed: int,
        thing: str | None = None,
        sizes: Sequence[int] = (GRID.frame_size,),
        frames: Sequence[int] | None = None,
    ) -> Clip:
        """The clip of a seed: of the thing, or of any; `frames` limits which of the grid's frames are drawn.

        Raises NothingHeardError if the bank has no recording of the thing.
        """
        rng = np.random.default_rng(seed)
        chosen = THINGS[int(rng.integers(len(THINGS)))]
        if thing is not None:
            chosen = BY_NAME[thing]
        score = self._sounding.score(chosen.voice, np.random.default_rng([seed, 1])) if self._sounding else silent()
        return self.drawn(seed, chosen, score, sizes, frames)

    def drawn(
        self, seed: int, thing: Thing, score: Score, sizes: Sequence[int], frames: Sequence[int] | None = None
    ) -> Clip:
        """The clip of a given score."""
        rng = np.random.default_rng([seed, 2])
        look = self._drawn_from(thing.looks, rng)
        wall = backdrops.NIGHT if thing.night else self._backdrop(rng)
        pictures = {size: self._painted(size, thing, look, wall, score, seed, frames) for size in sizes}
        still = {size: np.ptp(made, axis=0).max(-1) <= UNMOVED for size, made in pictures.items()}
        return Clip(
            seed,
            thing.name,
            look.name,
            wall.name,
            thing.words,
            pictures,
            still,
            score.wave,
            score.narrow,
            tuple(score.hits),
            score.level,
        )

    def _drawn_from(self, looks: tuple[Look, ...], rng: np.random.Generator) -> Look:
        if len(looks) == 1:
            return looks[0]
        mine = looks[:-1] if self.split == "train" else looks[-1:]
        return mine[int(rng.integers(len(mine)))]

    def _backdrop(self, rng: np.random.Generator) -> backdrops.Backdrop:
        held = [(b.name in backdrops.HELD_OUT) == (self.split == "heldout") for b in backdrops.BACKDROPS]
        mine = [backdrop for backdrop, own in zip(backdrops.BACKDROPS, held, strict=True) if own]
        return mine[int(rng.integers(len(mine)))]

    def _painted(
        self,
        size: int,
        thing: Thing,
        look: Look,
        wall: backdrops.Backdrop,
        score: Score,
        seed: int,
        frames: Sequence[int] | None,
    ) -> np.ndarray:
        if size not in self._canvases:
            self._canvases[size] = Canvas(size)
        canvas = self._canvases[size]
        if (size, wall.name) not in self._kept:
            backdrops.paint(canvas, wall)
            self._kept[size, wall.name] = canvas.kept()
        stage = Stage(canvas, self._atlas, look, score, np.random.default_rng([seed, 3]))
        made = []
        for frame in range(GRID.frames) if frames is None else frames:
            canvas.restore_kept(self._kept[size, wall.name])
            thing.paint(stage, (frame + 0.5) / GRID.fps)
            made.append(canvas.picture())
        return np.stack(made)


__all__ = ["Clip", "NothingHeardError", "World"]
