"""A tabby that looks at who watches: drawn whole, since a network that knows photographs takes no toy for a cat."""

from __future__ import annotations

import math

from ..canvas import Canvas, between, curve, plain, round_, shaded
from ..effects import waves
from ..stage import Stage
from .animals import Pose

FUR, DARK, PALE = "#b3895e", "#5a3f2b", "#f3e4d0"


def cat(stage: Stage, time: float) -> None:
    """Its head rears and its mouth opens as far as it mews."""
    canvas, pose = stage.canvas, Pose(stage, time)
    canvas.shadow(0.5, 0.96, 0.4, 0.05, 0.35)
    chest = curve((0.2, 1.02), (0.22, 0.7, 0.4, 0.62, 0.5, 0.62), (0.6, 0.62, 0.78, 0.7, 0.8, 1.02))
    canvas.path(chest, shaded(FUR, 0.2, 0.6, 0.8, 1.05))
    with canvas.clipped(chest):
        canvas.ellipse(0.5, 0.97, 0.15, 0.24, round_(PALE, 0.5, 0.9, 0.3, 0.2))
        for side in (-1, 1):
            for k in range(3):
                y = 0.78 + 0.075 * k
                canvas.line([(0.5 + side * 0.3, y), (0.5 + side * 0.19, y + 0.02)], 0.022, plain(DARK, 0.8))
    turn = 7 * pose.shock * (1 if stage.beat.last(time) % 2 else -1)
    size = 1 + 0.05 * pose.jerk - 0.03 * pose.ready
    with canvas.at(0.5, 0.47 - 0.03 * pose.jerk + 0.02 * pose.ready, turn, size, size * (1 + 0.03 * pose.jerk)):
        _head(canvas, pose)
    waves(canvas, 0.5, 0.66, 0.36, pose.open, first=-18, last=18)
    waves(canvas, 0.5, 0.66, 0.36, pose.open, first=162, last=198)


def _head(canvas: Canvas, pose: Pose) -> None:
    for side in (-1, 1):
        ear = curve(
            (side * 0.33, -0.1), (side * 0.37, -0.32, side * 0.31, -0.42), (side * 0.18, -0.38, side * 0.07, -0.24)
        )
        canvas.path(ear, shaded(FUR, side * 0.2 - 0.1, -0.42, side * 0.2 + 0.1, -0.1))
        inner = curve(
            (side * 0.29, -0.15), (side * 0.32, -0.29, side * 0.285, -0.355), (side * 0.2, -0.32, side * 0.14, -0.24)
        )
        canvas.path(inner, between("#e9b7a4", "#a86c58", 0, -0.36, 0, -0.15))
    outline = curve(
        (0, -0.285),
        (0.2, -0.29, 0.37, -0.15, 0.37, 0.04),
        (0.37, 0.2, 0.2, 0.3, 0, 0.3),
        (-0.2, 0.3, -0.37, 0.2, -0.37, 0.04),
        (-0.37, -0.15, -0.2, -0.29, 0, -0.285),
    )
    canvas.path(outline, round_(FUR, 0, 0.02, 0.4, 0.4))
    _fur(canvas)
    with canvas.clipped(outline):
        for x, top, low, w in ((0, -0.3, -0.16, 0.026), (-0.075, -0.3, -0.14, 0.024), (0.075, -0.3, -0.14, 0.024)):
            canvas.line([(x, top), (x * 0.75, low)], w, plain(DARK, 0.9))
        for side in (-1, 1):
            canvas.line([(side * 0.14, -0.27), (side * 0.17, -0.15), (side * 0.24, -0.12)], 0.022, plain(DARK, 0.85))
            for k in range(3):
                y = 0.02 + 0.07 * k
                canvas.line(
                    [(side * 0.38, y - 0.03), (side * 0.3, y), (side * 0.245, y - 0.005)], 0.02, plain(DARK, 0.8)
                )
    # A pale muzzle and rings around the eyes.
    for side in (-1, 1):
        with canvas.at(side * 0.165, -0.035, side * 10):
            canvas.ellipse(0, 0, 0.108, 0.085, plain(PALE, 0.65))
            canvas.ellipse(0, 0, 0.088, 0.068, plain("#2c1d14"))
            canvas.ellipse(0, 0.002, 0.079, 0.06, round_("#c3cf4a", 0, 0, 0.09, 0.35))
            canvas.ellipse(0, 0.002, 0.021 + 0.018 * pose.ready, 0.057, plain("#140d0a"))
            canvas.ellipse(-0.025, -0.024, 0.016, 0.016, plain("#ffffff", 0.95))
    canvas.path(curve((-0.04, -0.02), (-0.06, 0.1), (0.06, 0.1), (0.04, -0.02)), plain("#c79d72", 0.8))
    opened = 0.14 * pose.open
    canvas.ellipse(0, 0.235 + 0.75 * opened, 0.1, 0.065 + 0.3 * opened, round_(PALE, 0, 0.25 + opened, 0.14, 0.2))
    if pose.open > 0.04:
        canvas.ellipse(0, 0.2 + 0.55 * opened, 0.085, 0.03 + 0.75 * opened, plain("#4b0f18"))
        canvas.ellipse(0, 0.215 + 0.95 * opened, 0.055, 0.012 + 0.35 * opened, plain("#f2798b"))
        for side in (-1, 1):
            fang = curve((side * 0.035, 0.17), (side * 0.06, 0.17), (side * 0.047, 0.185 + 0.3 * opened))
            canvas.path(fang, plain("#ffffff"))
    for side in (-1, 1):
        canvas.ellipse(side * 0.068, 0.155, 0.085, 0.068, round_(PALE, side * 0.068, 0.15, 0.1, 0.25))
    canvas.path(
        curve((-0.042, 0.068), (0, 0.052, 0.042, 0.068), (0.03, 0.11, 0, 0.118), (-0.03, 0.11, -0.042, 0.068)),
        shaded("#d98a86", -0.04, 0.05, 0.04, 0.12),
    )
    canvas.line([(0, 0.115), (0, 0.15)], 0.009, plain("#6b4636"))
    for side in (-1, 1):
        canvas.line([(0, 0.15), (side * 0.035, 0.175), (side * 0.085, 0.165)], 0.009, plain("#6b4636"))
        for k in range(3):
            canvas.ellipse(side * (0.07 + 0.025 * k), 0.14 + 0.018 * ((k + 1) % 2), 0.005, 0.005, plain("#6b4636"))
            start = (side * 0.1, 0.14 + 0.02 * k)
            canvas.line([start, (side * 0.44, 0.07 + 0.075 * k)], 0.006, plain("#ffffff", 0.9))


STROKES = [(math.sqrt((k * 0.618) % 1), 2.399963 * k) for k in range(70)]


def _fur(canvas: Canvas) -> None:
    """Short hairs that point away from the nose."""
    for k, (far, angle) in enumerate(STROKES):
        c, s = math.cos(angle), math.sin(angle)
        x, y = 0.355 * far * c, 0.01 + 0.285 * far * s
        of = DARK if k % 3 == 0 else "#d9b78c"
        canvas.line([(x, y), (x + 0.032 * c, y + 0.032 * s)], 0.008, plain(of, 0.5))


__all__ = ["cat"]
