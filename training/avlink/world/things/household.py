"""Things of the house: a glass that breaks, drops into a bucket, a keyboard, a clock."""

from __future__ import annotations

import math

from ..canvas import curve, plain, polygon, round_, shaded
from ..effects import burst, rays, splash
from ..motion import ease
from ..stage import Stage

FALLING = 0.3  # seconds from the tap to the water


def glass(stage: Stage, time: float) -> None:
    """A stone flies into a glass, which bursts; a new one grows for the next stone."""
    canvas, beat = stage.canvas, stage.beat
    whole, stone = stage.part(0), stage.part(1)
    width = 0.86 / whole.ratio
    since, strength = beat.since(time)
    grown = ease((since - 0.55) / 0.35)
    canvas.shadow(0.5, 0.94, 0.24, 0.045)
    middle = (0.5, 0.32)
    if since < 0.9:
        burst(canvas, *middle, 0.3, beat, time, "#ffffff")
        out = 1 - math.exp(-(since + 0.02) / 0.16)
        for k in range(14):
            angle = 2.4 * k + 0.5
            reach = (0.16 + 0.3 * ((k * 5) % 7) / 6) * (0.6 + 0.4 * strength)
            px = middle[0] + 0.08 + math.cos(angle) * reach * out * 1.2
            py = middle[1] + 0.03 * k * 0.5 + math.sin(angle) * reach * out + 1.0 * since * since
            py = min(py, 0.93)
            alpha = 1 - ease((since - 0.4) / 0.3)
            if alpha <= 0:
                continue
            r = 0.045 + 0.03 * (k % 3) / 2
            with canvas.at(px, py, turn=math.degrees(angle) + 500 * min(since, 0.35), sx=r):
                shard = polygon([(-1, -0.5), (1.2, -0.9 + 0.5 * (k % 2)), (0.1 - 0.4 * (k % 3), 1.3)])
                canvas.path(shard, shaded("#8ecdf0" if k % 3 else "#f3a9c0", -1, -1, 1, 1))
                canvas.line([(-0.7, -0.45), (0.4, -0.6)], 0.14, plain("#ffffff", 0.9 * alpha))
    if since > 0.55:
        with canvas.at(0.5, 0.94, sx=0.6 + 0.4 * grown if grown < 1 else 1):
            canvas.cutout(whole, 0, -width * whole.ratio / 2, width, grown if since < 1 else 1)
    k = beat.last(time)
    if k + 1 < len(beat.hits) and (until := beat.times[k + 1] - time) < 0.4:
        x = 0.38 - 1.5 * until if until < 0.16 else 0.14 - 1.0 * (until - 0.16)
        with canvas.at(x, 0.3 + 0.25 * until, turn=-400 * until):
            canvas.cutout(stone, 0, 0, 0.17)
    elif since < 0.4:
        with canvas.at(0.38 - 0.5 * since, 0.3 + 3.4 * since * since, turn=-200 * since):
            canvas.cutout(stone, 0, 0, 0.17)


def drops(stage: Stage, time: float) -> None:
    """Drops from a tap into a bucket."""
    canvas, beat = stage.canvas, stage.beat
    bucket, drop = stage.part(0), stage.part(1)
    canvas.shadow(0.5, 0.94, 0.34, 0.06)
    shock = beat.shock(time, 0.12)
    width = 0.68
    height = width * bucket.ratio
    top = 0.95 - height
    # The tap.
    canvas.box(0.42, -0.05, 0.16, 0.1, 0.03, shaded("#b9c3d3", 0.42, 0, 0.6, 0.02))
    canvas.box(0.46, 0.02, 0.08, 0.09, 0.02, shaded("#9aa6ba", 0.45, 0, 0.56, 0.02))
    with canvas.at(0.5, 0.95, sx=1 + 0.025 * shock, sy=1 - 0.04 * shock):
        canvas.cutout(bucket, 0, -height / 2, width)
    rim = top + 0.075
    k = beat.last(time)
    if k + 1 < len(beat.hits):
        until = beat.times[k + 1] - time
        size = 0.1 + 0.05 * beat.hits[k + 1].strength
        if until < FALLING:
            y = rim - (rim - 0.12) * (1 - (1 - until / FALLING) ** 2)
            with canvas.at(0.5, min(y, rim - 0.03), sx=0.9, sy=1.15):
                canvas.cutout(drop, 0, 0, size)
        elif until < FALLING + 0.5:
            grown = ease((FALLING + 0.5 - until) / 0.5)
            canvas.cutout(drop, 0.5, 0.1 + 0.03 * grown, size * grown + 0.001)
    canvas.ellipse(0.5, rim, 0.2 + 0.05 * shock, 0.03 + 0.015 * shock, plain("#bfe8ff", 0.9 * shock))
    splash(canvas, 0.5, rim, 0.32, beat, time)


