"""Rates and sizes of the 48 kHz codec."""

from __future__ import annotations

from dataclasses import dataclass

from ..grid import GRID, Grid

UPPER_EDGES = (8000.0, 9300.0, 10800.0, 12600.0, 14700.0, 17200.0, 20000.0)  # Hz, of the bands above the log-mel


@dataclass(frozen=True)
class Wideband:
    """Sizes that follow from others are properties. Latents come at the grid's rate, as the shipped codec's do."""

    name: str
    grid: Grid = GRID
    factor: int = 3  # times the grid's sample rate
    lower_channels: int = 96  # of latents: components of the log-mel, level first
    upper_channels: int = 4  # the last of the latents: level and colour above it
    frames_per_latent: int = 4
    steps_per_latent: int = 2  # of the decoder's network, each of which makes the same number of frames
    width: int = 256
    blocks: int = 8
    iterations: int = 16  # of Griffin-Lim, see phases.py

    @property
    def sample_rate(self) -> int:
        return self.grid.sample_rate * self.factor

    @property
    def samples_per_latent(self) -> int:
        return self.grid.samples_per_latent * self.factor

    @property
    def hop(self) -> int:
        """Samples between frames of the decoder."""
        return self.samples_per_latent // self.frames_per_latent

    @property
    def fft(self) -> int:
        """Samples of a frame: four hops."""
        return 4 * self.hop

    @property
    def bins(self) -> int:
        return self.fft // 2 + 1

    @property
    def channels(self) -> int:
        return self.lower_channels + self.upper_channels

    @property
    def bands(self) -> int:
        """Bands whose level the latents tell: those of the log-mel, then those above it."""
        return self.grid.mel_bands + len(UPPER_EDGES) - 1

    @property
    def mels_per_latent(self) -> int:
        return self.grid.mels_per_latent


WIDEBANDS = {
    "next": Wideband("next"),
    "tiny": Wideband("tiny", lower_channels=64, width=16, blocks=1, iterations=4),  # what the tests train
}
