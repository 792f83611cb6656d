"""The app's seeded Gaussian noise: value i of a stream depends on the seed, the stream and i alone.

Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), then Box-Muller, as in
src/sampler/noise.ts. Evaluation draws from PyTorch's generator, which is faster; this serves runs that the app repeats.
"""

from __future__ import annotations

import numpy as np

STREAMS = {"audio": 0, "video": 1, "conditioning": 2}
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def gaussian_noise(seed: int, stream: str, count: int) -> np.ndarray:
    """The first `count` standard normal values of a stream, float32. Raises ValueError for a seed outside 0..2^53-1."""
    if not 0 <= seed < 2**53:
        raise ValueError(f"a seed is a whole number from 0 to 2^53 - 1, not {seed}")
    blocks = np.arange(-(-count // 4), dtype=np.uint64)
    a, b = blocks & LOW, blocks >> HALF
    c, d = np.full_like(blocks, STREAMS[stream]), np.zeros_like(blocks)
    keys = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(ROUNDS):
        first, second = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = (second >> HALF) ^ b ^ np.uint64(keys[0]), second & LOW
        c, d = (first >> HALF) ^ d ^ np.uint64(keys[1]), first & LOW
        keys = [(key + weyl) & 0xFFFFFFFF for key, weyl in zip(keys, WEYL, strict=True)]
    uniform = np.stack([a, b, c, d], axis=1).reshape(-1, 2, 2).astype(np.float64)
    radius = np.sqrt(-2 * np.log((uniform[..., 0] + 1) / 2**32))
    angle = 2 * np.pi * (uniform[..., 1] / 2**32)
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return pairs.reshape(-1)[:count].astype(np.float32)
