"""Audio codec: waveform <-> latents at 31.25 Hz.

Encoder: log-mel, two frames stacked, then a linear projection fitted in closed form (principal components). It needs
no gradient, so everything downstream can start at once, and its leading components are loudness and brightness:
exactly what onsets are made of. Components keep part of their spread (`SPREAD`), so the flow settles level before
texture. Decoder: ConvNeXt stack with an inverse-STFT head (Vocos style): it works at frame rate.

STFT and inverse STFT are convolutions with a DFT basis, because the WebGPU provider has no STFT.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .grid import Grid
from .presets import Preset

WINDOW = 640  # samples of the analysis window: 40 ms
FFT = 1024
FLOOR = 1e-5  # power floor of the log-mel, about -50 dB below a quiet sound
SPREAD = 0.5  # latent std of component i is (std_i / std_0) ** SPREAD, rescaled to unit mean square


def mel_filters(bands: int, sample_rate: int) -> Tensor:
    """Triangular filters [FFT / 2 + 1, bands], evenly spaced on the mel scale from 30 Hz to half the sample rate."""

    def to_mel(hz: float) -> float:
        return 2595 * math.log10(1 + hz / 700)

    edges = torch.linspace(to_mel(30), to_mel(sample_rate / 2), bands + 2, dtype=torch.float64)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    bins = torch.linspace(0, sample_rate / 2, FFT // 2 + 1, dtype=torch.float64)[:, None]
    rise = (bins - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    fall = (hertz[2:] - bins) / (hertz[2:] - hertz[1:-1])
    filters = torch.minimum(rise, fall).clamp(min=0)
    return (filters / filters.sum(0, keepdim=True).clamp(min=1e-3)).float()


def dft_basis(window: Tensor) -> Tensor:
    """Windowed DFT basis [2 (FFT / 2 + 1), 1, len(window)]: cosines, then negative sines, as convolution weights."""
    length = window.numel()
    time = torch.arange(length, dtype=torch.float64) - (length - 1) / 2
    angles = 2 * math.pi * torch.arange(FFT // 2 + 1, dtype=torch.float64)[:, None] * time / FFT
    return (torch.cat([angles.cos(), -angles.sin()]) * window.double()).float()[:, None]


class LogMel(nn.Module):
    """samples [B, N] (N a multiple of the hop) -> log-mel [B, N / hop, bands]; frame k is centred on hop k."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.hop = grid.mel_hop
        self.pad = (WINDOW - grid.mel_hop) // 2
        self.register_buffer("basis", dft_basis(torch.hann_window(WINDOW)), persistent=False)
        self.register_buffer("filters", mel_filters(grid.mel_bands, grid.sample_rate), persistent=False)
        self.basis: Tensor
        self.filters: Tensor

    def forward(self, samples: Tensor) -> Tensor:
        spectrum = F.conv1d(F.pad(samples, (self.pad, self.pad))[:, None], self.basis, stride=self.hop)
        real, imaginary = spectrum.chunk(2, dim=1)
        power = (real * real + imaginary * imaginary).transpose(1, 2) * (4 / WINDOW**2)
        return torch.log(power @ self.filters + FLOOR * FLOOR * 1e3)


class AudioEncoder(nn.Module):
    """samples [B, N] -> latents [B, N / samples_per_latent, audio_channels], about unit mean square over channels."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.mel = LogMel(grid)
        self.stack = grid.mels_per_latent
        features = grid.mel_bands * self.stack
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("projection", torch.eye(features, grid.audio_channels))
        self.mean: Tensor
        self.projection: Tensor

    def features(self, samples: Tensor) -> Tensor:
        mel = self.mel(samples)
        return mel.reshape(mel.shape[0], mel.shape[1] // self.stack, self.stack * mel.shape[2])

    def forward(self, samples: Tensor) -> Tensor:
        return (self.features(samples) - self.mean) @ self.projection

    @torch.no_grad()
    def fit(self, features: Tensor) -> float:
        """Fit to features [N, bands * stack] in closed form; returns the share of variance kept."""
        features = features.double()
        mean = features.mean(0)
        variance, vectors = torch.linalg.eigh(torch.cov((features - mean).T))
        channels = self.projection.shape[1]
        std = variance.flip(0)[:channels].clamp(min=1e-9).sqrt()
        target = (std / std[0]) ** SPREAD
        target = target / target.square().mean().sqrt()
        self.mean.copy_(mean)
        self.projection.copy_(vectors.flip(1)[:, :channels] * (target / std))
        return float(variance.flip(0)[:channels].sum() / variance.sum())


class ConvNeXt(nn.Module):
    """Depthwise convolution over time, then a pointwise MLP; residual with a learned gain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.gain = nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        """x [B, T, W]."""
        y = self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2))
        return x + self.gain * self.down(F.gelu(self.up(y), approximate="tanh"))


