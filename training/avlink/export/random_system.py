"""Systems that nobody trained: of the same topology as what ships, for tests and for the app's speed test."""

from __future__ import annotations

import torch

from ..presets import preset_named
from ..system import AVLink
from ..wideband import WidebandDecoder, WidebandEncoder


def random_system(preset: str, seed: int = 0, vocabulary: int | None = None) -> AVLink:
    """Untrained weights, with everything that starts at zero made small and random, so that nothing is trivial."""
    torch.manual_seed(seed)
    system = AVLink(preset_named(preset), vocabulary)
    with torch.no_grad():
        for parameter in system.parameters():
            if parameter.abs().max() == 0:
                parameter.normal_(std=0.05)
        # A plausible scale, so that the sound of random latents is a sound: neither silent nor clipped.
        encoder, decoder = system.audio_encoder, system.audio_decoder
        if isinstance(encoder, WidebandEncoder) and isinstance(decoder, WidebandDecoder):
            _at_a_plausible_scale(encoder, decoder)
            return system
        system.narrow.mean.fill_(-10.0)
        system.narrow.projection.mul_(0.3)
        system.audio_decoder.head.bias[: system.audio_decoder.bins] += 3.5
    return system


def _at_a_plausible_scale(encoder: WidebandEncoder, decoder: WidebandDecoder) -> None:
    """The 48 kHz codec's: one sound in all channels would be one colour, so every projection is random."""
    for buffer in (encoder.lower.projection, encoder.upper_projection):
        buffer.normal_(std=0.03)
    encoder.lower.mean.fill_(-9.0)
    encoder.upper_mean.fill_(-11.0)
    encoder.guess.normal_(std=0.1)
    decoder.phases.tell(encoder)
    decoder.phases.band_weight.mul_(0.05)
    decoder.base.bias.add_(2.0)
