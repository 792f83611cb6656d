"""Sound as the app makes it: when it is made a second time, and how. What is computed is proven by test_runs.py."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from avlink.attempts import ASKS_FOR_NONE, SecondAttempt, Sounds, make_sound
from avlink.export.random_system import random_system
from avlink.sampling import Sampling, draw_noise, plan_units, plan_windows
from avlink.system import AVLink
from avlink.vocabulary import encode_caption

SETTINGS = Sampling(steps=1, guidance_text=4.0, guidance_most=2.0)
ALWAYS, NEVER = SecondAttempt(silent_below=100.0), SecondAttempt(silent_below=-100.0)


@pytest.fixture(scope="module")
def system() -> AVLink:
    return random_system("nano").eval().requires_grad_(False)


@pytest.fixture(scope="module")
def given(system: AVLink) -> Tensor:
    return torch.randn(3, *system.grid.video_shape, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def timing(system: AVLink) -> Tensor:
    return torch.randn(3, system.grid.audio_latents, 2, generator=torch.Generator().manual_seed(2))


def made(system: AVLink, given: Tensor, timing: Tensor | None, **options: object) -> Sounds:
    return make_sound(system, given, timing, draw_noise(system.grid, len(given), 5), SETTINGS, **options)  # type: ignore[arg-type]


def test_only_what_is_silent_is_made_again_from_its_own_noise(system: AVLink, given: Tensor, timing: Tensor) -> None:
    seen = encode_caption("rain").expand(3, -1)
    once = made(system, given, timing, seen=seen, second=None)
    peaks = once.audio.abs().amax(1)
    quietest = int(peaks.argmin())
    limit = float(peaks.sort().values[:2].mean().log10() * 20)
    twice = made(system, given, timing, seen=seen, second=SecondAttempt(silent_below=limit))
    assert twice.again.tolist() == [index == quietest for index in range(3)]
    for index in range(3):
        torch.testing.assert_close(
            twice.audio[index],
            once.audio[index] if index != quietest else made(system, given, None, second=ALWAYS).audio[index],
            rtol=1e-3,
            atol=1e-4,
        )
    assert float((twice.audio[quietest] - once.audio[quietest]).abs().max()) > 1e-3


def test_a_second_attempt_avoids_silence_and_forgets_what_was_seen(
    system: AVLink, given: Tensor, timing: Tensor
) -> None:
    calls: list[tuple[Tensor, Tensor, float]] = []
    plain = system.generate

    def generate(task: str, given: Tensor, bag: Tensor, timing: Tensor | None, **options: object) -> Tensor:
        negative = options["negative"]
        assert isinstance(negative, Tensor) and isinstance(options["guidance_text"], float)
        calls.append((bag[0], negative[0], options["guidance_text"]))
        return plain(task, given, bag, timing, **options)  # type: ignore[arg-type]

    silence, rain, wood = (encode_caption(text) for text in ("silence", "rain", "wood"))
    nothing = torch.zeros_like(silence)
    cases: list[tuple[dict[str, object], list[tuple[Tensor, Tensor, float]]]] = [
        ({"seen": rain[None]}, [(rain, nothing, 1.0), (nothing, silence, 6.0)]),
        ({"seen": rain[None], "negative": wood[None]}, [(rain, wood, 4.0), (nothing, wood + silence, 6.0)]),
        ({"asked": rain[None]}, [(rain, nothing, 4.0), (rain, silence, 6.0)]),
        ({"asked": (rain + silence)[None]}, [(rain + silence, nothing, 4.0)]),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "generate", generate)
        for options, expected in cases:
            calls.clear()
            made(system, given, timing, second=ALWAYS, **options)
            assert [guidance for *_, guidance in calls] == [guidance for *_, guidance in expected]
            for (bag, negative, _), (words, avoided, _) in zip(calls, expected, strict=True):
                assert torch.equal(bag, words) and torch.equal(negative, avoided)
    assert bool(silence[ASKS_FOR_NONE])


def test_only_samples_of_the_clip_are_listened_to(system: AVLink, given: Tensor) -> None:
    whole = made(system, given, None, second=NEVER).audio
    samples = int(whole[0].abs().argmax())
    between = (whole[0, :samples].abs().max() + whole[0].abs().max()) / 2
    second = SecondAttempt(silent_below=float(20 * between.log10()))
    assert not bool(made(system, given[:1], None, second=second).again[0])
    assert bool(made(system, given[:1], None, second=second, samples=samples).again[0])


def test_windows_cover_a_clip_and_part_where_they_join(system: AVLink) -> None:
    grid = system.grid
    assert plan_windows(grid, 1.0).starts == (0,)
    plan = plan_windows(grid, 8.0)
    assert plan.total_units == 63 and plan.starts == (0, 24, 31)
    clip = torch.randn(2, plan.total_units * 4, 3, generator=torch.Generator().manual_seed(1))
    windows = plan.split(clip)
    assert windows.shape == (6, 128, 3)
    torch.testing.assert_close(plan.join(windows), clip)
    with pytest.raises(ValueError, match="-1"):
        plan_windows(grid, -1)
    assert plan_units(grid, 32).split(clip[:, :128]) is not None
