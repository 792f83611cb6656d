"""The recognisable world: clips whose picture and sound come from one list of events. Cut-outs are stand-ins here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image, ImageDraw

from avlink.evaluate import metrics
from avlink.evaluate.imagenet_groups import GROUPS
from avlink.evaluate.named import judged, seen, table
from avlink.grid import GRID
from avlink.recordings import COLUMNS
from avlink.vocabulary import WIDE_VOCABULARY
from avlink.world.atlas import Atlas, CutoutError
from avlink.world.catalogue import BY_NAME, EVERY_CUTOUT, THINGS
from avlink.world.clips import World
from avlink.world.contact_sheet import sheet
from avlink.world.motion import Beat, Hit
from avlink.world.sounding import NothingHeardError, Score, silent

RATE = 48_000


@pytest.fixture(scope="module")
def cutouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disc with a stripe under every name that the world knows."""
    folder: Path = tmp_path_factory.mktemp("cutouts")
    picture = Image.new("RGBA", (96, 96))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((2, 2, 93, 93), fill=(40, 90, 200, 255))
    draw.rectangle((10, 40, 86, 52), fill=(250, 220, 60, 255))
    picture.save(folder / "stand-in.webp")
    rows = ["file,class,source,author,licence"]
    for name in EVERY_CUTOUT:
        (folder / f"{name}.webp").write_bytes((folder / "stand-in.webp").read_bytes())
        rows.append(f"{name}.webp,thing,here,me,MIT")
    (folder / "index.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clicks of two classes from four sources each, and rain."""
    folder: Path = tmp_path_factory.mktemp("sounds")
    time = np.arange(RATE // 2) / RATE
    rows = [",".join(COLUMNS)]
    for sound, kind in (("drum", "one-shot"), ("dog", "one-shot"), ("rain", "bed")):
        for take in range(4):
            wave = np.exp(-time * 30) * np.sin(2 * np.pi * (300 + 90 * take) * time)
            if kind == "bed":
                wave = np.random.default_rng(take).normal(0, 0.1, 2 * RATE)
            name = f"{sound}-{take}"
            soundfile.write(folder / f"{name}.wav", wave, RATE)
            rows.append(f"{name},{name}.wav,{sound},{kind},{len(wave) / RATE},{RATE},here,{name},me,CC0-1.0,")
    (folder / "index.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def world(cutouts: Path, sounds: Path) -> World:
    return World(cutouts, sounds)


def beaten(*hits: tuple[float, float]) -> Score:
    """A score of clicks at the hits."""
    wave = np.zeros(round(GRID.window_seconds * RATE), np.float32)
    click = np.random.default_rng(0).normal(0, 0.3, 4000) * np.exp(-np.arange(4000) / 600)
    for time, _ in hits:
        wave[round(time * RATE) :][:4000] += click
    return Score([Hit(*hit) for hit in hits], wave)


def test_every_thing_has_words_and_a_judgement() -> None:
    assert len(THINGS) >= 16 and len(BY_NAME) == len(THINGS)
    assert len({thing.words for thing in THINGS}) == len(THINGS)
    for thing in THINGS:
        assert set(thing.words) <= set(WIDE_VOCABULARY), thing.name
        assert thing.name in GROUPS
        assert thing.voice.struck or thing.voice.bed


def test_a_clip_is_decided_by_its_seed(world: World) -> None:
    one, again, other = (world.clip(seed, "drum", sizes=(16,)) for seed in (3, 3, 4))
    assert np.array_equal(one.frames[16], again.frames[16]) and np.array_equal(one.wave, again.wave)
    assert not np.array_equal(one.wave, other.wave)
    assert one.frames[16].shape == (GRID.frames, 16, 16, 3) and one.narrow.shape == (GRID.window_samples,)
    assert one.level.shape == (GRID.audio_latents,)


def test_a_small_picture_is_the_large_one_reduced(world: World) -> None:
    clip = world.clip(5, "dog", sizes=(32, 128), frames=(20,))
    small = clip.frames[32][0].astype(float)
    large = clip.frames[128][0].astype(float).reshape(32, 4, 32, 4, 3).mean((1, 3))
    assert np.abs(small - large).mean() < 2.5


@pytest.mark.parametrize("thing", [thing.name for thing in THINGS if thing.voice.struck or thing.voice.inner])
def test_motion_is_most_sudden_at_the_hit(world: World, thing: str) -> None:
    score = beaten((1.0, 0.9), (2.5, 0.9))
    frames = world.drawn(1, BY_NAME[thing], score, (32,)).frames[32]
    found = metrics.motion_onsets(frames.transpose(0, 3, 1, 2), GRID.fps)
    assert metrics.compare_times([1.0, 2.5], found).recall == 1, found


def test_a_strong_hit_moves_more_than_a_soft_one(world: World) -> None:
    for thing in ("drum", "ball", "dog", "hands"):
        energy = []
        for strength in (0.3, 1.0):
            frames = world.drawn(1, BY_NAME[thing], beaten((2.0, strength)), (32,)).frames[32]
            energy.append(metrics.motion_energy(frames.transpose(0, 3, 1, 2)).sum())
        assert energy[1] > 1.15 * energy[0], thing


def test_silence_keeps_struck_things_still(world: World) -> None:
    for thing in ("drum", "anvil", "bell", "ball", "dog", "guitar", "clock"):
        clip = world.drawn(1, BY_NAME[thing], silent(), (32,), range(0, 64, 9))
        assert clip.still[32].all(), thing


def test_backdrops_are_still(world: World) -> None:
    assert world.clip(3, "drum", sizes=(32,)).still[32].mean() > 0.25


def test_denser_rain_is_louder_rain(world: World) -> None:
    noise = np.random.default_rng(0).normal(0, 1, round(GRID.window_seconds * RATE)).astype(np.float32)
    change = []
    for loud in (0.002, 0.1):
        frames = world.drawn(1, BY_NAME["rain"], Score([], loud * noise), (32,), range(20)).frames[32]
        change.append(metrics.motion_energy(frames.transpose(0, 3, 1, 2)).mean())
    assert change[1] > 3 * change[0]


def test_looks_and_recordings_are_split(cutouts: Path, sounds: Path, world: World) -> None:
    held = World(cutouts, sounds, "heldout")
    looks = [{w.drawn(seed, BY_NAME["ball"], silent(), (8,), (0,)).look for seed in range(12)} for w in (world, held)]
    walls = [{w.clip(seed, "drum", (8,), (0,)).backdrop for seed in range(12)} for w in (world, held)]
    assert looks[0] and looks[1] and not looks[0] & looks[1]
    assert not walls[0] & walls[1]
    assert held.not_held_out == ()


def test_what_is_missing_is_said(cutouts: Path, sounds: Path, world: World, tmp_path: Path) -> None:
    with pytest.raises(NothingHeardError, match="bell"):
        world.clip(1, "bell")
    with pytest.raises(CutoutError, match="index"):
        Atlas(tmp_path)
    with pytest.raises(CutoutError, match="no-such"):
        Atlas(cutouts)["no-such"]


def test_a_tool_waits_swings_back_and_strikes() -> None:
    beat = Beat([Hit(1.0, 1.0), Hit(2.0, 0.4)])
    assert beat.lift(1.01) == pytest.approx(0, abs=1e-6) and beat.lift(2.01) == pytest.approx(0, abs=1e-6)
    assert beat.lift(0.94) > 0.9 > beat.lift(1.94) > 0.5
    assert beat.arc(1.0)[0] == pytest.approx(0, abs=1e-3) and beat.arc(1.5)[0] > 0.3


def test_the_judge_counts_what_it_is_told(world: World) -> None:
    score = beaten((1.0, 1.0), (2.0, 1.0), (3.0, 1.0))
    frames = world.drawn(1, BY_NAME["drum"], score, (32,)).frames[32]
    own = seen("drum", frames, frames[:1], score.narrow)
    away = seen("drum", frames, frames[:1], beaten((0.5, 1), (1.5, 1), (2.5, 1)).narrow)
    figures = judged([own, away])
    assert 0.4 < figures["motion"] < 0.6 and figures["other clip"] == pytest.approx(0.5, abs=0.1)
    assert "| drum |" in table({"drum": figures})


def test_the_sheet_shows_each_thing(world: World) -> None:
    made = sheet(world, 16, 1, ["drum", "rain"], 1)
    assert made.width > 8 * 16 and np.asarray(made).std() > 10