class InverseStft(nn.Module):
    """Real and imaginary parts [B, T, 2 (FFT / 2 + 1)] -> samples [B, T * hop] by windowed overlap-add."""

    def __init__(self, hop: int) -> None:
        super().__init__()
        self.hop, self.overlap = hop, FFT // hop
        window = torch.hann_window(FFT)
        weight = torch.full((FFT // 2 + 1,), 2.0 / FFT)
        weight[0] = weight[-1] = 1.0 / FFT
        # Squared Hann windows a quarter apart add up to 1.5.
        basis = dft_basis(window)[:, 0] * torch.cat([weight, weight])[:, None] / 1.5
        self.register_buffer("basis", basis, persistent=False)
        self.basis: Tensor

    def forward(self, spectrum: Tensor) -> Tensor:
        batch, time, _ = spectrum.shape
        frames = (spectrum @ self.basis).reshape(batch, time, self.overlap, self.hop)
        # Frame k is centred on hop k, so its quarter q lies on hop k + q - (overlap / 2 - 0.5): half a hop early.
        padded = F.pad(frames, (0, 0, 0, 0, self.overlap - 1, self.overlap - 1))
        total = time + self.overlap - 1
        rows = sum(padded[:, self.overlap - 1 - q : self.overlap - 1 - q + total, q] for q in range(self.overlap))
        assert isinstance(rows, Tensor)
        start = (FFT - self.hop) // 2
        return rows.reshape(batch, total * self.hop)[:, start : start + time * self.hop]


class AudioDecoder(nn.Module):
    """latents [B, L, audio_channels] -> samples [B, L * samples_per_latent], any L."""

    def __init__(self, grid: Grid, preset: Preset) -> None:
        super().__init__()
        width = preset.vocoder_width
        self.stack = grid.mels_per_latent
        self.expand = nn.Linear(grid.audio_channels, width * self.stack)
        self.mix = nn.Conv1d(width, width, 7, padding=3)
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvNeXt(width) for _ in range(preset.vocoder_blocks))
        self.norm_out = nn.LayerNorm(width)
        self.bins = FFT // 2 + 1
        self.head = nn.Linear(width, 3 * self.bins)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.bias[: self.bins].fill_(-3.0)
        self.inverse = InverseStft(grid.mel_hop)

    def spectrum(self, latents: Tensor) -> Tensor:
        """Complex spectrum [B, T, 2 bins]: a magnitude times a direction, so that no angle wraps around."""
        batch, length, _ = latents.shape
        x = self.expand(latents).reshape(batch, length * self.stack, -1)
        x = self.norm(self.mix(x.transpose(1, 2)).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        magnitude, real, imaginary = self.head(self.norm_out(x)).float().chunk(3, dim=-1)
        scale = torch.exp(magnitude.clamp(max=6.0)) * torch.rsqrt(real * real + imaginary * imaginary + 1e-6)
        return torch.cat([real * scale, imaginary * scale], dim=-1)

    def forward(self, latents: Tensor) -> Tensor:
        return self.inverse(self.spectrum(latents))


def spectral_loss(made: Tensor, real: Tensor, sizes: tuple[int, ...] = (256, 512, 1024, 2048)) -> Tensor:
    """Multi-resolution STFT loss of waveforms [B, N]: spectral convergence plus log-magnitude distance."""
    total = made.new_zeros(())
    for size in sizes:
        window = torch.hann_window(size, device=made.device)

        def magnitude(x: Tensor, size: int = size, window: Tensor = window) -> Tensor:
            spectrum = torch.stft(x, size, size // 4, window=window, return_complex=True)
            return (spectrum.real.square() + spectrum.imag.square() + 1e-10).sqrt() * (2 / size)

        a, b = magnitude(made), magnitude(real)
        total = total + (a - b).norm() / (b.norm() + 1e-3) + ((a + 1e-4).log() - (b + 1e-4).log()).abs().mean()
    return total / len(sizes)
