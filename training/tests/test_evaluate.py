"""Metrics on constructed sounds and pictures with known answers; every measurement once on untrained weights."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from avlink.audio_codec import AudioEncoder
from avlink.evaluate import clips, codecs, metrics, sweep, tasks
from avlink.evaluate.__main__ import TASKS
from avlink.evaluate.hits import hits_of
from avlink.evaluate.references import griffin_lim, noise_like
from avlink.evaluate.results import quality, table, write
from avlink.evaluate.tasks import Settings, _others
from avlink.export.random_system import random_system
from avlink.grid import GRID
from avlink.train.objectives.generators import VideoBackboneObjective

TIMES = [0.5, 1.1, 1.9, 2.6, 3.3]


def test_silence_has_no_hits_to_direct_with_though_its_noise_has_onsets() -> None:
    wave = metrics.clicks(TIMES, 4.0)
    assert len(hits_of(wave, metrics.RATE)) == len(TIMES)
    silent = (wave * 1e-4).astype(np.float32)
    assert hits_of(silent, metrics.RATE) == []


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


def louder_at(times: list[float], seconds: float) -> np.ndarray:
    return metrics.clicks(times, seconds) + 0.5 * metrics.clicks(times, seconds)


def test_average_precision_rewards_loud_hits_and_gives_silence_nothing() -> None:
    marks = metrics.onset_samples(metrics.clicks(TIMES, 4.0))
    false = [0.15, 0.8, 2.25]
    sure = louder_at(TIMES, 4.0) + 0.5 * metrics.clicks(false, 4.0)
    unsure = 0.5 * metrics.clicks(TIMES, 4.0) + louder_at(false, 4.0)
    assert metrics.compare(marks, metrics.clicks(TIMES, 4.0)).average_precision == pytest.approx(1)
    good, bad = metrics.compare(marks, sure), metrics.compare(marks, unsure)
    assert good.hits == bad.hits == len(TIMES)
    assert good.average_precision > bad.average_precision + 0.1
    assert metrics.compare(marks, np.zeros(4 * metrics.RATE, np.float32)).average_precision == 0


def test_a_lead_over_a_control_comes_with_its_error() -> None:
    found = metrics.leads([0.5, 0.7, 0.6, 0.8], {"clicks": [0.4, 0.5, 0.6, 0.5]})
    assert found["over clicks"] == pytest.approx(0.15)
    assert found["over clicks, standard error"] == pytest.approx(np.std([0.1, 0.2, 0.0, 0.3], ddof=1) / 2)
    assert metrics.leads([0.5], {"clicks": [0.4]}) == {}


def test_a_clip_is_never_its_own_control() -> None:
    for count in (2, 3, 9):
        clips = list(range(10, 10 + count))
        for place in range(count):
            assert clips[place] not in _others(clips, place)
    assert _others([4], 0) == []


def test_griffin_lim_keeps_times_and_levels() -> None:
    encoder = AudioEncoder(GRID)
    wave = torch.zeros(1, GRID.window_samples)
    burst = torch.randn(1600, generator=torch.Generator().manual_seed(0)) * torch.exp(-torch.arange(1600) / 300)
    for time in TIMES:
        start = int(time * GRID.sample_rate)
        wave[0, start : start + 1600] += 0.4 * burst
    wave += 0.003 * torch.randn(wave.shape, generator=torch.Generator().manual_seed(1))
    encoder.fit(encoder.features(wave)[0])
    made = griffin_lim(encoder, encoder(wave))
    assert made.shape == wave.shape
    marks = metrics.onset_samples(metrics.resampled(wave[0].numpy(), GRID.sample_rate))
    assert len(marks) == len(TIMES)
    assert metrics.compare(marks, metrics.resampled(made[0].numpy(), GRID.sample_rate), 0.03).f1 > 0.9
    assert 0.6 < float(made.norm() / wave.norm()) < 1.4


def test_noise_has_the_level_of_its_clip() -> None:
    wave = torch.stack([torch.full((65_536,), 0.1), torch.full((65_536,), 0.01)])
    level = noise_like(wave).square().mean(-1).sqrt()
    assert level.tolist() == pytest.approx([0.1, 0.01], rel=0.02)


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


class Clicks(torch.nn.Module):
    """A decoder that makes the same clicks of anything, or nothing at all."""

    def __init__(self, gain: float) -> None:
        super().__init__()
        self.gain = gain

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        wave = torch.from_numpy(metrics.clicks(TIMES, GRID.window_seconds))
        once = torch.nn.functional.interpolate(wave[None, None].float(), size=GRID.window_samples)[0]
        return self.gain * once.expand(latents.shape[0], -1)


@pytest.mark.parametrize("task", list(TASKS))
def test_every_measurement_reports_with_controls(task: str, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    torch.save({"objective": VideoBackboneObjective(system).state_dict()}, tmp_path / "evaluator.resume.pt")
    if task == "joint":
        system.audio_decoder = Clicks(0.0)
        assert TASKS[task](system, Settings(clips=16, steps=1), tmp_path)["clips"] == 0
        system.audio_decoder = Clicks(1.0)
    report = TASKS[task](system, Settings(clips=16, steps=1), tmp_path)
    report["settings"] = {}
    assert report["task"] == task
    if "onsets" in report:
        assert {"generated", "other clip"} <= set(report["onsets"])
        assert report["clips"] > 4
    assert task in table(report)
    figures = quality(report)
    assert figures and all(name.startswith(f"{task} ") and math.isfinite(value) for name, value in figures.items())
    json.dumps(report, allow_nan=False)


def test_sets_of_scenes_are_those_of_their_seeds_and_figures_are_told_apart_by_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[int] = []
    monkeypatch.setattr(tasks, "render", lambda seed, *_, **__: rendered.append(seed))
    together, second = Settings(clips=20, seed=4, seeds=2), Settings(clips=20, seed=5)
    tasks.parts(together)
    tasks.parts(second)
    assert rendered[2:4] == rendered[4:] and len(set(rendered[:4])) == 4
    noises = [[s.seed * 1000 + k for k in tasks.draws(s)] for s in (together, second)]
    assert noises[0][2:] == noises[1]
    assert tasks.draws(replace(together, clips=32), share=2) == [0, 1000]
    assert tasks.by_seed(together, [0.2, 0.4, 1.0], [0, 0, 1]) == pytest.approx({"seed 4": 0.3, "seed 5": 1.0})
    assert tasks.by_seed(second, [0.2], [0]) == {}


def test_quality_keeps_other_tasks_and_renews_its_own(tmp_path: Path) -> None:
    (tmp_path / "quality.json").write_text('{"v2a old figure": 1.0, "codec peak": 2.0}')
    onsets = {"generated": {"recall": 0.5, "precision": 0.5, "f1": 0.5}}
    report = {"task": "v2a", "clips": 3, "onsets": onsets, "silent": {"generated": None}, "settings": {"steps": 8}}
    write(report, tmp_path)
    found = json.loads((tmp_path / "quality.json").read_text())
    assert found == {"codec peak": 2.0, "v2a clips": 3.0, "v2a onset F1, generated": 0.5}
    assert "no such clips" in (tmp_path / "report-v2a.md").read_text()


def test_sweep_marks_the_cheapest_setting_within_noise() -> None:
    rng = np.random.default_rng(0)
    clips = rng.uniform(0.3, 0.9, 60)

    def row(evaluations: int, f1: np.ndarray) -> dict[str, object]:
        return {"evaluations": evaluations, "f1_by_clip": list(f1)}

    worse, near, best = clips - 0.2, clips + rng.normal(0, 0.02, 60), clips + 0.002
    assert sweep.cheapest([row(50, best), row(4, worse), row(8, near)]) == 2
    assert sweep.cheapest([row(50, best), row(4, worse)]) == 0


def test_sweep_measures_every_setting_on_the_same_clips() -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    settings = Settings(clips=16, steps=1)
    with torch.no_grad():
        held = sweep.HeldOut.of(system, settings)
    rows = [sweep.measure(system, held, replace(settings, solver=solver)) for solver in ("euler", "midpoint")]
    assert [row["evaluations"] for row in rows] == [1, 2]
    assert rows[0]["clips"] == rows[1]["clips"] > 4
    assert rows[0] == sweep.measure(system, held, settings)
    assert "cheapest within noise" in sweep.table(rows)
    # What was measured before stays, if it compares.
    assert sweep.kept(rows, settings) == rows
    assert sweep.kept(rows, replace(settings, seed=1)) == sweep.kept(rows, replace(settings, clips=32)) == []


@pytest.mark.parametrize("count", [20, 64, 100])
def test_a_video_of_any_length_is_dubbed(count: int) -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    frames = np.random.default_rng(0).integers(0, 255, (count, 3, 64, 64)).astype(np.uint8)
    wave = clips.dub(system, frames, Settings(steps=1))
    assert wave.size == int(count / GRID.fps * GRID.sample_rate)
    assert np.isfinite(wave).all() and np.abs(wave[-500:]).max() > 0


def test_what_the_eyes_type_counts_like_a_prompt() -> None:
    torch.set_num_threads(1)
    system = random_system("nano").eval().requires_grad_(False)
    frames = np.random.default_rng(0).integers(0, 255, (64, 3, 64, 64)).astype(np.uint8)
    settings = Settings(steps=1, guidance_text=6.0, words_with_timing=True)
    surest: list[float] = []

    def made(said: tuple[str, ...], settings: Settings = settings) -> np.ndarray:
        def words(probability: float) -> tuple[str, ...]:
            surest.append(probability)
            return said

        return clips.dub(system, frames, settings, words=words)

    silent, wood = made(()), made(("wood",))
    assert np.array_equal(silent, clips.dub(system, frames, settings))
    assert not np.array_equal(wood, silent)
    # A guess would sound the same whatever the guidance over text is.
    plain = made(("wood",), replace(settings, guidance_text=1.0))
    assert not np.array_equal(wood, plain)
    # Where a prompt would cost the timing it is a guess.
    assert np.array_equal(plain, made(("wood",), replace(settings, words_with_timing=False)))
    assert all(0 <= p <= 1 for p in surest) and len(surest) == 4


def test_a_listener_recognises_what_it_hears_in_both(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = {"real/a": ["Dog", "Cat"], "real/b": ["Rain"], "0/a": ["Cat", "Dog"], "0/b": ["Dog"], "1/a": ["Rain"]}
    heard["1/b"] = ["Wind", "Rain"]

    def classes(_: list[str], files: list[Path]) -> dict[str, list[str]]:
        return {file.stem: heard[str(file)] for file in files}

    monkeypatch.setattr(clips, "classes", classes)
    real, *takes = ({stem: Path(name) / stem for stem in "ab"} for name in ("real", "0", "1"))
    # Dog in one take of two, rain in one of two; of the other clip, dog in b once, rain in a once.
    assert clips.recognised(["judge"], real, takes) == {"generated": 0.5, "another clip's": 0.5}
    assert clips.recognised(["judge"], real, takes[:1]) == {"generated": 0.5, "another clip's": 0.5}
    heard["0/b"] = ["Rain"]
    assert clips.recognised(["judge"], real, takes[:1]) == {"generated": 1.0, "another clip's": 0.0}


def test_real_clips_are_scored_beside_every_control(monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = {
        "real/a": metrics.clicks(TIMES, 4.0),
        "real/b": metrics.clicks([t + 0.3 for t in TIMES], 4.0),
        "real/quiet": np.zeros(4 * metrics.RATE, np.float32),
        "made/a": metrics.clicks(TIMES, 4.0),
        "made/b": metrics.clicks([0.2], 4.0),
        "swapped/a": metrics.clicks([0.1], 4.0),
        "swapped/b": metrics.clicks([t + 0.3 for t in TIMES], 4.0),
    }
    still = np.zeros((64, 3, 64, 64), np.uint8)
    monkeypatch.setattr(clips, "read_sound", lambda path, _: sounds.get(str(path), sounds["real/quiet"]))
    monkeypatch.setattr(clips, "read_frames", lambda *_: still)

    def folder(name: str, stems: str) -> dict[str, Path]:
        return {stem: Path(name) / stem for stem in stems.split()}

    rows, seconds = clips.score(folder("real", "a b quiet alone"), [folder("made", "a b quiet")], 8.0)
    assert seconds == pytest.approx(8.0, abs=0.01)
    assert [row.f1 for row in rows["generated"]] == [1.0, 0.0]
    assert [row.f1 for row in rows["other clip"]] == [0.0, 0.0]
    assert [row.f1 for row in rows["motion peaks"]] == [0.0, 0.0]
    assert all(0 < row.f1 < 1 for row in rows["clicks 4 Hz"])
    # Five onsets and one, in two clips of four seconds.
    assert "| generated | 0.500 | 0.500 | 0.500 | 0.75 | 2 |" in clips.table(rows, seconds)
    report = clips.summary(rows, seconds, {})
    assert report["onsets"]["generated"]["f1"] == 0.5
    assert report["lead in F1"]["over other clips"] == pytest.approx(0.5)
    assert report["onsets a second"]["the clips' own sound"] == pytest.approx(10 / seconds)
    # A second take, the other way round: every clip counts once, with the mean of its takes.
    takes = [folder("made", "a b quiet"), folder("swapped", "a b")]
    rows, seconds = clips.score(folder("real", "a b quiet"), takes, 8.0)
    assert "| generated | 0.500 | 0.500 | 0.500 | 0.75 | 2 |" in clips.table(rows, seconds)
    both = clips.summary(rows, seconds, {})
    assert both["clips"] == 2 and both["onsets"]["generated"]["f1"] == 0.5
    assert both["lead in F1"]["over other clips"] == pytest.approx(0.5)
    assert both["lead in F1"]["over other clips, standard error"] == pytest.approx(0)
    assert both["onsets a second"] == pytest.approx(report["onsets a second"])
    with pytest.raises(ValueError, match="has the name of a reference"):
        clips.score(folder("real", "a"), [folder("made", "b")], 8.0)


def test_impacts_get_a_table_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("real", "made", "run"):
        (tmp_path / folder).mkdir()
    for name in ("gh_wood.mp4", "vas_drum_1.mp4", "vas_dog_1.mp4"):
        (tmp_path / "real" / name).touch()
        (tmp_path / "made" / name).touch()
    hits, early = metrics.clicks(TIMES, 4.0), metrics.clicks([t - 0.15 for t in TIMES], 4.0)
    monkeypatch.setattr(
        clips, "read_sound", lambda path, _: early if "dog" in path.stem and "made" in str(path) else hits
    )
    monkeypatch.setattr(clips, "read_frames", lambda *_: np.zeros((64, 3, 64, 64), np.uint8))
    folders = [str(tmp_path / name) for name in ("real", "made")]
    monkeypatch.setattr("sys.argv", ["clips", *folders, "--folder", str(tmp_path / "run")])
    clips.main()
    every, impacts = (
        json.loads((tmp_path / "run" / f"report-{task}.json").read_text()) for task in ("clips", "clips-impacts")
    )
    assert (every["clips"], impacts["clips"]) == (3, 2)
    assert every["onsets"]["generated"]["f1"] == pytest.approx(2 / 3)
    assert impacts["onsets"]["generated"]["f1"] == 1
    # The figures of both stand side by side in what goes into the pack.
    assert {"clips onset F1, generated", "clips-impacts onset F1, generated"} <= json.loads(
        (tmp_path / "run" / "quality.json").read_text()
    ).keys()


def test_ssim_knows_the_same_picture_a_blurred_one_and_another() -> None:
    torch.manual_seed(0)
    real = torch.rand(2, 3, 64, 64) * 2 - 1
    blurred = torch.nn.functional.avg_pool2d(real, 3, stride=1, padding=1)
    same, soft, other = codecs.ssim(real, real), codecs.ssim(blurred, real), codecs.ssim(real.flip(0), real)
    assert (same > 0.999).all() and (soft < 0.9).all() and (soft > other).all() and (other.abs() < 0.1).all()


def test_energy_within_pairs_leaves_out_what_happens_between_them() -> None:
    frames = np.zeros((8, 3, 4, 4), np.float32)
    frames[4:] = 1  # between the second and the third pair
    assert not codecs.pair_energy(frames).any()
    frames[7] = 3  # within the last pair
    assert codecs.pair_energy(frames).tolist() == [0, 0, 0, 2]


def test_both_media_start_from_their_own_noise_and_are_fused() -> None:
    system = random_system("nano").eval().requires_grad_(False)
    grid = system.grid
    audio, video = system.generate_both(2, seed=3, steps=1, guidance_av=2)
    assert audio.shape == (2, grid.audio_latents, grid.audio_channels)
    assert video.shape == (2, grid.video_latents, 8, 8, grid.video_channels)
    again = system.generate_both(2, seed=3, steps=1, guidance_av=2)
    torch.testing.assert_close(again, (audio, video))
    plain = system.generate_both(2, seed=3, steps=1)
    assert not torch.allclose(plain[0], audio) and not torch.allclose(plain[1], video)
