"""The runs that the app repeats (src/engine/runs.node.test.ts) are still what PyTorch computes, and the numbers of the
packs are still those of the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from avlink.attempts import SecondAttempt
from avlink.export.pack import directed_entry, file_entry, negatives_entry, second_attempt_entry
from avlink.export.parity import relative_difference
from avlink.export.runs import (
    DATA,
    DIRECTED,
    FILE,
    PLAIN,
    RUNS,
    TRACKS,
    WHOLE,
    Run,
    Watched,
    WholeSound,
    peak_dbfs,
    replay,
    replay_whole,
    told_entry,
    told_timing,
    track_of,
)
from avlink.export.variants import restored
from avlink.level_guidance import LEVEL_GUIDANCE
from avlink.noise import gaussian_noise
from avlink.sampling import plan_windows
from avlink.system import AVLink
from avlink.tagger import SEEN_ABOVE
from avlink.vocabulary import understand

ROOT = Path(__file__).parents[2]
TINY = ROOT / "e2e/fixtures/packs/tiny"
SHIPPED = ROOT / "public/models/mini"
WRITTEN: dict[str, Any] = json.loads((TINY / FILE).read_text())
VALUES = np.fromfile(TINY / DATA, "<f4")


@pytest.fixture(scope="module")
def system() -> AVLink:
    return restored(TINY, "nano")


@pytest.fixture(scope="module")
def watched(system: AVLink) -> Watched:
    return Watched.by(system, WHOLE[0].duration)


def array(place: dict[str, Any]) -> np.ndarray:
    return VALUES[place["offset"] :][: int(np.prod(place["shape"]))].reshape(place["shape"])


def expect_close(steps: list[Tensor], places: list[dict[str, Any]]) -> None:
    assert len(steps) == len(places)
    for x, place in zip(steps, places, strict=True):
        assert relative_difference(x.numpy(), array(place)) <= WRITTEN["tolerance"]


def entry(kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in WRITTEN[kind] if each["name"] == name)
    return found


def test_the_runs_are_of_this_pack_and_all_there() -> None:
    assert WRITTEN["pack"] == file_entry(TINY / "manifest.json")["sha256"]
    assert [each["name"] for each in WRITTEN["runs"]] == [run.name for run in RUNS]
    assert [each["name"] for each in WRITTEN["wholes"]] == [whole.name for whole in WHOLE]
    assert [each["name"] for each in WRITTEN["directed"]] == [run.name for run in DIRECTED]


def test_noise_and_words_are_as_written() -> None:
    for each in WRITTEN["noise"]:
        made = gaussian_noise(each["seed"], each["stream"], len(each["values"]))
        np.testing.assert_allclose(made, each["values"], rtol=1e-6, atol=1e-6)
    for each in WRITTEN["texts"]:
        assert understand(each["text"]) == each["words"]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_run_is_what_pytorch_computes(system: AVLink, run: Run) -> None:
    written = entry("runs", run.name)
    assert written["settings"] == PLAIN | run.settings
    given = torch.from_numpy(array(written["given"]).copy())
    timing = None if written["timing"] is None else torch.from_numpy(array(written["timing"]).copy())
    assert (timing is None) == (run.timing is None)
    expect_close(replay(system, run, given, timing), written["steps"])


@pytest.mark.parametrize("run", DIRECTED, ids=lambda run: run.name)
def test_a_directed_run_is_what_pytorch_computes(system: AVLink, run: Run) -> None:
    written = entry("directed", run.name)
    assert written["settings"] == PLAIN | run.settings
    assert run.directed is not None and written["directed"] == told_entry(run.directed)
    timing = told_timing(system.grid, run, plan_windows(system.grid, run.duration))
    assert timing is not None
    np.testing.assert_allclose(timing.numpy(), array(written["timing"]), atol=1e-6)
    given = torch.from_numpy(array(written["given"]).copy())
    expect_close(replay(system, run, given, timing), written["steps"])


def test_hits_and_levels_are_told_as_written() -> None:
    assert len(WRITTEN["tracks"]) == len(TRACKS)
    for each, (told, latents, start) in zip(WRITTEN["tracks"], TRACKS, strict=True):
        assert each["timing"] == told_entry(told)
        made = track_of(told, latents, each["rate"], start)
        np.testing.assert_allclose(made.numpy(), array(each["track"]), atol=1e-6)


@pytest.mark.parametrize("whole", WHOLE, ids=lambda whole: whole.name)
def test_a_whole_sound_is_what_pytorch_computes(system: AVLink, watched: Watched, whole: WholeSound) -> None:
    written = entry("wholes", whole.name)
    numbers = written["pack"]["secondAttempt"]
    second = SecondAttempt(silent_below=numbers["silentBelow"])
    assert second.guidance == numbers["guidance"]
    for got, place in ((watched.given, written["given"]), (watched.timing, written["timing"])):
        assert relative_difference(got.numpy(), array(place)) <= WRITTEN["tolerance"]
    attempts, made = replay_whole(system, whole, watched, written["pack"]["seenAbove"], second)
    assert [len(steps) for steps in attempts if steps] == [len(places) for places in written["attempts"]]
    for steps, places in zip(attempts, written["attempts"], strict=False):
        expect_close(steps, places)
    samples = round(whole.duration * system.grid.sample_rate)
    assert peak_dbfs(made.audio[:, :samples]) == pytest.approx(written["peak"], abs=0.01)


@pytest.mark.parametrize("manifest", [TINY / "manifest.json", *SHIPPED.glob("manifest*.json")], ids=lambda p: p.name)
def test_the_numbers_of_a_pack_are_those_of_the_code(manifest: Path) -> None:
    pack = json.loads(manifest.read_text())
    assert pack["secondAttempt"] == second_attempt_entry()
    assert pack["text"]["negatives"] == negatives_entry()
    assert pack["timing"]["level"] == LEVEL_GUIDANCE
    assert pack["timing"]["directed"] == directed_entry()
    assert pack["tagger"]["seenAbove"] == SEEN_ABOVE