def keyboard(stage: Stage, time: float) -> None:
    """A keyboard whose keys go down."""
    canvas, beat = stage.canvas, stage.beat
    body = stage.part()
    canvas.shadow(0.5, 0.83, 0.46, 0.07)
    width = 0.94
    height = width * body.ratio
    left, top = 0.5 - width / 2, 0.5 - height / 2 + 0.04
    canvas.cutout(body, 0.5, top + height / 2, width)
    k = beat.last(time)
    for which in (k - 1, k):
        if which < 0:
            continue
        since = time - beat.times[which]
        if since > 0.32:
            continue
        row, column = KEYS[int(stage.score.hits[which].time * 977) % len(KEYS)]
        x = left + width * (0.115 + 0.1105 * column + (0.055 if row == 1 else 0))
        y = top + height * (0.36 + 0.155 * row)
        down = 1 - ease(since / 0.32)
        r = 0.045 + 0.014 * beat.hits[which].strength
        canvas.glow(x, y, 0.2, "#ffd34d", 0.9 * down)
        canvas.box(x - r, y - r + 0.012 * down, 2 * r, 2 * r, 0.016, shaded("#ff7a59", x - r, y - r, x + r, y + r))
        canvas.box(x - r * 0.7, y - r * 0.7 + 0.012, 1.4 * r, 1.1 * r, 0.012, plain("#ffd9c9", 0.6 * (1 - down) + 0.2))
    # A finger that comes down on the key that is next.
    finger = stage.part(1)
    lift = beat.lift(time, rise=0.14, back=0.12, rest=0.5)
    near = k if beat.since(time)[0] < 0.09 or k + 1 >= len(beat.hits) else k + 1
    before = max(0, near - 1)
    if beat.hits:
        places = []
        for which in (before, near):
            row, column = KEYS[int(stage.score.hits[which].time * 977) % len(KEYS)]
            x = left + width * (0.115 + 0.1105 * column + (0.055 if row == 1 else 0))
            places.append((x, top + height * (0.36 + 0.155 * row)))
        gap = beat.times[near] - beat.times[before]
        moved = ease(1 - (beat.times[near] - time) / max(0.1, gap)) if near != before else 1.0
        x = places[0][0] + (places[1][0] - places[0][0]) * moved
        y = places[0][1] + (places[1][1] - places[0][1]) * moved
    else:
        x, y = 0.5, top + 0.5 * height
    with canvas.at(x + 0.02, y + 0.02 - 0.2 * lift, turn=-12 + 8 * lift):
        canvas.cutout(finger, 0.03, 0.19, 0.34)
    rays(canvas, x, y, 0.08, 0.24, beat, time, first=-160, last=-20, count=5)


KEYS = [(row, column) for row in (0, 1) for column in range(1, 7)]


def clock(stage: Stage, time: float) -> None:
    """A clock with a pendulum; its hand jumps at every tick."""
    canvas, beat = stage.canvas, stage.beat
    body = stage.part()
    k = beat.last(time)
    since, _ = beat.since(time)
    gap = 0.6
    if k + 1 < len(beat.hits):
        gap = min(1.2, beat.times[k + 1] - (beat.times[k] if k >= 0 else beat.times[k + 1] - 0.6))
    canvas.shadow(0.5, 0.95, 0.33, 0.05)
    # The pendulum hangs in a case below the dial and is farthest out half-way between ticks.
    canvas.box(0.33, 0.5, 0.34, 0.44, 0.04, shaded("#7d4740", 0.33, 0.5, 0.7, 0.95))
    canvas.box(0.37, 0.5, 0.26, 0.4, 0.03, shaded("#3d2430", 0.37, 0.95, 0.63, 0.5))
    way = math.sin(math.pi * min(1.0, (since if k >= 0 else 0) / gap)) if k + 1 < len(beat.hits) else 0.0
    with canvas.at(0.5, 0.5, turn=20 * way * (1 if k % 2 else -1)):
        canvas.line([(0, 0), (0, 0.28)], 0.022, shaded("#ffcf5a", -0.02, 0, 0.02, 0))
        canvas.ellipse(0, 0.3, 0.07, 0.07, round_("#ffc23d", 0, 0.3, 0.07))
    width = 0.6
    shock = beat.shock(time, 0.09)
    with canvas.at(0.5, 0.34, sx=1 + 0.035 * shock):
        canvas.cutout(body, 0, 0, width)
    face = (0.5, 0.34 - 0.06)
    canvas.ellipse(*face, 0.19, 0.19, round_("#fbf5ff", face[0], face[1], 0.3, 0.12))
    for mark in range(12):
        with canvas.at(*face, turn=30 * mark):
            canvas.box(-0.009, -0.18, 0.018, 0.04, 0.008, plain("#e79a2b"))
    with canvas.at(*face, turn=-60):
        canvas.line([(0, 0), (0, -0.095)], 0.026, plain("#3b2a5c"))
    with canvas.at(*face, turn=60):
        canvas.line([(0, 0), (0, -0.135)], 0.02, plain("#3b2a5c"))
    over = 8 * math.exp(-since / 0.06) * math.cos(40 * since) if k >= 0 else 0.0
    with canvas.at(*face, turn=30 * (k + 1) + over):
        canvas.line([(0, 0.05), (0, -0.165)], 0.024, plain("#e8344e"))
    canvas.ellipse(*face, 0.026, 0.026, round_("#ffb52e", *face, 0.026))
    for side in (-160, 0):
        rays(canvas, 0.5, 0.3, 0.34, 0.46, beat, time, first=side - 10, last=side + 30, count=3)


