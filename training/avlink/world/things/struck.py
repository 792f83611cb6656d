"""Things that are struck, or that strike: drum, anvil, bell, ball."""

from __future__ import annotations

import numpy as np

from ..canvas import between, curve, plain, round_, shaded
from ..effects import burst, dust, rays, sparks
from ..motion import ease
from ..stage import Stage


def drum(stage: Stage, time: float) -> None:
    """A tall drum and two sticks that take turns."""
    canvas, beat = stage.canvas, stage.beat
    body = stage.part()
    shock = beat.shock(time, 0.1)
    canvas.shadow(0.53, 0.93, 0.3, 0.06)
    head = 0.36

    def pressed(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        top = np.clip(1 - v * 2.2, 0, 1)
        return 0.1 * shock * (u - 0.5) * top, 0.05 * shock * top

    width = min(0.54, 0.66 / body.ratio)
    rays(canvas, 0.5, head, 0.3, 0.5, beat, time, first=-160, last=-20, count=7)
    canvas.warped(body, 0.5, 0.95 - width * body.ratio / 2, width, pressed)
    canvas.glow(0.5, head, 0.26, "#ffffff", 0.75 * shock)
    for which, side in ((0, -1), (1, 1)):
        own = beat.every(2, which)
        lift = own.lift(time, rest=0.4)
        tip = (0.5 + side * 0.07, head - 0.005)
        hand = (0.5 + side * 0.47, 0.2)
        turn = side * 44 * lift
        with canvas.at(*hand, turn=turn):
            end = (tip[0] - hand[0], tip[1] - hand[1])
            far = (-end[0] * 0.12, -end[1] * 0.12)
            canvas.line([far, end], 0.036, shaded("#e0913f", 0, -0.03, 0, 0.2))
            canvas.line([far, end], 0.014, plain("#ffd9a0", 0.5))
            canvas.ellipse(*end, 0.036, 0.032, round_("#f0a95a", *end, 0.036))


def anvil(stage: Stage, time: float) -> None:
    """A hammer on an anvil, with sparks."""
    canvas, beat = stage.canvas, stage.beat
    iron, hammer = stage.part(0), stage.part(1)
    shock = beat.shock(time, 0.1)
    canvas.shadow(0.54, 0.92, 0.36, 0.06)
    with canvas.at(0.55, 0.94, sx=1 + 0.03 * shock, sy=1 - 0.05 * shock):
        width = 0.78
        canvas.cutout(iron, 0, -width * iron.ratio / 2, width)
    x, y = 0.36, 0.46
    burst(canvas, x, y, 0.17, beat, time)
    # The piece of hot metal under the hammer.
    with canvas.at(x, y + 0.02, turn=18):
        canvas.box(-0.11, -0.02, 0.22, 0.045 - 0.012 * shock, 0.015, shaded("#ff7a2e", 0, -0.03, 0, 0.04))
    canvas.glow(x, y, 0.17, "#ff9a3d", 0.35 + 0.65 * shock)
    # Turned by this much, the hammer's handle is level; then its face is here, seen from the hand.
    long, level, face = 0.66, -21.5, (-0.934, 0.155)
    hand = (x - face[0] * long, y - face[1] * long)
    with canvas.at(*hand, turn=54 * beat.lift(time, rest=0.35)), canvas.at(-0.51 * long, -0.025 * long, turn=level):
        canvas.cutout(hammer, 0, 0, long)
    sparks(canvas, x, y, 0.5, beat, time, count=11)


def bell(stage: Stage, time: float) -> None:
    """A bell under a beam that swings as its clapper strikes."""
    canvas, beat = stage.canvas, stage.beat
    gold = stage.colour()
    shock = beat.shock(time, 0.16)
    back = beat.charge(time, 0.45)
    angle = -16 * back + 20 * beat.swing(time, 0.9, 0.7)
    clapper = -14 * back + 34 * beat.swing(time, 0.9, 0.45)
    canvas.shadow(0.5, 0.95, 0.32, 0.045, 0.25)
    # The frame that it hangs in.
    wood = "#9a5b34"
    for x in (0.1, 0.84):
        canvas.box(x, 0.14, 0.06, 0.8, 0.02, shaded(wood, x, 0.1, x + 0.09, 0.3))
    canvas.box(0.05, 0.08, 0.9, 0.09, 0.03, shaded(wood, 0.3, 0.05, 0.32, 0.2))
    rays(canvas, 0.5, 0.56, 0.33, 0.47, beat, time, first=-20, last=20, count=3)
    rays(canvas, 0.5, 0.56, 0.33, 0.47, beat, time, first=160, last=200, count=3)
    with canvas.at(0.5, 0.16, turn=angle):
        canvas.box(-0.035, -0.03, 0.07, 0.12, 0.03, shaded("#7a5a2a", -0.03, 0, 0.04, 0.08))
        with canvas.at(0, 0.12, turn=clapper - angle):
            canvas.line([(0, 0), (0, 0.5)], 0.03, plain("#6b4a26"))
            canvas.ellipse(0, 0.54, 0.07, 0.07, round_("#8a6430", 0, 0.54, 0.07))
        outline = curve(
            (-0.09, 0.09),
            (-0.06, 0.05, 0.06, 0.05, 0.09, 0.09),
            (0.2, 0.2, 0.17, 0.4, 0.31, 0.56),
            (0.33, 0.62, 0.29, 0.63),
            (0, 0.66, -0.29, 0.63),
            (-0.33, 0.62, -0.31, 0.56),
            (-0.17, 0.4, -0.2, 0.2, -0.09, 0.09),
        )
        canvas.path(outline, between(_lit(gold), gold, -0.3, 0.1, 0.3, 0.5))
        with canvas.clipped(outline):
            canvas.box(0.1, 0.0, 0.3, 0.7, 0, shaded(gold, 0.02, 0.3, 0.36, 0.4, 0.5))
            canvas.ellipse(-0.1, 0.28, 0.035, 0.17, plain("#fff6d0", 0.55))
            canvas.box(-0.4, 0.5, 0.8, 0.028, 0, plain("#a86a10", 0.55))
            canvas.box(-0.4, 0.17, 0.8, 0.018, 0, plain("#a86a10", 0.4))
        canvas.glow(0, 0.4, 0.42, "#fff7d0", 0.6 * shock)


def _lit(of: str) -> str:
    channels = (int(of[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * 0.45):02x}" for c in channels)


def ball(stage: Stage, time: float) -> None:
    """A ball that bounces where its sound is."""
    canvas, beat = stage.canvas, stage.beat
    high, way = beat.arc(time)
    since, strength = beat.since(time)
    squash = (0.3 + 0.4 * strength) * max(0.0, 1 - since / 0.1) if since < 0.1 else 0.0
    radius, floor = 0.25, 0.93
    # It never leaves the picture: the centre rises by what is left above it.
    y = floor - radius * (1 - squash) - high * (floor - 2 * radius - 0.03)
    canvas.shadow(0.5, floor, 0.27 * (1 - 0.45 * high), 0.055 * (1 - 0.45 * high), 0.45 * (1 - 0.6 * high))
    dust(canvas, 0.5, floor - 0.03, 0.4, beat, time)
    rays(canvas, 0.5, floor - 0.1, 0.34, 0.48, beat, time, first=-170, last=-10, count=6)
    turn = 60 * ease(way) * (1 if beat.last(time) % 2 else -1)
    with canvas.at(0.5, y, sx=1 + 0.55 * squash, sy=1 - squash), canvas.at(turn=turn):
        canvas.cutout(stage.part(), 0, 0, 2 * radius)
    canvas.glow(0.5, floor - 0.05, 0.45, "#ffffff", 0.8 * beat.shock(time, 0.1))
