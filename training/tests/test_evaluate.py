"""Metrics on constructed sounds and pictures with known answers; every measurement once on untrained weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from avlink.evaluate import metrics
from avlink.evaluate.__main__ import table
from avlink.evaluate.tasks import TASKS, Settings
from avlink.export.__main__ import random_system

TIMES = [0.5, 1.1, 1.9, 2.6, 3.3]


def test_a_sound_agrees_with_itself() -> None:
    wave = metrics.clicks(TIMES, 4.0)
    marks = metrics.onset_samples(wave)
    assert len(marks) == len(TIMES)
    np.testing.assert_allclose(np.array(marks) / metrics.RATE, TIMES, atol=0.06)
    assert metrics.compare(marks, wave).f1 == 1


def test_shifted_sound_disagrees_and_silence_scores_nothing() -> None:
    marks = metrics.onset_samples(metrics.clicks(TIMES, 4.0))
    late = metrics.clicks([t + 0.25 for t in TIMES], 4.0)
    assert metrics.compare(marks, late).f1 == 0
    assert metrics.compare(marks, np.zeros(4 * metrics.RATE, np.float32)).f1 == 0


def test_every_onset_is_used_once() -> None:
    assert metrics.compare_times([1.0, 1.05], [1.02]).hits == 1
    assert metrics.compare_times([1.0], [0.95, 1.05]).precision == 0.5


def test_dense_clicks_buy_recall_with_precision() -> None:
    marks = metrics.onset_samples(metrics.clicks(TIMES, 4.0))
    dense = metrics.compare(marks, metrics.click_train(8, 4.0))
    assert dense.recall > 0.9 and dense.precision < 0.4


def test_motion_onsets_sit_where_movement_starts() -> None:
    frames = np.zeros((64, 3, 16, 16), np.uint8)
    for k in range(30, 36):
        frames[k, :, 4 : 4 + k - 25, 4:12] = 255
    found = metrics.motion_onsets(frames, 15.625)
    assert any(abs(time - 30 / 15.625) < 0.07 for time in found)
    assert metrics.motion_onsets(np.zeros((8, 3, 4, 4), np.uint8), 15.625) == []


def test_frechet_distance_of_shifted_gaussians() -> None:
    a = np.random.default_rng(0).standard_normal((20_000, 3))
    assert metrics.frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert metrics.frechet(a, a + np.array([2.0, 0, 0])) == pytest.approx(4, rel=1e-3)


def test_correlation_of_envelopes() -> None:
    ramp = np.linspace(0.01, 1, 65_536)
    noise = np.random.default_rng(1).standard_normal(65_536) * ramp
    a, b = metrics.level_envelope(noise), metrics.level_envelope(ramp)
    assert metrics.correlation(a, b) > 0.9
    assert metrics.correlation(a, np.zeros_like(a)) == 0


@pytest.mark.parametrize("task", list(TASKS))
def test_every_measurement_reports_with_controls(task: str) -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    report = TASKS[task](system, Settings(clips=16, steps=1))
    report["settings"] = {}
    assert report["task"] == task
    if "onsets" in report:
        assert {"generated", "other clip"} <= set(report["onsets"])
        assert report["clips"] > 4
    assert task in table(report)
