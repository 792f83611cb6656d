"""Clips of torn-out pictures: what happens in them happens when they say so."""

from __future__ import annotations

import pytest
import torch

from avlink.presets import PRESETS
from avlink.scenes import CONTINUOUS, FPS, FRAMES, SceneBatch, render
from avlink.system import AVLink
from avlink.train.cutouts import Cutouts, cutouts
from avlink.train.objectives import recognition
from avlink.train.objectives.recognition import SyncObjective

CLIPS = 24


@pytest.fixture(scope="module")
def stills() -> torch.Tensor:
    return render(3, 8, frame_indices=torch.tensor([20])).frames[:, 0]


@pytest.fixture(scope="module")
def made(stills: torch.Tensor) -> Cutouts:
    return cutouts(stills, seed=5, count=CLIPS)


def test_they_are_clips_with_events_and_level(made: Cutouts) -> None:
    assert made.frames.shape == (CLIPS, FRAMES, 3, 64, 64) and made.frames.dtype == torch.uint8
    assert made.events.shape == (CLIPS, 24) and made.level.shape == (CLIPS, 128)
    assert bool((made.level > 0).all()) and bool((made.level < 1).all())
    loud = made.level.amax(1) > 10 * made.level.amin(1)
    assert torch.equal(loud, ~made.events.isnan().all(1)), "only what sounds is loud"


def test_the_same_seed_makes_the_same_clips(stills: torch.Tensor) -> None:
    first, again, other = (cutouts(stills, seed=seed, count=3) for seed in (5, 5, 6))
    assert torch.equal(again.frames, first.frames) and not torch.equal(other.frames, first.frames)


def test_pictures_change_most_around_events(made: Cutouts) -> None:
    change = (made.frames[:, 1:].float() - made.frames[:, :-1].float()).abs().mean((2, 3, 4))
    ratios = []
    for moves, events in zip(change, made.events, strict=True):
        places = [int(t * FPS) for t in events.tolist() if t == t]
        if not 0 < len(places) < 6:
            continue
        near = torch.zeros(FRAMES - 1, dtype=torch.bool)
        for place in places:
            near[max(0, place - 2) : place + 3] = True
        ratios.append(float(moves[near].mean() / moves[~near].mean().clamp(min=1e-3)))
    assert len(ratios) > 5
    assert torch.tensor(ratios).median() > 1.25


@pytest.fixture(scope="module")
def objective() -> SyncObjective:
    return SyncObjective(AVLink(PRESETS["nano"]))


def test_the_sync_encoder_reads_no_words_off_them(objective: SyncObjective, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SyncObjective, "continuous", 0.0)
    scenes = objective.scenes(seed=5, batch=8, device=torch.device("cpu"))
    assert scenes["named"].tolist() == [1] * 6 + [0] * 2
    batch = objective.corrupt(5, scenes)
    words = objective(batch)["words"]
    other = objective(batch | {"bag": torch.where(batch["named"][:, None] > 0, batch["bag"], 1 - batch["bag"])})
    assert torch.allclose(words, other["words"])


def test_some_batches_hold_continuous_sounds_alone(objective: SyncObjective, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def watched(*args: object, **options: object) -> SceneBatch:
        asked.append(options["families"])
        return render(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(recognition, "render", watched)
    for seed in range(12):
        objective.scenes(seed=seed, batch=2, device=torch.device("cpu"))
    assert set(asked) == {None, CONTINUOUS}
    assert asked.count(CONTINUOUS) < 6
