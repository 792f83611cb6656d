"""A steam train and a car: they shake and smoke as loud as they are, and whistle or honk at hits."""

from __future__ import annotations

import math

from ..canvas import Canvas, plain, round_, shaded
from ..effects import rays
from ..stage import Stage


def train(stage: Stage, time: float) -> None:
    """A locomotive on rails whose whistle blows steam."""
    canvas, beat, score = stage.canvas, stage.beat, stage.score
    body = stage.part()
    loud = score.height(time)
    voice = score.voice(time)
    shock = beat.shock(time, 0.15)
    canvas.shadow(0.5, 0.93, 0.44, 0.05, 0.4)
    for k in range(9):
        canvas.box(-0.02 + 0.125 * k, 0.915, 0.06, 0.05, 0.01, shaded("#8a5a3c", 0, 0.91, 0, 0.97))
    canvas.box(-0.05, 0.9, 1.1, 0.024, 0.008, shaded("#9aa3b5", 0, 0.9, 0, 0.925))
    width = 0.76
    shake = 0.004 * loud * math.sin(2 * math.pi * 7 * time)
    height = width * body.ratio
    x0, base = 0.55, 0.905
    chimney = (x0 - width * 0.2, base - height + 0.02)
    _smoke(canvas, chimney[0], chimney[1] - 0.01, loud, time)
    with canvas.at(x0, base, sx=1 + 0.04 * shock, sy=1 - 0.05 * shock):
        canvas.cutout(body, 0, -height / 2 + shake, width)
    # Wheels turn as fast as it is loud: spokes tell.
    for cx, r in ((0.74, 0.11), (0.955, 0.1)):
        px, py = x0 - width / 2 + cx * width * 0.93, base - 0.088
        with canvas.at(px, py, turn=-260 * time * (0.2 + loud)):
            for spoke in range(3):
                with canvas.at(turn=60 * spoke):
                    canvas.line([(-r * 0.45, 0), (r * 0.45, 0)], 0.012, plain("#4a3d66", 0.9))
    if voice > 0.03 or shock > 0.05:
        blown = max(voice, shock)
        steam = (x0 + 0.02, base - height * 0.64)
        for k in range(5):
            way = (k + 1) / 5
            r = 0.035 + 0.075 * way * blown
            px, py = steam[0] + 0.02 * k + 0.02 * math.sin(9 * time + k), steam[1] - 0.3 * way * blown
            canvas.ellipse(px, py, r, r, round_("#ffffff", px, py, r, 0.12))
    rays(canvas, x0 + 0.02, base - height * 0.64, 0.2, 0.42, beat, time, first=-130, last=-20, count=5)


def _smoke(canvas: Canvas, x: float, y: float, loud: float, time: float) -> None:
    for k in range(5):
        way = (time * (0.5 + 0.5 * loud) + k / 5) % 1.0
        r = (0.035 + 0.085 * way) * (0.45 + 0.7 * loud)
        px, py = x + 0.22 * way * way, y - 0.16 * way
        canvas.ellipse(px, py, r, r * 0.9, plain("#aeb6c8", (0.95 - 0.7 * way) * min(1.0, 2.5 * loud)))


def car(stage: Stage, time: float) -> None:
    """A car with its engine running: exhaust and shake are its level; at a honk its lamps flash."""
    canvas, beat, score = stage.canvas, stage.beat, stage.score
    body = stage.part()
    loud = score.height(time)
    voice = score.voice(time)
    shock = max(beat.shock(time, 0.15), 0.3 * voice)
    canvas.shadow(0.5, 0.8, 0.5, 0.08, 0.5)
    width = 0.94
    height = width * body.ratio
    base = 0.81
    for k in range(4):
        way = (time * (0.6 + 0.8 * loud) + k / 4) % 1.0
        r = (0.03 + 0.07 * way) * (0.4 + 0.8 * loud)
        px, py = 0.13 - 0.16 * way, base - 0.06 - 0.12 * way
        canvas.ellipse(px, py, r, r, plain("#b4bccb", (0.9 - 0.8 * way) * min(1.0, 2.2 * loud)))
    shake = 0.004 * loud * math.sin(2 * math.pi * 6.3 * time)
    with canvas.at(0.5, base, sx=1 + 0.03 * shock, sy=1 + 0.06 * shock - 0.03 * abs(shake)):
        canvas.cutout(body, 0, -height / 2 + shake, width)
    for x, y in ((0.575, base - height * 0.44), (0.9, base - height * 0.43)):
        canvas.glow(x, y, 0.16, "#fff3a8", shock)
        canvas.ellipse(x, y, 0.035 * shock, 0.03 * shock, plain("#fffbe0", shock))
    canvas.glow(0.72, base - height * 0.4, 0.4, "#fff3a8", 0.9 * beat.shock(time, 0.12))
    rays(canvas, 0.72, base - height * 0.6, 0.24, 0.46, beat, time, first=-150, last=-20, count=6)