def window(stage: Stage, time: float) -> None:
    """Rain behind a window: how dense it is, is how loud it is."""
    canvas = stage.canvas
    heavy = stage.score.height(time)
    frame = (0.08, 0.06, 0.84, 0.84)
    canvas.shadow(0.5, 0.95, 0.45, 0.05, 0.3)
    canvas.box(*frame, 0.04, shaded("#ffffff", 0.05, 0, 0.95, 1, 0.1))
    x0, y0, x1, y1 = 0.14, 0.12, 0.86, 0.84
    pane = curve((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    with canvas.clipped(pane):
        canvas.box(x0, y0, x1 - x0, y1 - y0, 0, shaded("#7fa3c7", 0.2, 0.1, 0.7, 0.9, 0.25))
        for cx, cy, r in ((0.25, 0.2, 0.13), (0.45, 0.15, 0.16), (0.68, 0.18, 0.17), (0.86, 0.22, 0.13)):
            canvas.ellipse(cx, cy, r, r * 0.62, round_("#5f7893", cx, cy, r))
        # Hills far away, so that one sees that it is outside.
        canvas.path(
            curve((0.1, 0.84), (0.1, 0.66), (0.32, 0.56, 0.55, 0.7), (0.75, 0.6, 0.9, 0.68), (0.9, 0.9)),
            plain("#5d8f7a"),
        )
        count = round(70 * heavy)
        places = DROPS
        for k in range(count):
            px, phase, speed, depth = places[k]
            y = y0 - 0.15 + ((phase + time * (1.5 + 0.9 * speed)) % 1.0) * (y1 - y0 + 0.2)
            length = 0.07 + 0.09 * depth
            x = x0 - 0.05 + px * (x1 - x0 + 0.1) - 0.2 * (y - y0) * 0.3
            canvas.line([(x, y), (x - 0.012, y + length)], 0.008 + 0.009 * depth, plain("#e6f4ff", 0.55 + 0.4 * depth))
        for k in range(round(14 * min(1.0, 1.5 * heavy))):
            px, phase, speed, depth = places[-1 - k]
            way = (phase + time * (0.1 + 0.25 * speed)) % 1.0
            x, y, r = x0 + px * (x1 - x0), y0 + way * (y1 - y0), 0.014 + 0.012 * depth
            canvas.line([(x, y - 0.09), (x, y)], r, plain("#d5ecff", 0.45))
            canvas.ellipse(x, y, r, r * 1.25, round_("#b8dcf8", x, y, r))
    canvas.box(0.475, 0.1, 0.05, 0.76, 0.01, shaded("#f6f2ff", 0.47, 0.3, 0.53, 0.3, 0.1))
    canvas.box(0.12, 0.455, 0.76, 0.05, 0.01, shaded("#f6f2ff", 0.5, 0.45, 0.5, 0.51, 0.1))
    canvas.box(0.03, 0.87, 0.94, 0.07, 0.02, shaded("#f3ecff", 0.5, 0.86, 0.5, 0.95, 0.15))


def _scattered(count: int) -> list[tuple[float, float, float, float]]:
    """Places, phases, speeds and nearness that are spread evenly, the same for every clip."""
    return [((k * 0.618) % 1, (k * 0.7548) % 1, (k * 0.5698) % 1, (k * 0.381) % 1) for k in range(count)]


DROPS = _scattered(90)
