"""Rendered scenes whose sound is played by recordings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from avlink.errors import InputError
from avlink.evaluate.asked import GOING_ON, GROUPS, right
from avlink.presets import PRESETS
from avlink.recorded_scenes import bag_of, words_of
from avlink.recorded_sight import OF_FAMILY, OF_MATERIAL, OF_WORD, RecordedSight
from avlink.recordings import read_bank
from avlink.scenes import FAMILIES, MATERIALS, render
from avlink.system import AVLink
from avlink.train.objectives.fusion import FusionObjective, FusionV2AObjective

RATE = 48_000


@pytest.fixture(scope="module")
def sight(bank_folder: Path) -> RecordedSight:
    return RecordedSight(read_bank(bank_folder), RATE, 4.096)


def test_what_is_named_exists() -> None:
    assert set(OF_MATERIAL) <= set(MATERIALS)
    assert set(OF_FAMILY) <= set(FAMILIES)
    for sound in (*OF_MATERIAL.values(), *OF_FAMILY.values(), *OF_WORD.values(), *GROUPS):
        assert bag_of(words_of(sound)).sum() > 0
    assert set(GOING_ON) <= set(GROUPS)


def test_hits_are_where_the_scene_has_them(sight: RecordedSight) -> None:
    made = render(3, 24, sight=False, families=("striking", "hitting"))
    heard = sight.dress(made, 1)
    found = []
    for row in heard.recorded.nonzero()[:, 0].tolist():
        assert MATERIALS[int(made.material[row])] == "wood"  # the bank has no other
        times = [time for time in made.events[row].tolist() if np.isfinite(time)]
        wave = heard.waves[row].abs()
        for time in times:
            first = round((time - 0.005) * RATE)
            found.append(float(wave[max(0, first) : first + RATE // 50].max()) > 0)
        assert float(wave[: max(0, round((min(times) - 0.006) * RATE))].sum()) == 0
    assert found and all(found)
    assert bool((heard.waves[~heard.recorded] == 0).all())


def test_a_bed_follows_the_level_of_the_scene(sight: RecordedSight) -> None:
    made = render(5, 12, sight=False, families=("rain",))
    curve = torch.linspace(0.02, 0.2, made.level.shape[1])
    made = replace(made, level=curve.expand_as(made.level).clone())
    heard = sight.dress(made, 2)
    assert bool(heard.recorded.any())
    for row in heard.recorded.nonzero()[:, 0].tolist():
        level = heard.waves[row].reshape(128, -1).square().mean(1).sqrt()
        assert float(torch.corrcoef(torch.stack([level, curve]))[0, 1]) > 0.95


def test_fusion_blocks_learn_from_recordings(bank_folder: Path) -> None:
    objective = FusionV2AObjective(AVLink(replace(PRESETS["next-nano"], sets_alone=("v2a",))))
    silent = objective.scenes(2, 4, torch.device("cpu"))
    objective.listen(bank_folder)
    scenes = objective.scenes(2, 4, torch.device("cpu"))
    assert scenes["z_a"].shape == silent["z_a"].shape
    assert scenes["bag"].shape[1] == objective.system.vocabulary
    losses = objective(objective.corrupt(0, scenes))
    assert bool(torch.isfinite(losses["loss"])) and float(losses["audio"]) > 0 and float(losses["video"]) == 0


def test_the_16_khz_codec_takes_no_recordings(bank_folder: Path) -> None:
    with pytest.raises(InputError, match="--preset next"):
        FusionObjective(AVLink(PRESETS["nano"])).listen(bank_folder)


def test_a_listener_is_right_by_groups() -> None:
    assert right(["Speech", "Bark"], "dog")
    assert right(["Waves, surf"], "sea")
    assert not right(["Music", "Silence"], "dog")
