"""A system with the 48 kHz codec is measured like any other."""

from __future__ import annotations

from pathlib import Path

import torch

from avlink.evaluate.asked import made
from avlink.evaluate.tasks import Settings, sound
from avlink.presets import PRESETS
from avlink.scenes import render
from avlink.system import AVLink, to_frames


def test_sound_is_made_at_48_khz_and_measured_at_the_rate_of_the_grid(tmp_path: Path) -> None:
    system = AVLink(PRESETS["next-nano"]).eval().requires_grad_(False)
    scenes = render(1, 2, families=("striking",))
    settings = Settings(clips=2, steps=2, guidance_av=1.0, blind=True)
    found = sound(system, scenes, system.video_encoder(to_frames(scenes.frames)), settings, 0)
    assert found.shape == scenes.audio.shape
    assert bool(torch.isfinite(found).all())
    assert system.code_sound(scenes.audio).shape == (2, *system.grid.audio_shape)


def test_one_word_makes_a_sound_without_any_picture() -> None:
    system = AVLink(PRESETS["next-nano"]).eval().requires_grad_(False)
    for word, told in (("dog", False), ("dog", True), ("rain", True)):
        waves = made(system, word, 2, 2.0, 2, told)
        assert waves.shape == (2, 3 * system.grid.window_samples)
