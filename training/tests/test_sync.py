"""Timing off the pixels, and how the sound generator is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper

from avlink.evaluate import tasks
from avlink.evaluate.clips import dub
from avlink.evaluate.tasks import Settings
from avlink.export.halve import halve, widen
from avlink.export.parity import session
from avlink.export.random_system import random_system
from avlink.grid import GRID
from avlink.optical_flow import FEATURES, optical_flow
from avlink.presets import PRESETS
from avlink.scenes import render
from avlink.system import AVLink, to_frames
from avlink.timing import TimingAdapter
from avlink.train.auxiliary_heads import shape_error
from avlink.train.objectives.fusion import TimingObjective
from avlink.train.objectives.recognition import SyncObjective

NANO = PRESETS["nano"]


@pytest.fixture
def system() -> AVLink:
    return random_system("nano").eval().requires_grad_(False)


def test_timing_has_two_values_for_every_audio_latent(system: AVLink) -> None:
    scenes = render(3, 2, sound=False)
    timing = system.watched(scenes.frames)
    assert timing.shape == (2, GRID.audio_latents, 2) and torch.isfinite(timing).all()
    # Items of a batch have nothing to do with each other.
    torch.testing.assert_close(timing[:1], system.watched(scenes.frames[:1]), rtol=1e-4, atol=1e-4)


def test_what_happens_later_is_read_later(system: AVLink) -> None:
    frames = torch.full((1, GRID.frames, 3, 64, 64), 0.1)
    still = system.sync(frames)
    for at in (20, 40):
        moved = frames.clone()
        moved[:, at:, :, 20:30, 20:30] = 0.9
        # The mean colour of the clip has changed a little everywhere; the step itself is what shows.
        change = (system.sync(moved) - still)[0].abs().sum(-1)
        # Two audio latents a frame; pairs of frames and blocks blur it a little.
        assert abs(int(change.argmax()) / 2 - at) <= 6


def test_colour_on_the_whole_says_nothing(system: AVLink) -> None:
    frames = torch.rand(1, GRID.frames, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 0.5
    # Beyond the edge of the picture stands zero, so that places there may see a little of it.
    torch.testing.assert_close(
        system.sync(frames)[0, 20:-20], system.sync(frames + 0.02)[0, 20:-20], rtol=0.05, atol=0.05
    )


def test_an_untrained_adapter_changes_nothing() -> None:
    adapter = TimingAdapter(NANO)
    h, timing = torch.randn(2, GRID.audio_latents, NANO.width), torch.randn(2, GRID.audio_latents, 2)
    for index in range(NANO.segments):
        assert torch.equal(adapter.before(index)(h, timing, torch.rand(2)), h)


def test_an_adapter_acts_at_the_moment_it_is_told_of(system: AVLink) -> None:
    block = system.timing.before(1)
    h, quiet = torch.randn(1, GRID.audio_latents, NANO.width), torch.zeros(1, GRID.audio_latents, 2)
    loud = quiet.clone()
    loud[:, 50] = 3.0
    changed = (block(h, loud, torch.zeros(1)) - block(h, quiet, torch.zeros(1))).abs().amax((0, 2)).nonzero()[:, 0]
    assert changed.min() == 46 and changed.max() == 54


def test_timing_reaches_the_sound_and_no_picture(system: AVLink) -> None:
    given = torch.randn(2, *GRID.video_shape)
    timing = torch.randn(2, GRID.audio_latents, 2)
    told = system.generate("v2a", given, timing=timing, steps=2, guidance_av=2)
    assert (told - system.generate("v2a", given, steps=2, guidance_av=2)).abs().max() > 1e-3
    torch.testing.assert_close(told, system.generate("v2a", given, timing=timing, steps=2, guidance_av=2))
    # Where words are exaggerated it is not told.
    words = torch.zeros(2, system.vocabulary)
    words[:, 3] = 1
    exaggerated = system.generate("v2a", given, words, timing, steps=2, guidance_text=3)
    torch.testing.assert_close(exaggerated, system.generate("v2a", given, words, steps=2, guidance_text=3))
    # Without weights that say anything, and with hits everywhere, which the level leaves alone, it is as if nobody had
    # watched.
    timing[..., 0] = 40
    for block in system.timing.blocks:
        block.out.weight.zero_()
        block.out.bias.zero_()
    silent = system.generate("v2a", given, timing=timing, steps=2, guidance_av=2)
    torch.testing.assert_close(silent, system.generate("v2a", given, steps=2, guidance_av=2))


def test_measurements_watch_the_picture_unless_they_are_not_to(system: AVLink, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Tensor | None] = []

    def generate(
        task: str, given: torch.Tensor, bag: object, timing: torch.Tensor | None = None, **_: object
    ) -> torch.Tensor:
        seen.append(timing)
        if task == "a2v":
            return torch.zeros(given.shape[0], *GRID.video_shape)
        return torch.zeros(given.shape[0], 4 * given.shape[1], GRID.audio_channels)

    monkeypatch.setattr(system, "generate", generate)
    scenes = render(1, 2, split="heldout")
    given = torch.zeros(2, *GRID.video_shape)
    tasks.sound(system, scenes, given, Settings(once=True), 0)
    tasks.sound(system, scenes, given, Settings(unwatched=True, once=True), 0)
    tasks.picture(system, scenes, torch.zeros(2, *GRID.audio_shape), Settings(), 0)
    torch.testing.assert_close(seen[0], system.watched(scenes.frames))
    assert seen[1] is None and seen[2] is None
    wave = dub(system, np.zeros((100, 3, 64, 64), np.uint8), Settings(once=True))
    assert wave.shape == (100 * GRID.sample_rate / GRID.fps,)
    windows = seen[3]
    assert windows is not None and windows.shape == (1, 2, GRID.audio_latents, 2)


@pytest.mark.parametrize("kind", [SyncObjective, TimingObjective])
def test_a_stage_trains_its_part_alone(kind: type[SyncObjective | TimingObjective]) -> None:
    system = random_system("nano")
    objective = kind(system)
    with torch.no_grad():
        batch = objective.draw(1, 2, torch.device("cpu"))
    objective(batch)["loss"].backward()
    part = kind.trains[0]
    for name, parameter in system.named_parameters():
        assert (parameter.grad is not None) == name.startswith(f"{part}."), name
    if kind is TimingObjective:
        assert batch["learn_a"].all() and not batch["learn_v"].any()
        assert batch["timing"].shape == (2, GRID.audio_latents, 2)


def test_the_adapter_learns_where_the_picture_is_lost_and_what_is_loud_counts_most() -> None:
    objective = TimingObjective(random_system("nano"))
    no, yes = torch.zeros(64, dtype=torch.bool), torch.ones(64, dtype=torch.bool)
    latents = {"z_a": torch.zeros(64, *GRID.audio_shape), "z_v": torch.zeros(64, *GRID.video_shape)}
    batch = objective.corrupt(1, latents | {"bag": torch.zeros(64, 2), "studio": no, "hints": yes})
    lost = batch["t_v"] < objective.conditioning[0]
    assert 0.3 < float(lost.float().mean()) < 0.9
    assert float(batch["t_v"].min()) < 0.4 and float(batch["t_v"].max()) <= objective.conditioning[1]


def test_to_the_adapter_movement_of_level_counts_by_its_share() -> None:
    objective = TimingObjective(random_system("nano"))
    wave = torch.linspace(0, 20, GRID.audio_latents).sin()
    level = torch.stack([2 * wave, 0.1 * wave])  # of impacts, of an engine
    off = torch.zeros(2, GRID.audio_latents, GRID.audio_channels)
    off[..., 0], off[..., 1] = 0.1 * wave, 0.1 * wave
    counted = objective.weighed(off, level).square().mean(1)
    torch.testing.assert_close(counted[:, 1:], off.square().mean(1)[:, 1:])
    ratio = counted[:, 0] / off[..., 0].square().mean(1)
    assert 3.0 < float(ratio[0]) < 5.0 and float(ratio[1]) > 40.0
    # Loudness on the whole counts alike in both.
    loud = objective.weighed(torch.full_like(off, 0.1), level).square().mean(1)
    torch.testing.assert_close(loud[:, 0], torch.full((2,), objective.level_weight * 0.01))


def test_a_clip_and_its_mirror_image_are_read_alike(system: AVLink) -> None:
    frames = render(5, 1, sound=False).frames
    torch.testing.assert_close(system.watched(frames), system.watched(frames.flip(-1)), rtol=1e-4, atol=1e-4)


def test_movement_is_that_within_a_pair_and_to_the_next(system: AVLink) -> None:
    frames = to_frames(render(5, 1, sound=False).frames)[:, :6]
    within, to_next = system.sync.movement(frames).split(FEATURES, dim=1)
    torch.testing.assert_close(within, optical_flow(frames[0, 0::2], frames[0, 1::2]))
    torch.testing.assert_close(to_next[:2], optical_flow(frames[0, 1:4:2], frames[0, 2:5:2]))
    torch.testing.assert_close(to_next[2:], optical_flow(frames[0, 5:], frames[0, 5:]))


def test_the_shape_of_a_level_counts_whatever_its_size() -> None:
    level = torch.sin(torch.arange(64) / 5)[None] * torch.tensor([[1.0], [0.2], [0.2], [0.0]])
    read = torch.stack([0.01 * level[0] + 3, -5 * level[1], torch.ones(64), level[0]]).requires_grad_()
    error = shape_error(read, level)
    torch.testing.assert_close(error, torch.tensor([0.0, 2.0, 1.0, 0.0]), rtol=0.15, atol=0.02)
    error.sum().backward()
    assert read.grad is not None and bool(read.grad.isfinite().all())


def test_augmentation_and_mirror_are_drawn_anew_at_every_use() -> None:
    objective = SyncObjective(AVLink(NANO))
    scenes = objective.scenes(1, 4, torch.device("cpu"))
    kept = scenes["frames"].clone()
    first, again, other = (objective.corrupt(seed, scenes)["frames"] for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(scenes["frames"], kept)


def test_halved_convolutions_are_near_and_widened_to_what_they_compute(tmp_path: Path) -> None:
    weight = np.random.default_rng(0).normal(size=(16, 8, 3, 3)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "weight"], ["y"], pads=[1, 1, 1, 1]),
            helper.make_node("Conv", ["y", "small"], ["z"]),
        ],
        "two",
        [helper.make_tensor_value_info("x", 1, [1, 8, 6, 6])],
        [helper.make_tensor_value_info("z", 1, [1, 4, 6, 6])],
        [
            numpy_helper.from_array(weight, "weight"),
            numpy_helper.from_array(np.ones((4, 16, 1, 1), np.float32), "small"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    x = np.random.default_rng(1).normal(size=(1, 8, 6, 6)).astype(np.float32)

    def run(model: onnx.ModelProto) -> np.ndarray:
        path = tmp_path / "model.onnx"
        onnx.save_model(model, str(path))
        made: np.ndarray = session(path).run(None, {"x": x})[0]
        return made

    full, whole = run(model), len(model.SerializeToString())
    assert halve(model) == 1  # a small one is not worth a node
    assert len(model.SerializeToString()) < 0.6 * whole
    half = run(model)
    assert 0 < np.abs(half - full).max() < 2e-3 * np.abs(full).max()
    widen(model)
    np.testing.assert_array_equal(run(model), half)
    kept = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    np.testing.assert_array_equal(kept["weight"], weight.astype(np.float16).astype(np.float32))
