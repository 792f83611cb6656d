"""The bank of recordings: reading it, and a split that no recording straddles."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from avlink.recordings import COLUMNS, BankError, judged, notice, origin_of, read_bank, split_of


def bank_of(folder: Path, classes: dict[str, int], takes: int = 2, rate: int = 16_000) -> Path:
    """A bank in which every class has so many recordings, each cut into `takes` files of a tenth of a second."""
    rows = []
    for sound, count in classes.items():
        (folder / sound).mkdir(parents=True, exist_ok=True)
        for k in range(count):
            for take in range(takes):
                name = f"{sound}-{k:02}{take}"
                wave = 0.5 * np.sin(np.arange(rate // 10) * (0.1 + 0.02 * k))
                soundfile.write(folder / sound / f"{name}.wav", wave, rate)
                rows.append(
                    {
                        "id": name,
                        "file": f"{sound}/{name}.wav",
                        "class": sound,
                        "kind": "one-shot",
                        "seconds": 0.1 if k % 2 else 1.5,
                        "rate": rate,
                        "source": "Field",
                        "source_file": f"{sound}/{k}.wav at {take}.50 s",
                        "author": f"Author {k}",
                        "licence": "CC0-1.0" if k % 2 else "CC-BY-3.0",
                        "url": "https://example.org/" if k else "",
                    }
                )
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_a_fifth_of_the_origins_of_every_varied_class_is_held_out(tmp_path: Path) -> None:
    bank = read_bank(bank_of(tmp_path, {"dog": 10, "bell": 6, "bus": 2}))
    train, heldout = split_of(bank, "train"), split_of(bank, "heldout")
    assert len(train) + len(heldout) == len(bank) == 36
    assert not {r.origin for r in train} & {r.origin for r in heldout}
    kept = {sound: len({r.origin for r in heldout if r.sound == sound}) for sound in ("dog", "bell", "bus")}
    assert kept == {"dog": math.ceil(0.2 * 10), "bell": math.ceil(0.2 * 6), "bus": 0}
    assert split_of(read_bank(tmp_path), "heldout") == heldout


def test_a_recording_cut_for_two_classes_stays_on_one_side(tmp_path: Path) -> None:
    bank_of(tmp_path, {"axe": 5, "wood": 5})
    index = tmp_path / "index.csv"
    index.write_text(
        index.read_text().replace("wood/0.wav at", "axe/0.wav at").replace("wood/1.wav at", "axe/1.wav at")
    )
    bank = read_bank(tmp_path)
    shared = {r.origin for r in bank if r.sound == "axe"} & {r.origin for r in bank if r.sound == "wood"}
    assert len(shared) == 2
    assert not {r.origin for r in split_of(bank, "train")} & {r.origin for r in split_of(bank, "heldout")}


def test_other_cuts_and_takes_of_a_recording_are_of_one_origin() -> None:
    assert origin_of("Mechvibes", "black/sound.ogg at 25.18 s") == origin_of("Mechvibes", "black/sound.ogg at 3.2 s")
    assert origin_of("ESC-10", "005 - Clock tick/4-175945-A.ogg") == origin_of(
        "ESC-10", "005 - Clock tick/4-175945-B.ogg"
    )
    assert origin_of("ESC-10", "5/4-175945-A.ogg") != origin_of("ESC-10", "5/4-175946-A.ogg")
    assert origin_of("a", "x.wav") != origin_of("b", "x.wav")


def test_the_judged_recordings_are_held_out_long_and_of_different_origins(tmp_path: Path) -> None:
    bank = read_bank(bank_of(tmp_path, {"dog": 12, "bell": 6, "bus": 2, "cat": 3}))
    chosen = judged(bank, classes=2)
    assert [r.sound for r in chosen] == ["bell", "bell", "dog", "dog"]
    assert len({r.origin for r in chosen if r.sound == "dog"}) == 2
    # Long ones come first: the class's other held-out origin lasts a tenth of a second.
    assert {r.seconds for r in chosen if r.sound == "bell"} == {1.5}
    short = judged(bank, classes=2, seconds=2.0)
    assert [r.sound for r in short] == ["bell", "bell", "dog", "dog"]
    own = [r for r in split_of(bank, "heldout") if r.sound == "dog"]
    assert {r.seconds for r in own} == {0.1, 1.5}
    assert {r.seconds for r in chosen if r.sound == "dog"} == {1.5}
    assert len({r.origin for r in short if r.sound == "bell"}) == 2
    assert {r.name for r in chosen} <= {r.name for r in split_of(bank, "heldout")}


def test_samples_come_at_the_rate_that_is_asked_for(tmp_path: Path) -> None:
    recording = read_bank(bank_of(tmp_path, {"dog": 1}))[0]
    assert recording.rate == 16_000
    wave = recording.samples(48_000)
    assert wave.shape == (4800,)
    assert wave.dtype == np.float32
    assert 0.45 < np.abs(wave).max() < 0.55


def test_a_folder_that_is_no_bank_says_why(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="index"):
        read_bank(tmp_path)
    (tmp_path / "index.csv").write_text("id,file\n")
    with pytest.raises(BankError, match="class, kind"):
        read_bank(tmp_path)
    bank_of(tmp_path, {"dog": 1})
    (tmp_path / "dog/dog-000.wav").write_bytes(b"no sound")
    with pytest.raises(BankError, match="dog-000"):
        read_bank(tmp_path)[0].samples(48_000)


def test_the_notice_names_authors_by_licence_once(tmp_path: Path) -> None:
    text = notice(read_bank(bank_of(tmp_path, {"dog": 2})))
    assert text.splitlines()[0] == "CC-BY-3.0:"
    assert text.count("Author 0") == text.count("Author 1") == 1
    assert '- Author 1: "dog/1.wav at 0.50 s", "dog/1.wav at 1.50 s", from Field <https://example.org/>' in text
