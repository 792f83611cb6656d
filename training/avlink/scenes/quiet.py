"""Movement that makes no sound: slow drifts, gestures without contact, a camera moving over a still picture."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .common import FIRST, Draw, Sketch, frame_times
from .hands import put_arm, skin_tone
from .parts import Scene, fresh_score, put_floor, textured

STILL, DRIFT, GESTURE = range(3)


def put_person(draw: Draw, sketch: Sketch, slot: int, shown: Tensor, liveliness: Tensor) -> None:
    """A person who stands, sways and gestures smoothly, in four slots; shown and liveliness [n] (0 still .. 1)."""
    n, t = sketch.n, frame_times()
    scale = draw.logspan(0.5, 1.6, n)
    calm = liveliness[:, None]
    x = draw.uniform(0.1, 0.9, n)[:, None] + 0.12 * calm * (draw.smooth(t, n, 4) - 0.5)
    y = draw.uniform(0.3, 0.6, n)[:, None] + 0.04 * calm * (draw.smooth(t, n, 5) - 0.5)
    clothes, skin = draw.colour(n), skin_tone(draw, n)
    big = scale[:, None]
    lean = 0.15 * calm * (draw.smooth(t, n, 4) - 0.5)
    sketch.put(
        slot,
        x,
        y + 0.25 * big,
        hx=0.05 * scale,
        hy=0.18 * scale,
        r=0.07 * scale,
        angle=lean,
        alpha=shown,
        colour=clothes,
        texture=textured(draw, n, 0.07 * scale, 0.5),
    )
    nod = 0.03 * big * calm * (draw.smooth(t, n, 7) - 0.5)
    sketch.put(
        slot + 1, x + 0.2 * lean + nod, y - 0.08 * big, hy=0.02 * scale, r=0.065 * scale, alpha=shown, colour=skin
    )
    for side in (-1, 1):
        # Arms wave on smooth curves that turn round without any stop.
        arm = calm * draw.uniform(0.1, 1.1, n)[:, None]
        swing = 0.3 + arm * (draw.smooth(t, n, 8) - 0.3)
        sx, sy = x + side * 0.11 * big, y + 0.1 * big
        hand_x = sx + side * 0.24 * big * torch.sin(swing * 2.2)
        hand_y = sy + 0.26 * big * torch.cos(swing * 2.2)
        sketch.capsule(
            slot + 2 + (side > 0),
            sx,
            sy,
            hand_x,
            hand_y,
            0.035 * scale,
            alpha=shown,
            colour=clothes * 0.8 + skin * 0.15,
        )


def silent(draw: Draw, n: int) -> Scene:
    """A still picture, things that drift slowly, or arms that gesture without touching anything."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    score.silent[:] = True
    kind = torch.tensor([STILL, STILL, DRIFT, DRIFT, GESTURE, GESTURE, GESTURE])[draw.pick(7, n)]
    put_floor(draw, sketch, draw.uniform(0.6, 1.1, n))
    count = 1 + draw.pick(4, n)
    for j in range(4):
        amount = (draw.uniform(0.05, 0.4, n) * (kind == DRIFT))[:, None]
        x = draw.uniform(0.15, 0.85, n)[:, None] + amount * (draw.smooth(t, n, 4) - 0.5)
        y = draw.uniform(0.15, 0.85, n)[:, None] + amount * (draw.smooth(t, n, 4) - 0.5)
        size = draw.span(0.05, 0.16, n)
        shape = draw.pick(3, n)
        sketch.put(
            FIRST + j,
            x,
            y,
            hx=torch.where(shape > 0, size * 0.8, torch.zeros(n)),
            hy=torch.where(shape == 1, size * 0.7, torch.zeros(n)),
            r=torch.where(shape > 0, size * 0.3, size),
            angle=draw.uniform(0, 3, n)[:, None] + amount * 2 * draw.smooth(t, n, 3),
            alpha=(count > j).float(),
            colour=draw.colour(n),
            texture=textured(draw, n, size, 0.5),
        )
    people = draw.chance(0.35, n) & (kind != DRIFT) | (kind == GESTURE) & draw.chance(0.6, n)
    put_person(draw, sketch, FIRST + 4, people.float(), (kind == GESTURE).float())
    # Hands that come in from a border, as if at work, and go to and fro without ever stopping on anything.
    hands = (kind == GESTURE) & ~people
    skin, sleeve = skin_tone(draw, n), draw.colour(n)
    scale = draw.logspan(0.5, 1.5, n)
    for j in range(2):
        way = draw.uniform(0, 2 * math.pi, n)[:, None]
        wave = draw.logspan(0.3, 1.4, n)[:, None]
        turn = draw.uniform(0, 6.28, n)[:, None] + 2 * math.pi * wave * t + draw.smooth(t, n, 6)
        wide = (draw.uniform(0.03, 0.14, n) * (0.5 + 0.5 * scale))[:, None]
        x = draw.uniform(0.3, 0.7, n)[:, None] + wide * torch.cos(turn)
        y = draw.uniform(0.3, 0.7, n)[:, None] + wide * 0.7 * torch.sin(turn + way)
        far = (0.35 + 0.4 * scale)[:, None]
        shoulder = (
            (x.mean(1, keepdim=True) + far * torch.cos(way)).expand_as(x),
            (y.mean(1, keepdim=True) + far * torch.sin(way)).expand_as(x),
        )
        put_arm(
            sketch,
            FIRST + 8 + 3 * j,
            shoulder,
            (x, y),
            draw.sign(n),
            draw.uniform(0.03, 0.05, n) * scale,
            sleeve,
            skin,
            hands.float(),
        )
    return sketch, score, {"still": (kind == STILL).long(), "gesture": (kind == GESTURE).long()}
