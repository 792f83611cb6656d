"""What a manifest says of finding a wave for the magnitudes that a 48 kHz decoder makes: src/engine/phases reads it."""

from __future__ import annotations

from typing import Any

from ..audio_codec import FFT, WINDOW
from ..system import AVLink
from ..wideband import WidebandEncoder
from ..wideband.config import UPPER_EDGES
from ..wideband.encoder import BETA, CUTOFF, FLOOR, TAPS, UPPER_WINDOW
from ..wideband.phases import EVERY, FAINTEST, FINISHING, MOMENTUM, MOST, ROWS, UNDER


def phases_entry(system: AVLink) -> dict[str, Any] | None:
    """None where the decoder makes the wave itself."""
    if not isinstance(system.audio_encoder, WidebandEncoder):
        return None
    config = system.audio_encoder.config
    return {
        "frame": config.fft,
        "hop": config.hop,
        "iterations": config.iterations,
        "momentum": MOMENTUM,
        "correctEvery": EVERY,
        "finishing": FINISHING,
        "startFrames": ROWS,
        "under": UNDER,
        "mostCorrected": MOST,
        "floor": FLOOR,
        "faintest": FAINTEST,
        "lower": {
            "factor": config.factor,
            "taps": TAPS,
            "cutoff": CUTOFF,
            "beta": BETA,
            "window": WINDOW,
            "transform": FFT,
            "hop": config.grid.mel_hop,
            "bands": config.grid.mel_bands,
        },
        "upper": {"window": UPPER_WINDOW, "edges": list(UPPER_EDGES)},
    }
