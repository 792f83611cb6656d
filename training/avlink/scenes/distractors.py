"""What real pictures hold beside the source of the sound: camera work, people, things that move or hide a part."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .common import (
    ALPHA,
    ANGLE,
    BEHIND,
    CROWD,
    FRAMES,
    FRONT,
    HOLLOW,
    HX,
    HY,
    OCCLUDER,
    RAD,
    Draw,
    Sketch,
    X,
    Y,
    frame_times,
)
from .parts import textured
from .quiet import put_person


def extras(draw: Draw, sketch: Sketch, silent: Tensor, wild: Tensor) -> None:
    """Camera motion and soundless distractors on top of any family; changes `sketch` in place.

    silent, wild: bool [n]. Clips that are not wild get little of it.
    """
    _camera(draw, sketch, silent, wild)
    calm = torch.where(silent & draw.chance(0.5, sketch.n), 0.0, 1.0)[:, None]
    for slot, p in ((BEHIND, 0.2), (FRONT, 0.08)):
        _thing(draw, sketch, slot, p, calm)
    _occluder(draw, sketch, wild)
    _bystander(draw, sketch, silent, wild)


def mirror(sketch: Sketch, which: Tensor) -> None:
    """Exchange left and right in the clips of `which` (bool [n]), in place."""
    at = which.nonzero()[:, 0]
    sketch.dyn[at, :, :, X] = 1 - sketch.dyn[at, :, :, X]
    sketch.dyn[at, :, :, ANGLE] *= -1
    sketch.camera[at, :, 0] *= -1
    sketch.camera[at, :, 3] *= -1
    sketch.rain_shape[at, 0] *= -1


def _camera(draw: Draw, sketch: Sketch, silent: Tensor, wild: Tensor) -> None:
    n, t = sketch.n, frame_times()
    tripod = draw.chance(0.4, n)
    moving = torch.where(tripod, 0.0, 1.0)[:, None] * torch.where(silent & draw.chance(0.4, n), 0.0, 1.0)[:, None]
    pan = draw.chance(0.6, n).float()[:, None] * draw.uniform(0, 0.12, n)[:, None]
    # A hand-held camera sways, and trembles on top of it.
    hand = (wild & draw.chance(0.5, n)).float()[:, None]
    sway = hand * draw.uniform(0.01, 0.05, n)[:, None]
    shake = draw.chance(0.4, n).float()[:, None] * draw.uniform(0, 0.012, n)[:, None] * (1 + hand)
    for axis in (0, 1):
        sketch.camera[:, :, axis] += moving * pan * (draw.smooth(t, n, 4) - 0.5)
        sketch.camera[:, :, axis] += moving * sway * (draw.smooth(t, n, 10) - 0.5)
        sketch.camera[:, :, axis] += moving * shake * (draw.smooth(t, n, 24) - 0.5) * 2
    zoom = draw.chance(0.3, n).float()[:, None] * draw.uniform(-0.25, 0.25, n)[:, None]
    sketch.camera[:, :, 2] += draw.uniform(-0.12, 0.16, n)[:, None] + moving * zoom * draw.smooth(t, n, 3)
    # Scenes far away: small in the picture, and not always in its middle.
    far = wild & draw.chance(0.3, n)
    size = torch.where(far, draw.uniform(-0.7, -0.1, n), torch.zeros(n))
    sketch.camera[:, :, 2] += size[:, None]
    room = (torch.exp(-size) - 1) * 0.4
    for axis in (0, 1):
        sketch.camera[:, :, axis] += (room * draw.uniform(-1, 1, n))[:, None]
    tilted = draw.chance(0.4, n).float()[:, None] * draw.normal(n)[:, None] * torch.where(wild, 0.12, 0.06)[:, None]
    sketch.camera[:, :, 3] += tilted + moving * 0.05 * hand * draw.smooth(t, n, 6)
    turned = (wild & draw.chance(0.03, n)).float() * draw.sign(n) * math.pi / 2
    sketch.camera[:, :, 3] += turned[:, None]


def _thing(draw: Draw, sketch: Sketch, slot: int, p: float, calm: Tensor) -> None:
    """Something that drifts through the picture, with probability p where the slot is free."""
    n, t = sketch.n, frame_times()
    free = (sketch.dyn[:, :, slot, ALPHA].amax(1) == 0) & draw.chance(p, n)
    size = draw.span(0.04, 0.12, n)
    kind = draw.pick(3, n)
    amount = draw.uniform(0.1, 0.7, n)[:, None]
    row = torch.zeros(n, FRAMES, sketch.dyn.shape[-1])
    row[..., X] = draw.uniform(0, 1, n)[:, None] + amount * (draw.smooth(t, n, 5) - 0.5)
    row[..., Y] = draw.uniform(0, 0.6, n)[:, None] + amount * 0.6 * (draw.smooth(t, n, 5) - 0.5)
    row[..., ANGLE], row[..., ALPHA] = 4 * draw.smooth(t, n, 4), calm
    row[..., HX] = torch.where(kind > 0, size, torch.zeros(n))[:, None]
    row[..., HY] = torch.where(kind == 1, size * 0.8, torch.zeros(n))[:, None]
    row[..., RAD] = torch.where(kind > 0, size * 0.3, size)[:, None]
    _keep(sketch, slot, free, row, torch.cat([draw.colour(n), textured(draw, n, size)], 1))


def _occluder(draw: Draw, sketch: Sketch, wild: Tensor) -> None:
    """Something large and blurred close to the camera that hides a border of the picture."""
    n, t = sketch.n, frame_times()
    there = wild & draw.chance(0.15, n)
    way = draw.uniform(0, 2 * math.pi, n)
    away = draw.uniform(0.62, 0.8, n)
    row = torch.zeros(n, FRAMES, sketch.dyn.shape[-1])
    drift = 0.04 * (draw.smooth(t, n, 4) - 0.5) * draw.chance(0.5, n).float()[:, None]
    row[..., X] = (0.5 + away * torch.cos(way))[:, None] + drift
    row[..., Y] = (0.5 + away * torch.sin(way))[:, None] + drift
    row[..., HX], row[..., HY] = draw.uniform(0, 0.3, n)[:, None], draw.uniform(0, 0.1, n)[:, None]
    row[..., RAD] = draw.uniform(0.1, 0.25, n)[:, None]
    row[..., ANGLE], row[..., ALPHA] = draw.uniform(0, 3, n)[:, None], 1.0
    row[..., -2] = draw.uniform(0, 0.06, n)[:, None]
    _keep(sketch, OCCLUDER, there, row, torch.cat([draw.colour(n) * 0.8, textured(draw, n, 0.2, 0.4)], 1))


def _bystander(draw: Draw, sketch: Sketch, silent: Tensor, wild: Tensor) -> None:
    """A person behind the scene who moves without a sound."""
    n = sketch.n
    there = wild & draw.chance(0.3, n)
    lively = draw.uniform(0, 1, n) * ~(silent & draw.chance(0.5, n))
    crowd = Sketch(n)
    put_person(draw, crowd, CROWD, torch.ones(n), lively)
    for slot in range(CROWD, CROWD + 4):
        _keep(sketch, slot, there, crowd.dyn[:, :, slot], crowd.stat[:, slot])


def _keep(sketch: Sketch, slot: int, which: Tensor, row: Tensor, stat: Tensor) -> None:
    """Put a primitive into one slot of some clips; row [n, 64, 10] without a ring thickness is solid."""
    row[..., HOLLOW] = 9.0
    sketch.dyn[:, :, slot] = torch.where(which[:, None, None], row, sketch.dyn[:, :, slot])
    sketch.stat[:, slot] = torch.where(which[:, None], stat, sketch.stat[:, slot])
