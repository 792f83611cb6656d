"""Guidance of AVLink.generate: what each scale acts on, and when."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor

from avlink.export.random_system import random_system
from avlink.flow import noised
from avlink.system import CONDITIONING_T, AVLink
from avlink.vocabulary import encode_caption

LEVELS = 1


@pytest.fixture(scope="module")
def system() -> AVLink:
    return random_system("nano").eval().requires_grad_(False)


@pytest.fixture(scope="module")
def given(system: AVLink) -> Tensor:
    return torch.randn(2, *system.grid.video_shape, generator=torch.Generator().manual_seed(1))


def difference(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().max())


def test_one_step_follows_the_formula(system: AVLink, given: Tensor) -> None:
    bag, negative = (encode_caption(text).expand(2, -1) for text in ("strike wood", "quiet"))
    made = system.generate(
        "v2a", given, bag, negative=negative, steps=1, guidance_text=3, guidance_level=2, guidance_av=1.5
    )
    generator = torch.Generator().manual_seed(0)
    noise_a, noise_v = (torch.randn(2, *shape, generator=generator) for shape in (made.shape[1:], given.shape[1:]))
    t, fixed_t = torch.zeros(2), torch.full((2,), CONDITIONING_T)
    fixed = noised(given, noise_v, fixed_t)
    full, none = (system.fused_velocity(noise_a, t, fixed, fixed_t, b, "audio")["audio"] for b in (bag, negative))
    text = system.audio(noise_a, t, bag)
    scale = torch.full((made.shape[-1],), 2.0)
    scale[:LEVELS] = 1.0
    torch.testing.assert_close(made, noise_a + full + scale * (full - none) + 0.5 * (full - text))


def test_words_that_are_also_to_be_avoided_have_no_weight(system: AVLink, given: Tensor) -> None:
    bag = encode_caption("strike wood").expand(2, -1)
    make = partial(system.generate, "v2a", given, bag, steps=2)
    assert difference(make(guidance_text=4, negative=bag), make()) == 0
    assert difference(make(guidance_text=4), make()) > 1e-3


def test_guidance_over_the_other_modality_ends_at_its_flow_time(system: AVLink, given: Tensor) -> None:
    make = partial(system.generate, "v2a", given, steps=4)
    assert difference(make(guidance_av=3, guidance_av_until=0), make()) == 0
    assert difference(make(guidance_av=3, guidance_av_until=0.5), make()) > 1e-3
    assert difference(make(guidance_av=3, guidance_av_until=0.5), make(guidance_av=3)) > 1e-3
    # Whoever wants none of it gets none of it, late as well.
    assert difference(make(guidance_av=0, guidance_av_until=0.5), make(guidance_av=0)) == 0


def test_what_words_add_is_limited_and_the_level_is_apart(system: AVLink, given: Tensor) -> None:
    bag = encode_caption("strike wood").expand(2, -1)
    make = partial(system.generate, "v2a", given, bag, steps=1)
    free, plain = make(guidance_text=8), make()
    most = 0.5 * float((free - plain)[..., LEVELS:].square().mean((1, 2)).sqrt().min())
    held = make(guidance_text=8, guidance_most=most, guidance_level=1)
    added = held - plain
    assert difference(added[..., :LEVELS], torch.zeros(1)) == 0
    torch.testing.assert_close(added[..., LEVELS:].square().mean((1, 2)).sqrt(), torch.full((2,), most))
    assert difference(make(guidance_text=8, guidance_most=100.0), free) == 0
