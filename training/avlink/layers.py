"""Building blocks shared by the backbones and the Fusion Blocks: rotary attention, modulation, time embedding.

Everything is written with operators that the WebGPU provider of ONNX Runtime keeps on the GPU.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def rotary_tables(positions: Tensor, head_dim: int, longest: float = 256.0) -> tuple[Tensor, Tensor]:
    """Cosine and sine tables [T, head_dim] for positions [T] in audio-latent units (seconds x 31.25).

    Frequencies run geometrically from 1 rad a latent down to one turn in `longest` latents.
    """
    pairs = head_dim // 2
    lowest = 2 * math.pi / longest
    frequencies = lowest ** (torch.arange(pairs, dtype=torch.float64) / max(1, pairs - 1))
    angles = positions.double()[:, None] * frequencies[None]
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos().float(), angles.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding of x [B, H, T, D] with tables [T, D]."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x [B, T, W] with shift and scale [B, W]."""
    return x * (1 + scale[:, None]) + shift[:, None]


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Softmax attention over [B, H, T, D].

    Off CUDA it is written out: two to three times faster there than the fused kernel at our lengths, forward and
    backward together, and it exports to plain MatMul and Softmax.
    """
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v)
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2))
    return torch.matmul(scores.softmax(-1).to(v.dtype), v)


class RotaryAttention(nn.Module):
    """Self-attention with RMS-normalised queries and keys and rotary time positions.

    `locality` > 0 adds a constant to q and k before the rotation: the logits then start out as a bump around
    equal times, so that attention begins local and need not discover time.
    """

    def __init__(self, width: int, heads: int, positions: Tensor, locality: float = 0.0) -> None:
        super().__init__()
        self.heads, self.head_dim = heads, width // heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.q_gain = nn.Parameter(torch.ones(heads, 1, self.head_dim))
        self.k_gain = nn.Parameter(torch.ones(heads, 1, self.head_dim))
        half = torch.zeros(heads, 1, self.head_dim)
        half[..., : self.head_dim // 2] = locality
        self.q_bias = nn.Parameter(half.clone())
        self.k_bias = nn.Parameter(half.clone())
        cos, sin = rotary_tables(positions, self.head_dim)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.cos: Tensor
        self.sin: Tensor

    def _normalise(self, x: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
        # The sum of squares in float32: it is where half precision overflows first.
        norm = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + 1e-6).to(x.dtype)
        return x * norm * gain.to(x.dtype) + bias.to(x.dtype)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, self.head_dim).permute(2, 0, 3, 1, 4).unbind(0)
        cos, sin = self.cos.to(v.dtype), self.sin.to(v.dtype)
        q = rotate(self._normalise(q, self.q_gain, self.q_bias), cos, sin)
        k = rotate(self._normalise(k, self.k_gain, self.k_bias), cos, sin)
        return self.out(attend(q, k, v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    """Two linear layers with tanh-approximated GELU, expansion 4."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x), approximate="tanh"))


class TimeEmbedding(nn.Module):
    """Flow time t [B] in 0..1 -> [B, W] through sines and a two-layer network."""

    def __init__(self, width: int, bands: int = 32) -> None:
        super().__init__()
        # Half a turn to about 100 turns over the unit interval: fine enough to tell steps near t = 1 apart.
        self.register_buffer("frequencies", math.pi * torch.logspace(0, 2.3, bands), persistent=False)
        self.frequencies: Tensor
        self.first = nn.Linear(2 * bands, width)
        self.second = nn.Linear(width, width)

    def forward(self, t: Tensor) -> Tensor:
        angles = t[:, None] * self.frequencies
        waves = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return self.second(F.silu(self.first(waves)))


class DiTBlock(nn.Module):
    """Transformer block with adaLN-zero modulation, shared over blocks plus an offset of its own (adaLN-single)."""

    def __init__(self, width: int, heads: int, positions: Tensor) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, elementwise_affine=False)
        self.norm2 = nn.LayerNorm(width, elementwise_affine=False)
        self.attention = RotaryAttention(width, heads, positions)
        self.mlp = Mlp(width)
        self.offset = nn.Parameter(torch.zeros(6 * width))

    def forward(self, h: Tensor, modulation: Tensor) -> Tensor:
        """h [B, T, W], modulation [B, 6W] -> [B, T, W]."""
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.offset).chunk(6, dim=-1)
        h = h + gate1[:, None] * self.attention(modulate(self.norm1(h), shift1, scale1))
        return h + gate2[:, None] * self.mlp(modulate(self.norm2(h), shift2, scale2))
