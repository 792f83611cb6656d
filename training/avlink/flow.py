"""Rectified flow: x_t = (1 - t) noise + t data, velocity = data - noise, t = 1 is clean."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

EVALUATIONS = {"euler": 1, "midpoint": 2, "ab2": 1}  # of the velocity, a step


def expand(t: Tensor, like: Tensor) -> Tensor:
    """t [B] shaped to broadcast against `like` [B, ...]."""
    return t.view(-1, *([1] * (like.dim() - 1)))


def noised(data: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The point at flow time t [B] on the straight path from noise to data."""
    return torch.lerp(noise, data, expand(t, data))


def logit_normal(count: int, location: float, scale: float, generator: torch.Generator) -> Tensor:
    """Flow times [count] in 0..1; a negative location moves them toward noise."""
    return torch.sigmoid(torch.randn(count, generator=generator) * scale + location)


def schedule(steps: int, shift: float) -> Tensor:
    """steps + 1 flow times from 0 to 1; shift > 1 spends more of the steps near noise: t / (t + shift (1 - t)).

    In float64, as the app has them: 9/10 must not lie before .9.
    """
    t = torch.arange(steps + 1, dtype=torch.float64) / steps
    return t / (t + shift * (1 - t))


def solve(
    velocity: Callable[[Tensor, float], Tensor],
    x: Tensor,
    times: Tensor,
    solver: str = "euler",
    on_step: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Integrate dx/dt = velocity(x, t) along `times` by "euler", "midpoint" (two evaluations a step) or "ab2".

    The same three as the app's (src/sampler/solvers.ts). "ab2" is Adams-Bashforth for uneven steps: one evaluation a
    step, the last one remembered. `on_step` gets the steps done and the point after each. Raises ValueError for another
    name.
    """
    if solver not in EVALUATIONS:
        raise ValueError(f"solver {solver!r}: one of {', '.join(EVALUATIONS)}")
    before: tuple[Tensor, float] | None = None
    for done, (now, after) in enumerate(zip(times[:-1].tolist(), times[1:].tolist(), strict=True), 1):
        h = after - now
        v = velocity(x, now)
        if solver == "midpoint":
            v = velocity(x + h / 2 * v, now + h / 2)
        elif solver == "ab2":
            current = v
            if before is not None:
                v = v + h / (2 * before[1]) * (v - before[0])
            before = current, h
        x = x + h * v
        if on_step is not None:
            on_step(done, x)
    return x
