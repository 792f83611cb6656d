"""Magnitudes of a short-time spectrum -> a wave that has them, and the levels that the latents stand for.

A fixed number of steps of the fast Griffin-Lim algorithm (Perraudin, Balazs, Sondergaard 2013) from fixed random
phases. Latents tell the level of every band at every moment, so every second step also compares the bands of its own
wave with them and corrects the magnitudes. Nothing is learned here. The app repeats all of it (src/engine/phases).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..noise import gaussian_noise
from .config import UPPER_EDGES, Wideband
from .encoder import FLOOR, WidebandEncoder

MOMENTUM = 0.9  # of fast Griffin-Lim
EVERY = 2  # step that corrects the magnitudes: of 16 all of them are no better, every fourth is worse
MOST = 3.0  # log power that one step corrects at most
FAINTEST = 0.03  # of the floor of the bands: what is fainter counts as this
UNDER = 3e-3  # power a bin, taken off: three times the floor of the magnitudes, since a guess scatters
FINISHING = 2  # corrections of the level alone, at the end
ROWS = 128  # frames of fixed phases, repeated


def mel_centres(bands: int, sample_rate: int) -> Tensor:
    """Middles of the log-mel's bands in Hz, see audio_codec.mel_filters."""

    def to_mel(hz: float) -> float:
        return 2595 * math.log10(1 + hz / 700)

    edges = torch.linspace(to_mel(30), to_mel(sample_rate / 2), bands + 2, dtype=torch.float64)
    return 700 * (10 ** (edges[1:-1] / 2595) - 1)


def between(centres: Tensor, hertz: Tensor) -> Tensor:
    """Linear interpolation as a matrix [bands, bins]: values at `centres` -> values at `hertz`, constant outside."""
    right = torch.searchsorted(centres, hertz).clamp(1, len(centres) - 1)
    low, high = centres[right - 1], centres[right]
    share = ((hertz - low) / (high - low)).clamp(0, 1)
    weights = torch.zeros(len(centres), len(hertz), dtype=torch.float64)
    columns = torch.arange(len(hertz))
    weights[right, columns] = share
    weights[right - 1, columns] = 1 - share
    return weights.float()


def audible(bands: Tensor) -> Tensor:
    """Log power of bands without their floor, not below a share of it."""
    return torch.log((bands.exp() - FLOOR).clamp(min=0) + FAINTEST * FLOOR)


