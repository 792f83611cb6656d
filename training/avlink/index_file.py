"""The `index.csv` of a folder of media that is read where it lies: one row a file, with its licence and author."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from .errors import InputError

INDEX = "index.csv"


def read_index(folder: Path, columns: Sequence[str], what: str, error: type[InputError]) -> list[dict[str, str]]:
    """The rows of a folder's index. Raises `error` where there is none, or it lacks one of the columns.

    what: the kind of folder, as "a bank of recordings".
    """
    index = folder / INDEX
    if not index.is_file():
        raise error(f"{index}: {what} has an index")
    with index.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        lacking = [name for name in columns if name not in (rows.fieldnames or ())]
        if lacking:
            raise error(f"{index} has no column {', '.join(lacking)}")
        return list(rows)
