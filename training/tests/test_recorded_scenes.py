"""Clips that are put together from recordings, and the generator that learns from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from avlink.grid import GRID
from avlink.presets import PRESETS
from avlink.recorded_scenes import WORDS_OF, RecordedScenes, bag_of, level_of, words_of
from avlink.recordings import read_bank
from avlink.system import AVLink
from avlink.train.objectives.recorded import RecordedSoundObjective
from avlink.train.told import MOST_HITS, told
from avlink.vocabulary import VOCABULARY, WIDE_VOCABULARY

RATE = 48_000


@pytest.fixture(scope="module")
def scenes(bank_folder: Path) -> RecordedScenes:
    return RecordedScenes(read_bank(bank_folder), RATE, 4.096)


def test_new_words_stand_behind_those_of_rendered_scenes() -> None:
    assert WIDE_VOCABULARY[: len(VOCABULARY)] == VOCABULARY
    assert len(set(WIDE_VOCABULARY)) == len(WIDE_VOCABULARY)
    for sound in (*WORDS_OF, "dog"):
        assert bag_of(words_of(sound)).sum() == len(words_of(sound))


def test_a_clip_is_decided_by_its_seed(scenes: RecordedScenes) -> None:
    one, again, other = scenes.clip(5), scenes.clip(5), scenes.clip(6)
    assert np.array_equal(one.wave, again.wave) and one.hits == again.hits
    assert not np.array_equal(one.wave, other.wave)


def test_sound_sets_in_at_every_hit_and_nowhere_else(scenes: RecordedScenes) -> None:
    seen = 0
    for seed in range(80):
        clip = scenes.clip(seed)
        assert clip.wave.shape == (round(4.096 * RATE),) and np.abs(clip.wave).max() <= 1
        if clip.words not in (("dog",), ("strike", "wood")) or not clip.hits:
            continue
        seen += 1
        for time, strength in clip.hits:
            assert 0 < strength <= 1
            at = round(time * RATE)
            after = np.abs(clip.wave[at : at + 480]).max(initial=0)
            assert after > 0
        first = round((clip.hits[0][0] - 0.02) * RATE)
        # A course may begin in the middle of a sound; single events do not.
        if len({strength for _, strength in clip.hits}) == len(clip.hits) and first > 0 and clip.words[0] == "strike":
            assert np.abs(clip.wave[:first]).max(initial=0) < 1e-4
    assert seen > 10


def test_beds_and_silence_have_no_hits(scenes: RecordedScenes) -> None:
    clips = [scenes.clip(seed) for seed in range(80)]
    beds = [clip for clip in clips if clip.words == ("rain",)]
    silent = [clip for clip in clips if not clip.wave.any()]
    assert beds and silent
    assert all(not clip.hits for clip in (*beds, *silent))


def test_level_is_the_rms_of_every_latent() -> None:
    wave = torch.cat([torch.zeros(1, 512), torch.full((1, 512), 0.5)], dim=1)
    assert torch.allclose(level_of(wave, 512), torch.tensor([[0.0, 0.5]]))


def test_a_person_tells_of_every_hit() -> None:
    hits = torch.full((64, MOST_HITS, 2), torch.nan)
    hits[:, 0] = torch.tensor([2.0, 1.0])
    timing = told(hits, torch.full((64, 128), -1.6), GRID, torch.Generator().manual_seed(0))
    assert timing.shape == (64, 128, 2) and bool(timing.isfinite().all())
    late = (timing[..., 0].argmax(1).float() + 0.5) / 31.25 - 2.0
    assert float(late.abs().max()) < 0.1 and float(late.abs().mean()) < 0.03
    assert bool((timing[:, 0, 0] <= -6).all())


def test_the_generator_learns_from_recordings_and_scenes(bank_folder: Path) -> None:
    torch.manual_seed(0)
    system = AVLink(PRESETS["next-nano"])
    torch.nn.init.normal_(system.audio.head.weight, std=0.02)  # at zero, as it begins, it lets nothing through
    objective = RecordedSoundObjective(system)
    objective.listen(bank_folder)
    batch = objective.scenes(3, 4, torch.device("cpu"))
    assert batch["z"].shape == (4, 128, system.grid.audio_channels)
    assert batch["bag"].shape == (4, len(WIDE_VOCABULARY))
    untold = [seed for seed in range(40) if "timing" not in objective.corrupt(seed, batch)]
    assert 2 <= len(untold) <= 16
    for seed in (untold[0], next(seed for seed in range(40) if seed not in untold)):
        losses = objective(objective.corrupt(seed, batch))
        losses["loss"].backward()
        assert bool(losses["loss"].isfinite())
    assert any(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in system.timing.parameters())
    assert all(p.grad is None for p in system.video.parameters())


def test_the_only_word_of_a_clip_is_seldom_dropped() -> None:
    objective = RecordedSoundObjective(AVLink(PRESETS["next-nano"]))
    bag = torch.zeros(400, len(WIDE_VOCABULARY))
    bag[:, 90] = 1
    bag[200:, 91] = 1
    kept = objective.typed(bag, torch.Generator().manual_seed(0))
    assert 0.05 < float((kept.sum(1) == 0).float().mean()) < 0.2
    assert 0.2 < float((kept[200:].sum(1) == 1).float().mean()) < 0.7
