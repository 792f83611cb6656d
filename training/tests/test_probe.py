"""The probe: readings of real video put together from windows, and their scores."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from avlink.evaluate.onset_evaluator import OnsetEvaluator, peaks
from avlink.evaluate.probe import SyncDetector, Watched, windowed
from avlink.export.random_system import random_system
from avlink.grid import GRID
from avlink.train.objectives.generators import VideoBackboneObjective

RATE = GRID.audio_latent_rate


def bumps(times: list[float], length: int = 128) -> torch.Tensor:
    grid = (torch.arange(length) + 0.5) / RATE
    return sum((torch.exp(-(((grid - t) * RATE / 1.5) ** 2)) for t in times), torch.zeros(length)) * 0.9


def test_peaks_lie_at_the_bumps_above_the_threshold() -> None:
    curve = bumps([0.5, 2.0]) + 0.1 * bumps([3.0])
    assert peaks(curve, RATE) == pytest.approx([0.5, 2.0], abs=0.02)
    assert peaks(curve, RATE, 0.05) == pytest.approx([0.5, 2.0, 3.0], abs=0.02)


def test_right_readings_score_and_those_of_another_clip_do_not() -> None:
    truth = [[0.5, 2.0], [1.2, 3.1], []]
    watched = Watched([bumps(times) for times in truth], truth, [[0.5], [3.1], [1.0]])
    f1, line = watched.row("read", lambda i: peaks(watched.curves[i], RATE), RATE)
    assert f1 == 1
    assert line == "| read | 1.000 | 0.000 | 1.000 | 1.000 | 0.49 |"
    table = watched.table(RATE)
    assert "motion peaks | 0.667 |" in table and table.count("best") >= 1


@pytest.mark.parametrize("count", [20, 64, 126])
def test_readings_of_overlapping_windows_become_one_curve(count: int, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    torch.save({"objective": VideoBackboneObjective(system).state_dict()}, tmp_path / "video_backbone.resume.pt")
    evaluator = OnsetEvaluator(system, tmp_path, "video_backbone")
    frames = torch.randint(0, 255, (count, 3, 64, 64), dtype=torch.uint8)
    curves = windowed(frames, evaluator, 0)
    assert len(curves) == len(evaluator.objective.heads)
    assert all(curve.shape == (2 * count,) and bool(((curve > 0) & (curve < 1)).all()) for curve in curves)
    if count == GRID.frames:
        torch.testing.assert_close(curves[0], evaluator.curves(frames[None], 0)[0][0])


def test_the_sync_encoder_reads_real_video_of_any_length_and_each_clip_by_itself() -> None:
    detector = SyncDetector(random_system("nano").eval().requires_grad_(False))
    frames = torch.randint(0, 255, (5, GRID.frames, 3, 64, 64), dtype=torch.uint8)
    curves = detector.curves(frames, 0)
    assert len(curves) == 1 and curves[0].shape == (5, GRID.audio_latents)
    torch.testing.assert_close(curves[0][4:], detector.curves(frames[4:], 0)[0], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(windowed(frames[0], detector, 0)[0], curves[0][0], rtol=1e-3, atol=1e-3)
    assert windowed(frames.flatten(0, 1)[:90], detector, 0)[0].shape == (180,)
