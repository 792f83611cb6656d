"""The bank of recorded sounds: what `--sounds PATH` names, read where it lies, split into training and held-out.

A bank is a folder with an `index.csv` of one row a file: id, file, class, kind (one-shot, sequence or bed), seconds,
rate, source, source_file, author, licence and url. Files cut from one recording stay on one side of the split.

    python -m avlink.recordings PATH

prints the credits of the recordings that are trained on, for NOTICE.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import librosa
import numpy as np
import soundfile

from .command_line import entry_point
from .errors import InputError
from .index_file import INDEX, read_index

KINDS = ("one-shot", "sequence", "bed")
HELD_OUT = 0.2  # of the sources of a class, rounded up
FEWEST = 3  # sources a class must have before one of them is held out
COLUMNS = ("id", "file", "class", "kind", "seconds", "rate", "source", "source_file", "author", "licence", "url")

Split = Literal["train", "heldout"]


class BankError(InputError):
    """A folder that is no bank of recordings; the message says what is wrong with it."""


@dataclass(frozen=True)
class Recording:
    """One file of the bank."""

    name: str
    path: Path
    kind: str
    sound: str  # its class: what is heard
    seconds: float
    rate: int  # Hz: the upper band of a file at 16 kHz is not silent but unknown
    origin: str  # files with the same origin were cut from one recording
    source: str
    title: str  # of the recording, in its source
    author: str
    licence: str
    url: str

    def samples(self, rate: int) -> np.ndarray:
        """The whole file, mono, at `rate` Hz; float32 in -1..1. Raises BankError if it cannot be read."""
        try:
            wave, own = soundfile.read(self.path, dtype="float32", always_2d=True)
        except (OSError, soundfile.SoundFileError) as error:
            raise BankError(f"{self.path}: {error}") from error
        return librosa.resample(wave.mean(1), orig_sr=own, target_sr=rate).astype(np.float32)


def origin_of(source: str, source_file: str) -> str:
    """What names one recording: without the place of a cut in it, and without the letter of a take.

    "005 - Clock tick/4-175945-A.ogg" is take A of recording 175945, of which a fold of ESC-10 may hold others;
    "cherrymx-black-pbt/sound.ogg at 25.18 s" is one key of a recording of many.
    """
    whole = re.sub(r" at [\d.]+ s$", "", source_file)
    return source + "/" + re.sub(r"-[A-Z](\.[a-z0-9]+)$", r"\1", whole)


def read_bank(folder: Path) -> list[Recording]:
    """All recordings of a bank, by name. Raises BankError for a folder without a proper index."""
    found = [
        Recording(
            name=row["id"],
            path=folder / row["file"],
            kind=row["kind"],
            sound=row["class"],
            seconds=float(row["seconds"]),
            rate=int(row["rate"]),
            origin=origin_of(row["source"], row["source_file"]),
            source=row["source"],
            title=row["source_file"],
            author=row["author"],
            licence=row["licence"],
            url=row["url"],
        )
        for row in read_index(folder, COLUMNS, "a bank of recordings", BankError)
    ]
    strange = sorted({r.kind for r in found} - set(KINDS))
    if strange:
        raise BankError(f"{folder / INDEX}: unknown kind {', '.join(strange)}")
    return sorted(found, key=lambda r: r.name)


def _order(text: str) -> str:
    """A key that shuffles, the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()


def held_out_origins(bank: list[Recording]) -> set[str]:
    """The origins that are kept from training: a fifth of every class that has at least three, rounded up.

    An origin that several classes were cut from belongs to the first of them.
    """
    home: dict[str, str] = {}
    for recording in sorted(bank, key=lambda r: r.sound):
        home.setdefault(recording.origin, recording.sound)
    by_class: dict[str, list[str]] = defaultdict(list)
    for origin, sound in home.items():
        by_class[sound].append(origin)
    chosen: set[str] = set()
    for origins in by_class.values():
        if len(origins) >= FEWEST:
            chosen.update(sorted(origins, key=_order)[: math.ceil(HELD_OUT * len(origins))])
    return chosen


def split_of(bank: list[Recording], split: Split) -> list[Recording]:
    """The recordings of one side."""
    chosen = held_out_origins(bank)
    return [r for r in bank if (r.origin in chosen) == (split == "heldout")]


def judged(bank: list[Recording], classes: int = 42, each: int = 2, seconds: float = 1.0) -> list[Recording]:
    """The held-out recordings that a round trip is judged by: `each` of every one of the `classes` most varied classes.

    Those that last `seconds` come first, since who listens needs about one, and then those of different origins; which
    of them, a hash decides.
    """
    by_class: dict[str, list[Recording]] = defaultdict(list)
    for recording in sorted(split_of(bank, "heldout"), key=lambda r: _order(r.name)):
        by_class[recording.sound].append(recording)

    def variety(sound: str) -> tuple[int, int, str]:
        own = by_class[sound]
        return -len({r.origin for r in own}), -len(own), sound

    enough = sorted((s for s, own in by_class.items() if len(own) >= each), key=variety)[:classes]
    found: list[Recording] = []
    for sound in sorted(enough):
        chosen: list[Recording] = []
        for long, fresh in ((True, True), (True, False), (False, True), (False, False)):
            for recording in by_class[sound]:
                known = recording.origin in {r.origin for r in chosen}
                fits = (recording.seconds >= seconds or not long) and (not known or not fresh)
                if len(chosen) < each and recording not in chosen and fits:
                    chosen.append(recording)
        found += chosen
    return found


def notice(recordings: list[Recording]) -> str:
    """Credits of the recordings used, as a NOTICE file wants them: by licence, then by author and source."""
    lines = []
    for licence in sorted({r.licence for r in recordings}):
        lines.append(f"{licence}:")
        works: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for r in recordings:
            if r.licence == licence:
                works[r.author, r.source, r.url].add(r.title)
        for (author, source, url), titles in sorted(works.items()):
            named = ", ".join(f'"{title}"' for title in sorted(titles))
            lines.append(f"- {author}: {named}, from {source}{f' <{url}>' if url else ''}")
        lines.append("")
    return "\n".join(lines)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sounds", type=Path)
    print(notice(split_of(read_bank(parser.parse_args().sounds), "train")))


if __name__ == "__main__":
    main()
