"""Instruments: guitar, violin and trumpet."""

from __future__ import annotations

import math

import skia

from ..canvas import Canvas, curve, plain, shaded
from ..effects import notes, rays
from ..stage import Stage


def guitar(stage: Stage, time: float) -> None:
    """A guitar with a pick; its strings shake after every stroke."""
    canvas, beat = stage.canvas, stage.beat
    body = stage.part()
    canvas.shadow(0.5, 0.95, 0.36, 0.05, 0.35)
    shock = beat.shock(time, 0.1)
    since, strength = beat.since(time)
    length = 1.02
    with canvas.at(0.5, 0.52, 38 + 2.5 * shock, 1 + 0.02 * shock):
        width = length / body.ratio
        canvas.cutout(body, 0, 0, width)
        ring = (0.45 + 0.55 * strength) * math.exp(-since / 0.5) if since < 2 else 0.0
        _strings(canvas, -0.022 * width / 0.4, width, length, ring, time)
        # The pick crosses the strings.
        lift = beat.lift(time, rise=0.25, back=0.25, rest=0.5)
        with canvas.at(0.03 + 0.26 * lift, 0.27 * length, -20 - 40 * lift):
            canvas.path(_pick(), shaded("#ff4d6d", -0.05, -0.05, 0.05, 0.08))
        canvas.glow(-0.02, 0.12 * length, 0.26, "#fff3b8", 0.95 * shock)
    rays(canvas, 0.4, 0.64, 0.26, 0.46, beat, time, first=150, last=260, count=5)
    notes(canvas, 0.2, 0.42, beat, time)


def _pick() -> skia.Path:
    return curve((-0.07, -0.06), (0, -0.1, 0.07, -0.06), (0.07, 0.02, 0, 0.1), (-0.07, 0.02, -0.07, -0.06))


def _strings(canvas: Canvas, x: float, width: float, length: float, ring: float, time: float) -> None:
    top, bottom = -0.3 * length, 0.3 * length
    for k in range(4):
        sx = x + (k - 1.5) * 0.03 * width / 0.4
        wave = 0.028 * ring * math.sin(2 * math.pi * (9 + k) * time + k)
        points = []
        for step in range(9):
            way = step / 8
            points.append((sx + wave * math.sin(math.pi * way), top + (bottom - top) * way))
        canvas.line(points, 0.006 + 0.008 * ring, plain("#fffbe8", 0.35 + 0.6 * ring))


def violin(stage: Stage, time: float) -> None:
    """A violin; the bow is drawn across it for every tone."""
    canvas, beat, score = stage.canvas, stage.beat, stage.score
    body = stage.part()
    canvas.shadow(0.5, 0.95, 0.36, 0.05, 0.35)
    voice, shock = score.voice(time), beat.shock(time, 0.12)
    since, _ = beat.since(time)
    k = beat.last(time)
    length = 0.98
    with canvas.at(0.47, 0.55, -50 - 2 * shock, 1 + 0.02 * shock):
        width = length
        canvas.cutout(body, 0, 0, width)
        canvas.glow(-0.2, 0, 0.28, "#fff3b8", 0.85 * shock)
    # Down-bow and up-bow take turns.
    way = 1 - math.exp(-since / 0.3) if k >= 0 else 0.0
    drawn = -0.26 + 0.4 * (way if k % 2 == 0 else 1 - way)
    off = 0.03 * (1 - max(voice, shock)) + 0.02 * beat.charge(time, 0.3)
    with canvas.at(0.36, 0.66 - off, 14):
        canvas.line([(-0.45 + drawn, 0.0), (0.5 + drawn, 0.0)], 0.016, plain("#fff8e6"))
        canvas.line([(-0.45 + drawn, -0.035), (0.5 + drawn, -0.035)], 0.026, shaded("#8a3f22", 0, -0.05, 0, -0.02))
        canvas.box(-0.48 + drawn, -0.045, 0.09, 0.06, 0.015, shaded("#3b2230", -0.5, -0.05, -0.4, 0.02))
        canvas.box(0.46 + drawn, -0.045, 0.045, 0.06, 0.015, shaded("#8a3f22", 0.45, -0.05, 0.5, 0.02))
    rays(canvas, 0.4, 0.62, 0.3, 0.48, beat, time, first=160, last=270, count=5)
    notes(canvas, 0.22, 0.4, beat, time)


def trumpet(stage: Stage, time: float) -> None:
    """A trumpet that rears up for every tone."""
    canvas, beat, score = stage.canvas, stage.beat, stage.score
    body = stage.part()
    canvas.shadow(0.5, 0.9, 0.4, 0.05, 0.3)
    voice, shock = score.voice(time), beat.shock(time, 0.12)
    ready = beat.charge(time, 0.3) * (1 - voice)
    jerk = 0.5 * voice + 0.5 * shock
    with canvas.at(0.12, 0.6, 10 * ready - 16 * jerk, 1 + 0.05 * jerk - 0.03 * ready):
        canvas.cutout(body, 0.38, 0, 0.82)
        for k in range(3):
            down = 0.03 * voice * ((beat.last(time) + k) % 2)
            x = 0.395 + 0.037 * k
            canvas.box(x - 0.012, -0.175 + down, 0.024, 0.05, 0.008, shaded("#e8b52e", x - 0.02, -0.2, x + 0.02, -0.1))
        canvas.glow(0.79, -0.005, 0.24, "#fff3b8", max(shock, 0.4 * voice))
        rays(canvas, 0.72, 0, 0.12, 0.34, beat, time, first=-55, last=45, count=5)
    notes(canvas, 0.66, 0.36, beat, time)
