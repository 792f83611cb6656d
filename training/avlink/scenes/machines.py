"""Machines that run."""

from __future__ import annotations

import math

import torch

from .common import FIRST, WINDOW, Draw, Sketch, frame_times, level_times, smooth_curve
from .parts import Scene, fresh_score, pace_of, put_floor, textured


def engine(draw: Draw, n: int) -> Scene:
    """A rotor whose rate sets the pitch and loudness of a running engine."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    knots = draw.uniform(0.2, 1, n, 4)
    knots = torch.where(draw.chance(0.4, n)[:, None], knots.mean(1, keepdim=True).expand_as(knots), knots)
    knots[:, 0] = torch.where(draw.chance(0.25, n), torch.zeros(n), knots[:, 0])
    knots[:, 3] = torch.where(draw.chance(0.2, n), torch.zeros(n), knots[:, 3])
    fastest = draw.span(1.2, 4.0, n)[:, None]
    dense = torch.linspace(0, WINDOW, 513)
    turns = torch.cumsum(smooth_curve(knots, dense) * fastest, 1) * (WINDOW / 512)
    at = (t / WINDOW * 512).round().long()
    angle = 2 * math.pi * turns[:, at] * draw.sign(n)[:, None]
    run = smooth_curve(knots, level_times())
    gear = draw.logspan(22, 60, n)[:, None]
    score.rate = run * fastest * gear + 22.0 * (run > 0.02)
    score.level = (run.clamp(min=0) ** 0.8) * (run > 0.02)
    score.bright = 0.15 + 0.6 * run
    score.grain = draw.uniform(0, 0.6, n)
    put_floor(draw, sketch, draw.uniform(0.75, 1.1, n))
    cx, cy = draw.uniform(0.4, 0.6, n)[:, None], draw.uniform(0.4, 0.6, n)[:, None]
    moving = smooth_curve(knots, t)
    jitter = draw.uniform(0, 0.008, n)[:, None] * moving
    cx, cy = cx + jitter * torch.sin(t * 97), cy + jitter * torch.sin(t * 83 + 1)
    body = draw.chance(0.6, n).float()
    sketch.put(
        FIRST,
        cx,
        cy + 0.12,
        hx=draw.uniform(0.1, 0.22, n),
        hy=draw.uniform(0.08, 0.2, n),
        r=0.03,
        alpha=body,
        colour=draw.colour(n),
        texture=textured(draw, n, 0.1),
    )
    length, thick = draw.span(0.14, 0.34, n), draw.span(0.018, 0.04, n)
    blades = draw.pick(3, n)  # one bar, two bars, three bars
    colour = draw.colour(n)
    for j in range(3):
        sketch.put(
            FIRST + 1 + j,
            cx,
            cy,
            hx=length,
            r=thick,
            angle=angle + math.pi * j / (blades[:, None] + 1),
            alpha=(blades >= j).float(),
            colour=colour,
        )
    # One marked tip, so that turning by a whole blade is still seen as turning.
    sketch.put(
        FIRST + 4,
        cx + length[:, None] * torch.cos(angle),
        cy + length[:, None] * torch.sin(angle),
        r=thick * 1.5,
        alpha=draw.chance(0.6, n).float(),
        colour=draw.colour(n),
    )
    sketch.put(FIRST + 5, cx, cy, r=draw.uniform(0.03, 0.07, n), colour=draw.colour(n))
    return sketch, score, {"pace": pace_of(-(knots.mean(1) * fastest[:, 0]), -2.2, -1.0)}
