"""Fire and firework."""

from __future__ import annotations

import math

import skia

from ..canvas import Canvas, between, colour, curve, plain, round_, shaded
from ..effects import sparks
from ..stage import Stage

FLIGHT = 0.7  # seconds that a rocket rises


def fire(stage: Stage, time: float) -> None:
    """A camp-fire: its height is how loud it is, and it spits sparks where it cracks."""
    canvas, beat = stage.canvas, stage.beat
    high = 0.25 + 0.75 * stage.score.height(time) if stage.score.level.max() > 1e-4 else 0.12
    shock = beat.shock(time, 0.1)
    canvas.shadow(0.5, 0.9, 0.42, 0.06, 0.4)
    canvas.glow(0.5, 0.55, 0.5, "#ffb84d", 0.45 * high)
    _logs(canvas, False)
    for width, tall, of, tip, lag in (
        (0.34, 0.74, "#ff5a1f", "#ff8a2b", 0.0),
        (0.24, 0.54, "#ff9a1f", "#ffc23d", 0.9),
        (0.13, 0.34, "#ffe066", "#fff6c9", 1.9),
    ):
        _flame(canvas, width * (0.75 + 0.25 * high), tall * high * (1 + 0.22 * shock), of, tip, time, lag)
    _logs(canvas, True)
    canvas.glow(0.5, 0.66, 0.42, "#fff2b0", 0.85 * shock)
    sparks(canvas, 0.5, 0.5, 0.62, beat, time, "#ff9a2e", count=9)


def _flame(canvas: Canvas, width: float, tall: float, of: str, tip: str, time: float, lag: float) -> None:
    """Three tongues that sway, the middle one the tallest."""
    base = 0.82
    for side, share in ((-1, 0.62), (1, 0.7), (0, 1.0)):
        sway = 0.05 * math.sin(5.0 * time + lag + 2.1 * side) + 0.02 * math.sin(11 * time + lag)
        h = tall * share * (1 + 0.06 * math.sin(7.3 * time + 1.7 * side + lag))
        x = 0.5 + side * width * 0.55
        w = width * (0.62 if side == 0 else 0.45)
        top = (x + sway * share + side * 0.02, base - h)
        outline = curve(
            (x - w, base - 0.04),
            (x - w * 1.15, base - 0.42 * h, x - 0.25 * w + sway, base - 0.55 * h, *top),
            (x + 0.25 * w + sway, base - 0.62 * h, x + w * 1.15, base - 0.42 * h, x + w, base - 0.04),
            (x, base + 0.07, x - w, base - 0.04),
        )
        canvas.path(outline, between(tip, of, x, base - h, x, base))


def _logs(canvas: Canvas, front: bool) -> None:
    for x, y, turn, is_front in ((0.5, 0.86, -14, False), (0.5, 0.87, 14, True)):
        if is_front != front:
            continue
        with canvas.at(x, y, turn):
            canvas.box(-0.36, -0.055, 0.72, 0.11, 0.055, shaded("#8a4f33", 0, -0.07, 0, 0.07, 0.4))
            canvas.ellipse(0.31, 0, 0.045, 0.055, round_("#e0a878", 0.31, 0, 0.06))
            canvas.ellipse(0.31, 0, 0.022, 0.028, plain("#b9794f"))
            for k in range(3):
                canvas.line([(-0.28 + 0.18 * k, -0.015), (-0.18 + 0.18 * k, -0.02)], 0.012, plain("#5d301f", 0.7))


def firework(stage: Stage, time: float) -> None:
    """Rockets over a town at night; each bursts where it is heard."""
    canvas, beat = stage.canvas, stage.beat
    k = beat.last(time)
    for x, w, h in (
        (0.02, 0.15, 0.14),
        (0.19, 0.11, 0.22),
        (0.32, 0.17, 0.1),
        (0.52, 0.12, 0.19),
        (0.66, 0.15, 0.12),
        (0.83, 0.14, 0.2),
    ):
        canvas.box(x, 1 - h, w, h + 0.1, 0.012, shaded("#2a2f63", x, 1 - h, x + w, 1))
        for row in range(2):
            for column in range(2):
                canvas.box(
                    x + w * (0.2 + 0.36 * column),
                    1 - h + 0.03 + 0.06 * row,
                    w * 0.2,
                    0.03,
                    0.004,
                    plain("#ffd76a", 0.9),
                )
    for which in range(max(0, k - 2), k + 1):
        since = time - beat.times[which]
        if since < 1.5:
            x, y, of = _spot(which)
            _bloom(canvas, x, y, since, beat.hits[which].strength, of)
    if k + 1 < len(beat.hits):
        until = beat.times[k + 1] - time
        if until < FLIGHT:
            x, y, _ = _spot(k + 1)
            at = y + (0.98 - y) * (until / FLIGHT) ** 1.6
            canvas.line([(x, at + 0.03), (x, at + 0.13)], 0.018, plain("#ffb13d", 0.6))
            canvas.glow(x, at, 0.05, "#ffe9a8", 0.9)
            canvas.ellipse(x, at, 0.014, 0.022, plain("#fff6d8"))


COLOURS = ("#ff4d6d", "#ffd23d", "#4dd8ff", "#7dff8a", "#d07dff", "#ff9a3d")


def _spot(which: int) -> tuple[float, float, str]:
    """Where a rocket bursts, and its colour."""
    x = (0.5, 0.36, 0.64, 0.45, 0.56)[which % 5]
    y = (0.38, 0.34, 0.36, 0.42, 0.32)[which % 5]
    return x, y, COLOURS[which % len(COLOURS)]


def _bloom(canvas: Canvas, x: float, y: float, since: float, strength: float, of: str) -> None:
    felt = 0.55 + 0.45 * strength
    reach = 0.38 * felt * (0.55 + 0.45 * (1 - math.exp(-since / 0.25)))
    alpha = max(0.0, 1 - since / 1.5) ** 1.3
    flash = math.exp(-since / 0.1)
    canvas.glow(x, y, 0.5 * felt, of, 0.55 * alpha + 0.4 * flash)
    canvas.glow(x, y, 0.3 * felt, "#ffffff", flash)
    drop = 0.09 * since * since
    for ring, share, count in ((0, 1.0, 18), (1, 0.6, 12)):
        stroke = skia.Paint(AntiAlias=True, Color=colour(of if ring == 0 else "#fff3c4", alpha))
        for k in range(count):
            angle = 2 * math.pi * (k + 0.5 * ring) / count
            far = reach * share
            near = far * min(0.85, 0.25 + 0.6 * since)
            c, s = math.cos(angle), math.sin(angle)
            end = (x + c * far, y + s * far + drop)
            canvas.line([(x + c * near, y + s * near + drop * 0.7), end], 0.014 * felt + 0.004, stroke)
            canvas.ellipse(*end, 0.016 * felt, 0.016 * felt, plain("#ffffff", alpha))
