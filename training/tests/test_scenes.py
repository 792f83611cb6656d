"""The scenes: one seed, one scene; contacts in the picture at the moments of the sound; levels and captions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import torch
from torch import Tensor

from avlink.scenes import (
    EVENED,
    EVENTS,
    FAMILIES,
    FRAMES,
    MATERIALS,
    SAMPLES,
    SceneBatch,
    render,
)
from avlink.scenes.catalogue import SIMULATORS
from avlink.scenes.common import ALPHA, FIRST, NEVER, RAD, Draw, Score, Sketch, X, Y
from avlink.scenes.contact_sheet import sheet
from avlink.scenes.cuts import Cuts
from avlink.scenes.distractors import mirror
from avlink.scenes.hands import GUN
from avlink.scenes.lens import draw_lens
from avlink.scenes.parts import TINT, stroke, tinted
from avlink.vocabulary import SYNONYMS, VOCABULARY, encode_caption

IMPACT = (
    "bouncing",
    "striking",
    "footsteps",
    "clapping",
    "falling",
    "drops",
    "explosion",
    "bells",
    "hitting",
    "typing",
)
IMPACT += ("clock", "door", "splash")


@pytest.fixture(scope="module")
def batch() -> SceneBatch:
    return render(5, 42, families=FAMILIES)


def test_shapes_types_and_ranges(batch: SceneBatch) -> None:
    assert batch.frames.shape == (42, FRAMES, 3, 64, 64) and batch.frames.dtype == torch.uint8
    assert batch.audio.shape == (42, SAMPLES) and batch.audio.dtype == torch.float32
    assert batch.audio.isfinite().all() and batch.audio.abs().max() <= 0.98
    assert batch.bag.shape == (42, len(VOCABULARY)) and batch.family.dtype == torch.int64
    assert batch.events.shape == batch.strengths.shape == (42, EVENTS)
    there = ~batch.events.isnan()
    assert torch.equal(there, ~batch.strengths.isnan())
    assert ((batch.events[there] >= 0) & (batch.events[there] < SAMPLES / 16_000)).all()
    assert ((batch.strengths[there] > 0) & (batch.strengths[there] <= 1)).all()
    assert torch.allclose(batch.level, batch.audio.view(42, 128, 512).square().mean(2).sqrt())


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
    assert 0.7 < impacts < 0.85 and 0.05 < float(share[FAMILIES.index("silent")]) < 0.08
    assert (share > 0.01).all()


@pytest.mark.parametrize("family", [family for family in IMPACT if family != "door"])  # which creaks before
def test_sound_starts_exactly_at_the_events(family: str) -> None:
    scene = render(3, 8, families=[family], sight=False, wild=0)
    for audio, events in zip(scene.audio, scene.events, strict=True):
        first = int(events[~events.isnan()].min() * 16_000)
        before, after = audio[max(0, first - 400) : first - 2], audio[first : first + 800]
        if before.numel():
            assert before.abs().max() < 0.12 * after.abs().max()


@pytest.mark.parametrize("family", IMPACT)
def test_librosa_hears_the_events(family: str) -> None:
    librosa = pytest.importorskip("librosa")
    scene = render(11, 8, families=[family], sight=False)
    scores, found, there = [], 0, 0
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
        found, there = found + hits, there + len(truth)
        scores.append(2 * hits / total if total else 1.0)
    assert sum(scores) / len(scores) >= 0.85 and found >= 0.9 * there


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
    scene = render(21, 12, families=["striking", "clapping"], sound=False, wild=0)
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
    scene = render(6, 4_000, sight=False, sound=False)
    assert 60 <= len(VOCABULARY) <= 110 and len(set(VOCABULARY)) == len(VOCABULARY)
    unseen = [word for word, used in zip(VOCABULARY, scene.bag.amax(0).tolist(), strict=True) if not used]
    assert unseen == []
    filler = {"a", "an", "the", "on", "in", "and", "is", "are", "with", "into", "of", "past", "then", "makes"}
    words = {word for text in scene.captions for word in re.findall("[a-z]+", text)}
    assert {word for word in words if word not in SYNONYMS} <= filler
    assert (scene.bag.sum(1) >= 1).all()


def test_encoding_of_typed_text() -> None:
    assert torch.equal(encode_caption("Somebody KNOCKING on wooden doors"), encode_caption("strike wood door"))
    assert encode_caption("xyzzy").sum() == 0
    assert all(target in VOCABULARY and word == word.lower() for word, target in SYNONYMS.items())


def test_contact_sheet_writes_pictures_sounds_and_events(tmp_path: Path) -> None:
    sheet("drops", tmp_path, seed=1, split="heldout", clips=1)
    assert (tmp_path / "drops.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "drops-0.wav").stat().st_size == 44 + 2 * SAMPLES
    assert json.loads((tmp_path / "drops.json").read_text())[0]["events"]


def test_a_hand_strikes_exactly_at_its_events_and_rests_nowhere_else() -> None:
    """The tip of a tool is where it strikes at every event, and away from there in between."""
    sketch, score, facts = SIMULATORS["hitting"][0](Draw(4, False), 200)
    times = (torch.arange(FRAMES) + 0.5) / 15.625
    single = (facts["two"] == 0) & (facts["tool"] != GUN) & (facts["tool"] > 0)
    events = torch.where(score.time < NEVER / 2, score.time, torch.full_like(score.time, -9.0))
    near = _near(events, times)
    rows = [i for i in single.nonzero()[:, 0].tolist() if near[i].sum() > 2]
    tip, spread, travel = sketch.dyn[:, :, FIRST + 9, [X, Y]], [], []
    for i in rows:
        struck = tip[i, near[i]]
        far = (tip[i] - struck.mean(0)).norm(dim=1)
        spread.append(far[near[i]].max())
        travel.append(far.max())
    assert len(rows) > 20
    assert torch.stack(spread).mean() < 0.35 * torch.stack(travel).mean()


def test_strokes_are_fast_into_the_contact_and_slow_out_of_it() -> None:
    until = torch.linspace(1, 0.001, 64)[None].repeat(200, 1)
    one = torch.ones(200, 64)
    down = stroke(Draw(0, False), torch.full_like(until, 0.8), until, one, one)
    assert down[:, -1].max() < 0.1 and (down >= 0).all()
    up = stroke(Draw(0, False), 1 - until, torch.full_like(until, 0.8), one, one)
    assert up[:, 0].max() < 0.1
    # Half of the height is lost within a shorter time than it takes to win it again.
    falls = (down > 0.5 * down.amax(1, keepdim=True)).float().mean()
    rises = (up > 0.5 * up.amax(1, keepdim=True)).float().mean()
    assert falls > rises


def test_clean_clips_are_clean_and_found_ones_are_not() -> None:
    clean = render(3, 24, families=["striking"], sound=False, wild=0)
    found = render(3, 24, families=["striking"], sound=False, wild=1)
    assert not clean.wild.any() and found.wild.all()
    assert 0.5 < render(3, 500, sight=False, sound=False).wild.float().mean() < 0.8

    def edges(scene: SceneBatch) -> Tensor:
        """Median contrast of neighbouring pixels, of 255."""
        return (scene.frames[..., 1:].float() - scene.frames[..., :-1].float()).abs().mean((1, 2, 3, 4)).median()

    assert edges(found) > edges(clean)


def test_a_frame_is_never_shown_early_and_repeats_are_exact() -> None:
    shows = draw_lens(Draw(1, False), torch.ones(400, dtype=torch.bool)).shows
    every = torch.arange(FRAMES)
    assert (shows <= every).all() and (shows >= 0).all() and (shows[:, 1:] >= shows[:, :-1]).all()
    late = (every - shows).float().mean(1)
    assert late.max() < 2.5 and (late == 0).float().mean() > 0.4
    assert torch.equal(draw_lens(Draw(1, False), torch.zeros(3, dtype=torch.bool)).shows, every.expand(3, -1))
    scene = render(12, 24, families=["bouncing"], sound=False, wild=1)
    same = (scene.frames[:, 1:] == scene.frames[:, :-1]).flatten(2).all(2)
    assert same.any()


def test_a_cut_takes_picture_sound_and_events_together() -> None:
    score = Score.empty(2)
    score.time[0, :3], score.time[1, :3] = torch.tensor([0.5, 1.5, 3.0]), torch.tensor([0.7, 2.5, 3.5])
    score.strength[0, :3], score.strength[1, :3] = 0.3, 0.9
    own = torch.arange(2)
    cuts = Cuts(torch.tensor([2.0, NEVER]), torch.tensor([True, False]), torch.tensor([1, 1]), own)
    times, strengths = cuts.events(score)
    assert times[0, :4].tolist() == [0.5, 1.5, 2.5, 3.5] and times[0, 4] == NEVER
    torch.testing.assert_close(strengths[0, :4], torch.tensor([0.3, 0.3, 0.9, 0.9]))
    assert torch.equal(times[1], score.time[1])
    scene, behind = cuts.sources()
    after = int(2.0 * 15.625)
    assert scene[0].tolist() == [0] * after + [1] * (FRAMES - after) == behind[0].tolist()
    assert (scene[1] == 1).all()
    audio = torch.stack([torch.zeros(SAMPLES), torch.ones(SAMPLES)])
    spliced = cuts.splice(audio)
    assert spliced[0, : 2 * 16_000].max() == 0 and spliced[0, 2 * 16_000 + 500 :].min() == 1
    assert torch.equal(spliced[1], audio[1])


def test_found_video_is_cut_sometimes_and_silence_never_into_sound() -> None:
    scene = render(5, 1_500, sight=False, sound=False, wild=1)
    cut = [text for text in scene.captions if ", then " in text]
    assert 0.03 < len(cut) / 1_500 < 0.12
    assert not any("silen" in text for text in cut)


def test_mirroring_exchanges_left_and_right() -> None:
    sketch = Sketch(2)
    sketch.put(FIRST, 0.2, 0.4, hx=0.1, r=0.02, angle=0.3, alpha=1.0)
    mirror(sketch, torch.tensor([True, False]))
    assert sketch.dyn[:, 0, FIRST, X].tolist() == pytest.approx([0.8, 0.2])
    assert sketch.dyn[:, 0, FIRST, Y].tolist() == pytest.approx([0.4, 0.4])


def test_without_hints_no_colour_tells_the_material() -> None:
    material = torch.arange(len(MATERIALS)).repeat(200)

    def distance(hints: bool) -> float:
        colour = tinted(Draw(0, False, hints), material).view(200, -1, 3)
        return float((colour.mean(0) - TINT).norm(dim=1).mean())

    assert distance(True) < 0.75 * distance(False)
    means = tinted(Draw(0, False, False), material).view(200, -1, 3).mean(0)
    assert (means - means.mean(0)).abs().max() < 0.12


def test_the_material_of_a_clip_is_the_one_its_caption_names() -> None:
    scene = render(8, 60, families=["striking", "clock", "rain"], sight=False, sound=False, wild=0)
    for text, index in zip(scene.captions, scene.material.tolist(), strict=True):
        if "rain" in text:
            assert index == -1
        elif "strikes" in text or "hits" in text:
            target = text.split("strikes" if "strikes" in text else "hits")[1]
            assert index == -1 or MATERIALS[index] in target or (MATERIALS[index] == "skin" and "drum" in target)


def test_gestures_never_stop_abruptly() -> None:
    """Silent hands move on smooth curves: no step differs much from the one before, unlike those of working hands."""
    slots = slice(FIRST + 8, FIRST + 14)

    def jolt(family: str, where: slice) -> Tensor:
        hands = SIMULATORS[family][0](Draw(2, False), 150)[0].dyn[:, :, where]
        steps = hands[:, 1:, :, [X, Y]] - hands[:, :-1, :, [X, Y]]
        sharp = (steps[:, 1:] - steps[:, :-1]).norm(dim=3) * (hands[:, 2:, :, ALPHA] > 0)
        return sharp.flatten(1).amax(1)

    assert jolt("silent", slots).quantile(0.9) < jolt("hitting", slice(FIRST + 9, FIRST + 10)).median()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_renders_on_a_gpu() -> None:
    scene = render(5, 42, families=FAMILIES, device="cuda")
    assert scene.frames.device.type == scene.audio.device.type == "cuda"
    assert scene.audio.isfinite().all()
    there = render(5, 42, families=FAMILIES)
    difference = (scene.frames.cpu().float() - there.frames.float()).abs().mean((1, 2, 3, 4))
    assert difference.median() < 20  # textures and noise come from each device's own generator


class _Seedless(torch.Generator):
    """Stands for the generator that the meta device lacks."""

    def __new__(cls, device: object = "cpu") -> torch.Generator:
        return super().__new__(cls, device="cpu")


def test_all_drawing_and_sound_stays_on_its_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The meta device computes no values, but mixing it with the CPU, or reading values back, raises as on a GPU."""

    def seedless(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def made(*shape: object, device: object = "cpu", generator: object = None, **rest: object) -> Tensor:
            known = {} if str(device) == "meta" else {"generator": generator}
            return make(*shape, device=device, **known, **rest)

        return made

    monkeypatch.setattr(torch, "Generator", _Seedless)
    for name in ("randn", "rand"):
        monkeypatch.setattr(torch, name, seedless(getattr(torch, name)))
    scene = render(5, 42, families=FAMILIES, device="meta")
    assert scene.frames.shape == (42, FRAMES, 3, 64, 64) and scene.audio.shape == (42, SAMPLES)
    assert scene.frames.device.type == scene.audio.device.type == scene.level.device.type == "meta"


def test_in_the_studio_the_same_things_happen_in_one_look() -> None:
    common = {"families": ["bouncing", "striking", "falling", "hitting"], "wild": 0.0}
    free, staged = render(11, 12, **common), render(11, 12, studio=1.0, **common)  # type: ignore[arg-type]
    assert not free.studio.any() and staged.studio.all()
    assert torch.equal(free.audio, staged.audio) and free.captions == staged.captions
    torch.testing.assert_close(free.events, staged.events, equal_nan=True)
    # The middle of the pixels of a row well above the floor is the backdrop, the same in all clips and at all times.
    row = staged.frames[:, :, :, 2].float().median(dim=3).values
    assert (row - row[0, 0]).abs().max() <= 2
    assert (free.frames[:, 0, :, 2].float().median(dim=2).values.std(dim=0) > 10).all()
    # Nothing trembles: where nothing moves, frames are alike to the last bit.
    still = (staged.frames[:, 1:] == staged.frames[:, :-1]).float().mean((2, 3, 4))
    assert still.min() > 0.7


def test_the_studio_takes_its_share_and_is_never_found_video() -> None:
    mixed = render(12, 200, studio=0.3, wild=1.0, sound=False, frame_indices=torch.tensor([0]))
    assert 0.2 < float(mixed.studio.float().mean()) < 0.4
    assert torch.equal(mixed.wild, ~mixed.studio)


def test_training_evens_the_families_out_and_held_out_scenes_keep_their_shares() -> None:
    count = 1500

    def shares(split: Literal["train", "heldout"]) -> Tensor:
        made = render(21, count, split=split, sound=False, sight=False)
        return made.family.bincount(minlength=len(FAMILIES)) / count

    weights = torch.tensor([weight for _, weight in SIMULATORS.values()])
    evened = weights**EVENED / (weights**EVENED).sum()
    assert (shares("heldout") - weights / weights.sum()).abs().max() < 0.03
    assert (shares("train") - evened).abs().max() < 0.03


def test_another_take_plays_the_same_events_with_other_noise() -> None:
    common = {"families": ["rain", "wind", "striking"], "sight": False}
    first, again, same = render(31, 9, **common), render(31, 9, take=1, **common), render(31, 9, **common)  # type: ignore[arg-type]
    assert torch.equal(first.audio, same.audio) and first.captions == again.captions
    torch.testing.assert_close(first.events, again.events, equal_nan=True)
    assert (first.audio - again.audio).abs().amax(1).min() > 1e-3
    loudness = [x.audio.square().mean(1).sqrt() for x in (first, again)]
    torch.testing.assert_close(loudness[0], loudness[1], rtol=0.3, atol=1e-3)