class Phases(nn.Module):
    """Log magnitudes [B, T, bins] and log power of the bands [B, M, bands] -> samples [B, T * hop]."""

    def __init__(self, config: Wideband) -> None:
        super().__init__()
        self.config = config
        self.hop, self.fft, self.overlap = config.hop, config.fft, config.fft // config.hop
        # The encoder's inverse, which `tell` sets: part of the weights, because a decoder is used without an encoder.
        self.register_buffer("band_weight", torch.zeros(config.channels, config.mels_per_latent * config.bands))
        self.register_buffer("band_bias", torch.zeros(config.mels_per_latent * config.bands))
        upper = torch.tensor(UPPER_EDGES, dtype=torch.float64)
        centres = [mel_centres(config.grid.mel_bands, config.grid.sample_rate), (upper[1:] * upper[:-1]).sqrt()]
        hertz = torch.arange(config.bins, dtype=torch.float64) * config.sample_rate / config.fft
        self.register_buffer("spread", between(torch.cat(centres), hertz), persistent=False)
        # The directions of the app's noise: it makes the same ones (src/engine/phases).
        noise = torch.from_numpy(gaussian_noise(0, "audio", 2 * ROWS * config.bins)).reshape(ROWS, config.bins, 2)
        self.register_buffer("start", F.normalize(noise.double(), dim=2).float().permute(2, 0, 1), persistent=False)
        self.register_buffer("window", torch.hann_window(self.fft), persistent=False)
        # Fixed transforms alone: what it has to fit stays unused.
        self.ears = WidebandEncoder(config)
        for name in [name for name, _ in self.ears.named_buffers()]:
            owner, _, leaf = name.rpartition(".")
            self.ears.get_submodule(owner)._non_persistent_buffers_set.add(leaf)
        self.band_weight: Tensor
        self.band_bias: Tensor
        self.spread: Tensor
        self.start: Tensor
        self.window: Tensor

    @torch.no_grad()
    def tell(self, encoder: WidebandEncoder) -> None:
        """Take over what latents stand for from a fitted encoder."""
        config = self.config
        mels, lower = config.mels_per_latent, config.lower_channels
        low = torch.linalg.pinv(encoder.lower.projection).reshape(lower, mels, -1)
        high = torch.linalg.pinv(encoder.upper_projection).reshape(config.upper_channels, mels, -1)
        weight = torch.zeros(config.channels, mels, low.shape[2] + high.shape[2])
        weight[:lower, :, : low.shape[2]] = low
        weight[lower:, :, low.shape[2] :] = high
        bias = torch.cat([encoder.lower.mean.reshape(mels, -1), encoder.upper_mean.reshape(mels, -1)], dim=1)
        self.band_weight.copy_(weight.flatten(1))
        self.band_bias.copy_(bias.flatten())

    def bands_of(self, latents: Tensor) -> Tensor:
        batch, length, _ = latents.shape
        bands = latents @ self.band_weight + self.band_bias
        return bands.reshape(batch, length * self.config.mels_per_latent, -1)

    def synthesise(self, real: Tensor, imaginary: Tensor) -> Tensor:
        """Spectrum [B, T, bins], its angles at the middle of a frame -> samples [B, T * hop], by overlap-add."""
        batch, time, _ = real.shape
        frames = torch.fft.irfft(torch.complex(real, imaginary), n=self.fft, dim=-1)
        # Squared Hann windows a quarter apart add up to 1.5.
        frames = torch.roll(frames, self.fft // 2, dims=-1) * (self.window / 1.5)
        parts = frames.reshape(batch, time, self.overlap, self.hop)
        padded = F.pad(parts, (0, 0, 0, 0, self.overlap - 1, self.overlap - 1))
        total = time + self.overlap - 1
        rows = sum(padded[:, self.overlap - 1 - q : self.overlap - 1 - q + total, q] for q in range(self.overlap))
        assert isinstance(rows, Tensor)
        start = (self.fft - self.hop) // 2
        return rows.reshape(batch, total * self.hop)[:, start : start + time * self.hop]

    def analyse(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """samples [B, T * hop] -> real and imaginary parts [B, T, bins]: what `synthesise` undoes."""
        pad = (self.fft - self.hop) // 2
        frames = F.pad(samples, (pad, pad)).unfold(1, self.fft, self.hop) * self.window
        spectrum = torch.fft.rfft(torch.roll(frames, self.fft // 2, dims=-1))
        return spectrum.real, spectrum.imag

    def correction(self, wanted: Tensor, samples: Tensor) -> Tensor:
        """What log magnitudes [B, T, bins] lack for a wave's bands to have the power wanted [B, M, bands].

        Both have a floor added, without which silence would be as loud as the floor: -70 dB of hiss.
        """
        lack = (audible(wanted) - audible(self.ears.bands(samples))).clamp(-MOST, MOST) @ (0.5 * self.spread)
        frames = self.config.frames_per_latent // self.config.mels_per_latent
        return F.interpolate(lack.transpose(1, 2), scale_factor=frames, mode="linear").transpose(1, 2)

    def forward(self, magnitudes: Tensor, wanted: Tensor, iterations: int | None = None) -> Tensor:
        times = -(-magnitudes.shape[1] // ROWS)
        x, y = self.start.repeat(1, times, 1)[:, : magnitudes.shape[1]]
        past: tuple[Tensor, Tensor] | None = None
        magnitudes = 0.5 * torch.log(((2 * magnitudes).exp() - UNDER).clamp(min=1e-9))
        scale = magnitudes.exp()
        real, imaginary = scale * x, scale * y
        for step in range(self.config.iterations if iterations is None else iterations):
            samples = self.synthesise(real, imaginary)
            if step % EVERY == 0:
                magnitudes = magnitudes + self.correction(wanted, samples)
            x, y = now = self.analyse(samples)
            if past is not None:
                x, y = x + MOMENTUM * (x - past[0]), y + MOMENTUM * (y - past[1])
            past = now
            scale = magnitudes.exp() * torch.rsqrt(x * x + y * y + 1e-9)
            real, imaginary = x * scale, y * scale
        samples = self.synthesise(real, imaginary)
        for _ in range(FINISHING):
            gain = self.correction(wanted, samples).exp()
            real, imaginary = real * gain, imaginary * gain
            samples = self.synthesise(real, imaginary)
        return samples
