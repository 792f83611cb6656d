"""Systems that nobody trained: of the same topology as what ships, for tests and for the app's speed test."""

from __future__ import annotations

import torch

from ..presets import preset_named
from ..system import AVLink


def random_system(preset: str, seed: int = 0) -> AVLink:
    """Untrained weights, with everything that starts at zero made small and random, so that nothing is trivial."""
    torch.manual_seed(seed)
    system = AVLink(preset_named(preset))
    with torch.no_grad():
        for parameter in system.parameters():
            if parameter.abs().max() == 0:
                parameter.normal_(std=0.05)
        # A plausible scale, so that the sound of random latents is a sound: neither silent nor clipped.
        system.narrow.mean.fill_(-10.0)
        system.narrow.projection.mul_(0.3)
        system.audio_decoder.head.bias[: system.audio_decoder.bins] += 3.5
    return system
