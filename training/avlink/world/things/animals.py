"""Animals: when they are heard, head and mouth move as far as they are loud."""

from __future__ import annotations

import math

import numpy as np

from ..canvas import Canvas, Cutout, Warp, curve, plain, round_, shaded
from ..effects import waves
from ..stage import Stage


def turned(px: float, py: float, radius: float, degrees: float, ratio: float, du: float = 0, dv: float = 0) -> Warp:
    """A warp that turns what lies within `radius` of (px, py), in a cut-out's units, and moves it by (du, dv)."""
    s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

    def warp(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y = u - px, (v - py) * ratio
        near = np.clip(1.5 - 1.5 * np.hypot(x, y) / radius, 0, 1)
        near = near * near * (3 - 2 * near)
        return near * (x * c - y * s - x + du), near * ((x * s + y * c - y) / ratio + dv)

    return warp


class Pose:
    """How far into a cry an animal is."""

    def __init__(self, stage: Stage, time: float) -> None:
        self.shock = stage.beat.shock(time, 0.12)
        self.open = min(1.0, max(stage.score.voice(time), self.shock))
        self.ready = stage.beat.charge(time, 0.25) * (1 - self.open)
        self.jerk = 0.35 * self.open + 0.65 * self.shock


def standing(canvas: Canvas, body: Cutout, width: float, x: float, base: float, pose: Pose, warp: Warp) -> None:
    """A body on the floor that crouches before its cry and stretches with it."""
    squash = 0.035 * pose.ready - 0.04 * pose.jerk
    with canvas.at(x, base, sx=1 + squash, sy=1 - squash):
        canvas.warped(body, 0, -width * body.ratio / 2, width, warp)


def mouth(canvas: Canvas, x: float, y: float, size: float, turn: float, openness: float) -> None:
    """An open mouth with a tongue, seen from the side: it opens downwards from (x, y)."""
    if openness < 0.05:
        return
    with canvas.at(x, y, turn, size):
        w, h = 1.0, 0.25 + 0.75 * openness
        inside = curve((-w, 0), (-0.6 * w, h * 1.25, 0.5 * w, h * 1.3, w, -0.05), (0, 0.12, -w, 0))
        canvas.path(inside, plain("#5b1020"))
        with canvas.clipped(inside):
            canvas.ellipse(-0.05, h * 1.1, 0.6, 0.4 * h, plain("#ff6f86"))


def dog(stage: Stage, time: float) -> None:
    canvas, body = stage.canvas, stage.part()
    pose = Pose(stage, time)
    canvas.shadow(0.52, 0.92, 0.42, 0.06, 0.4)
    width = 0.86
    base = 0.94
    height = width * body.ratio
    lift = 16 * pose.jerk - 6 * pose.ready
    x, y = 0.52 - width / 2, base - height
    standing(canvas, body, width, 0.52, base, pose, turned(0.36, 0.32, 0.6, lift, body.ratio, 0.0, -0.06 * pose.jerk))
    c, s = math.cos(math.radians(lift)), math.sin(math.radians(lift))
    mx, my = (0.085 - 0.36) * width, (0.585 - 0.32) * height
    px = x + 0.36 * width + mx * c - my * s
    py = y + 0.32 * height + mx * s + my * c - 0.06 * pose.jerk * height
    mouth(canvas, px + 0.01, py + 0.005, 0.085, 10 + lift, pose.open)
    waves(canvas, px - 0.02, py, 0.12, pose.open, first=150, last=215)


def cow(stage: Stage, time: float) -> None:
    _beast(stage, time, mouth_at=(0.07, 0.33), neck=(0.34, 0.3), reach=0.6, size=0.09, lift=15)


def rooster(stage: Stage, time: float) -> None:
    """A cock: the cut-out of a fowl with the tail of one."""
    pose = Pose(stage, time)
    with stage.canvas.at(0.83, 0.5, 7 * pose.jerk - 4 * pose.ready):
        for turn, long, of in (
            (78, 0.36, "#1d5b4c"),
            (52, 0.42, "#27806a"),
            (26, 0.42, "#1f6f8a"),
            (2, 0.36, "#2a9078"),
        ):
            with stage.canvas.at(-0.04, 0.06, turn - 30):
                feather = curve(
                    (-0.05, 0.02),
                    (-0.08, -0.6 * long, 0.02, -1.0 * long, 0.2 * long + 0.09, -0.86 * long),
                    (0.06, -0.84 * long, 0.07, -0.4 * long, 0.06, 0.03),
                )
                stage.canvas.path(feather, shaded(of, -0.08, -long, 0.14, 0, 0.4))
    _beast(
        stage,
        time,
        mouth_at=(0.03, 0.185),
        neck=(0.22, 0.32),
        reach=0.6,
        size=0.06,
        lift=20,
        beak="#e8923a",
        width=0.78,
    )


def bird(stage: Stage, time: float) -> None:
    _beast(stage, time, mouth_at=(0.035, 0.1), neck=(0.12, 0.3), reach=0.55, size=0.07, lift=22, beak="#e8b23a")


def _beast(
    stage: Stage,
    time: float,
    mouth_at: tuple[float, float],
    neck: tuple[float, float],
    reach: float,
    size: float,
    lift: float,
    beak: str = "",
    width: float = 0.84,
) -> None:
    """An animal that looks to the left and raises its head to be heard."""
    canvas, body = stage.canvas, stage.part()
    pose = Pose(stage, time)
    width = min(width, 0.84 / body.ratio)
    height, base, cx = width * body.ratio, 0.945, 0.53 if width > 0.8 else 0.48
    canvas.shadow(cx, 0.935, 0.4, 0.055, 0.4)
    turn = lift * pose.jerk - 0.4 * lift * pose.ready
    up = -0.05 * pose.jerk + 0.02 * pose.ready
    warp = turned(*neck, reach, turn, body.ratio, -0.02 * pose.jerk, up)
    squash = 0.035 * pose.ready - 0.04 * pose.jerk
    standing(canvas, body, width, cx, base, pose, warp)
    du, dv = warp(np.array([mouth_at[0]]), np.array([mouth_at[1]]))
    x = cx + (mouth_at[0] + float(du[0]) - 0.5) * width * (1 + squash)
    y = base + (mouth_at[1] + float(dv[0]) - 1) * height * (1 - squash)
    if beak:
        _beak(canvas, x, y, size, turn, pose.open, beak)
    else:
        mouth(canvas, x, y, size, turn + 6, pose.open)
    waves(canvas, x - 0.03, y, 0.13, pose.open, first=150, last=215)


def _beak(canvas: Canvas, x: float, y: float, size: float, turn: float, openness: float, of: str) -> None:
    """Two halves that part."""
    if openness < 0.05:
        return
    with canvas.at(x, y, turn, size):
        canvas.ellipse(0.35, 0.1, 0.55, 0.5 * openness, round_("#7a1526", 0.3, 0.1, 0.6))
        for side in (-1, 1):
            with canvas.at(0.6, 0, side * 30 * openness):
                half = curve((0.1, -0.32 * (side < 0)), (-1.5, 0.1 * side), (0.1, 0.32 * (side > 0)))
                canvas.path(half, shaded(of, -0.5, -0.4, 0.2, 0.5))
