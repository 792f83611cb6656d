"""The cut-outs that things are built from: what `--cutouts PATH` names, read where it lies and never copied.

A folder of cut-outs has an `index.csv` of one row a picture: file, class, source, author and licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import skia

from ..errors import InputError
from ..index_file import read_index
from .canvas import Cutout

COLUMNS = ("file", "class", "source", "author", "licence")


class CutoutError(InputError):
    """A folder that is no folder of cut-outs, or that lacks one; the message says which."""


@dataclass(frozen=True)
class Credit:
    """Who made a cut-out."""

    file: str
    source: str
    author: str
    licence: str


class Atlas:
    """Cut-outs by name ("drum-fluent-1f941"), each read once."""

    def __init__(self, folder: Path) -> None:
        rows = read_index(folder, COLUMNS, "a folder of cut-outs", CutoutError)
        found = [Credit(row["file"], row["source"], row["author"], row["licence"]) for row in rows]
        self._folder = folder
        self._credits = {Path(credit.file).stem: credit for credit in found}
        self._read: dict[str, Cutout] = {}

    def __getitem__(self, name: str) -> Cutout:
        if name not in self._read:
            path = self._folder / self.credit(name).file
            try:
                image = skia.Image.open(str(path))
            except (OSError, RuntimeError, ValueError) as error:
                raise CutoutError(f"{path} is no picture that can be read") from error
            self._read[name] = Cutout(image.makeRasterImage().withDefaultMipmaps())
        return self._read[name]

    def credit(self, name: str) -> Credit:
        """Who made a cut-out. Raises CutoutError if the folder has none of this name."""
        if name not in self._credits:
            raise CutoutError(f"{self._folder}: there is no cut-out {name!r} in its index")
        return self._credits[name]
