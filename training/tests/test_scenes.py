"""The scenes: one seed, one scene; contacts in the picture at the moments of the sound; levels and captions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch
from torch import Tensor

from avlink.scenes import EVENTS, FAMILIES, FRAMES, SAMPLES, SYNONYMS, VOCABULARY, SceneBatch, encode_caption, render
from avlink.scenes.common import FIRST, NEVER, RAD, Draw, Y
from avlink.scenes.contact_sheet import sheet
from avlink.scenes.families import SIMULATORS

IMPACT = ("bouncing", "striking", "footsteps", "clapping", "falling", "drops", "explosion", "bells")


@pytest.fixture(scope="module")
def batch() -> SceneBatch:
    return render(5, 26, families=FAMILIES)


def test_shapes_types_and_ranges(batch: SceneBatch) -> None:
    assert batch.frames.shape == (26, FRAMES, 3, 64, 64) and batch.frames.dtype == torch.uint8
    assert batch.audio.shape == (26, SAMPLES) and batch.audio.dtype == torch.float32
    assert batch.audio.isfinite().all() and batch.audio.abs().max() <= 0.98
    assert batch.bag.shape == (26, len(VOCABULARY)) and batch.family.dtype == torch.int64
    assert batch.events.shape == batch.strengths.shape == (26, EVENTS)
    there = ~batch.events.isnan()
    assert torch.equal(there, ~batch.strengths.isnan())
    assert ((batch.events[there] >= 0) & (batch.events[there] < SAMPLES / 16_000)).all()
    assert ((batch.strengths[there] > 0) & (batch.strengths[there] <= 1)).all()
    assert torch.allclose(batch.level, batch.audio.view(26, 128, 512).square().mean(2).sqrt())


def test_same_seed_gives_the_same_scene_at_any_size_and_selection() -> None:
    whole = render(9, 4)
    again = render(9, 4)
    assert torch.equal(whole.frames, again.frames) and torch.equal(whole.audio, again.audio)
    some = torch.tensor([[3, 40], [0, 1], [63, 5], [20, 21]])
    large = render(9, 4, size=256, frame_indices=some, sound=False)
    assert large.frames.shape == (4, 2, 3, 256, 256) and large.captions == whole.captions
    small = torch.nn.functional.avg_pool2d(large.frames.float().flatten(0, 1), 4).view(4, 2, 3, 64, 64)
    pairs = whole.frames[torch.arange(4)[:, None], some].float()
    assert (small - pairs).abs().mean() < 8  # of 255: sensor noise and edges
    assert torch.equal(render(9, 4, sight=False).audio, whole.audio)
    shared = render(9, 4, frame_indices=torch.tensor([7, 8]), sound=False)
    assert shared.frames.shape == (4, 2, 3, 64, 64) and shared.audio.shape == (4, 0)


def test_seeds_and_splits_differ() -> None:
    assert render(1, 4, sight=False).captions != render(2, 4, sight=False).captions
    train, heldout = render(1, 2, sight=False), render(1, 2, sight=False, split="heldout")
    assert not torch.equal(train.audio, heldout.audio)


def test_mixture_is_mostly_impacts_with_some_silence() -> None:
    families = render(0, 2_000, sight=False, sound=False).family
    share = families.bincount(minlength=len(FAMILIES)) / 2_000
    impacts = sum(float(share[FAMILIES.index(name)]) for name in IMPACT)
    assert 0.65 < impacts < 0.85 and 0.05 < float(share[FAMILIES.index("silent")]) < 0.12
    assert (share > 0.01).all()


@pytest.mark.parametrize("family", IMPACT)
def test_sound_starts_exactly_at_the_events(family: str) -> None:
    scene = render(3, 8, families=[family], sight=False)
    for audio, events in zip(scene.audio, scene.events, strict=True):
        first = int(events[~events.isnan()].min() * 16_000)
        before, after = audio[max(0, first - 400) : first - 2], audio[first : first + 800]
        if before.numel():
            assert before.abs().max() < 0.12 * after.abs().max()


@pytest.mark.parametrize("family", IMPACT)
def test_librosa_hears_the_events(family: str) -> None:
    librosa = pytest.importorskip("librosa")
    scene = render(11, 8, families=[family], sight=False)
    scores = []
    for audio, events in zip(scene.audio, scene.events, strict=True):
        sound = librosa.resample(audio.numpy(), orig_sr=16_000, target_sr=22_050)
        heard = list(librosa.onset.onset_detect(y=sound, sr=22_050, delta=0.3, units="time"))
        truth = events[~events.isnan()].tolist()
        total, hits = len(heard) + len(truth), 0
        for time in truth:
            near = [h for h in heard if abs(h - time) <= 0.1]
            if near:
                heard.remove(min(near, key=lambda h: abs(h - time)))
                hits += 1
        scores.append(2 * hits / total if total else 1.0)
    assert sum(scores) / len(scores) >= 0.85


def _near(events: Tensor, times: Tensor) -> Tensor:
    """Whether an event lies within a frame time of each time, [n, len(times)]."""
    return ((events[:, :, None] - times).abs() < 0.02).any(1)


def test_a_bouncing_ball_touches_the_floor_at_its_events() -> None:
    draw = Draw(4, False)
    sketch, score, facts = SIMULATORS["bouncing"][0](draw, 200)
    ball = sketch.dyn[:, :, FIRST + 5]
    floor = sketch.dyn[:, 0, 0, Y] - 1
    walls = sketch.dyn[:, 0, FIRST, 6] > 0
    height = floor[:, None] - ball[..., Y] - ball[..., RAD]
    times = (torch.arange(FRAMES) + 0.5) / 15.625
    single = (facts["count"] == 1) & ~walls
    events = torch.where(score.time < NEVER / 2, score.time, torch.full_like(score.time, -9.0))
    contact = _near(events, times) & single[:, None]
    assert contact.any() and height[contact].max() < 0.12
    assert height[single].mean() > 0.2


def test_movement_shows_at_the_contacts() -> None:
    """Pixels change more around the contacts of a hammer than on average."""
    scene = render(21, 12, families=["striking", "clapping"], sound=False)
    change = (scene.frames[:, 1:].float() - scene.frames[:, :-1].float()).abs().mean((2, 3, 4))
    change = change - change.amin(1, keepdim=True)
    times = torch.arange(1, FRAMES) / 15.625
    events = torch.nan_to_num(scene.events, nan=-9.0)
    near = ((events[:, :, None] - times).abs() < 0.07).any(1)
    assert change[near].mean() > 1.5 * change[~near].mean()


def test_silent_clips_are_silent() -> None:
    scene = render(2, 16, families=["silent"])
    assert scene.audio.square().mean(1).sqrt().max() < 0.001
    assert scene.events.isnan().all()


def test_level_follows_speed_of_what_rolls() -> None:
    sketch, score, _ = SIMULATORS["rolling"][0](Draw(8, False), 50)
    x = sketch.dyn[:, :, FIRST + 1, 0]
    speed = (x[:, 1:] - x[:, :-1]).abs().flatten()
    level = (score.level[:, 1:-1:2] + score.level[:, 2::2]).flatten() / 2
    assert torch.corrcoef(torch.stack([speed, level]))[0, 1] > 0.95


def test_captions_use_the_whole_vocabulary_and_only_known_words() -> None:
    scene = render(6, 3_000, sight=False, sound=False)
    assert 60 <= len(VOCABULARY) <= 90 and len(set(VOCABULARY)) == len(VOCABULARY)
    unseen = [word for word, used in zip(VOCABULARY, scene.bag.amax(0).tolist(), strict=True) if not used]
    assert unseen == []
    filler = {"a", "an", "the", "on", "in", "and", "is", "are", "with", "into", "of", "past"}
    words = {word for text in scene.captions for word in re.findall("[a-z]+", text)}
    assert {word for word in words if word not in SYNONYMS} <= filler
    assert (scene.bag.sum(1) >= 1).all()


def test_encoding_of_typed_text() -> None:
    assert torch.equal(encode_caption("Somebody KNOCKING on wooden doors"), encode_caption("strike wood"))
    assert encode_caption("xyzzy").sum() == 0
    assert all(target in VOCABULARY and word == word.lower() for word, target in SYNONYMS.items())


def test_contact_sheet_writes_pictures_sounds_and_events(tmp_path: Path) -> None:
    sheet("drops", tmp_path, seed=1, split="heldout", clips=1)
    assert (tmp_path / "drops.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "drops-0.wav").stat().st_size == 44 + 2 * SAMPLES
    assert json.loads((tmp_path / "drops.json").read_text())[0]["events"]
