"""What shows that something sounds: rays, sparks, dust, drops, notes. All are at their largest at the hit."""

from __future__ import annotations

import math

import skia

from .canvas import Canvas, colour, curve, plain, polygon, round_, shaded
from .motion import Beat

GOLD, WHITE, INK = "#ffc42e", "#ffffff", "#3b2a5c"


def rays(
    canvas: Canvas,
    x: float,
    y: float,
    near: float,
    far: float,
    beat: Beat,
    time: float,
    of: str = GOLD,
    first: float = -150,
    last: float = -30,
    count: int = 5,
) -> None:
    """Strokes that fly outwards from (x, y) between two directions in degrees, 0 to the right, clockwise."""
    since, strength = beat.since(time)
    if since > 0.4:
        return
    out = near + (far - near) * (0.75 + 0.25 * (1 - math.exp(-since / 0.1))) * (0.6 + 0.4 * strength)
    start = near + (out - near) * min(0.9, 0.15 + since / 0.35)
    alpha = min(1.0, 2 * (1 - since / 0.4))
    for k in range(count):
        angle = math.radians(first + (last - first) * (k / (count - 1) if count > 1 else 0.5))
        c, s = math.cos(angle), math.sin(angle)
        width = (0.034 + 0.02 * strength) * (1 - since / 0.45)
        canvas.line([(x + c * start, y + s * start), (x + c * out, y + s * out)], width, plain(of, alpha))


def burst(canvas: Canvas, x: float, y: float, radius: float, beat: Beat, time: float, of: str = GOLD) -> None:
    """A star of light behind what is struck."""
    shock = beat.shock(time, 0.1)
    if shock < 0.05:
        return
    r = radius * (0.7 + 0.5 * shock)
    points = []
    for k in range(20):
        angle = math.pi * k / 10 + 0.15
        reach = r * (1.0 if k % 2 == 0 else 0.62)
        points.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach))
    canvas.glow(x, y, r * 1.5, WHITE, 0.7 * shock)
    canvas.path(polygon(points), plain(of, min(1.0, 1.1 * shock)))
    canvas.ellipse(x, y, r * 0.5, r * 0.5, plain("#fff3c0", min(1.0, 1.2 * shock)))


def sparks(
    canvas: Canvas, x: float, y: float, reach: float, beat: Beat, time: float, of: str = GOLD, count: int = 9
) -> None:
    """Small glowing bits that fly up and fall again."""
    since, strength = beat.since(time)
    if since > 0.55:
        return
    for k in range(count):
        angle = math.radians(-165 + 150 * k / max(1, count - 1))
        speed = reach * (0.6 + 0.4 * ((k * 7) % 5) / 4) * (0.5 + 0.5 * strength)
        gone = 1 - math.exp(-(since + 0.03) / 0.12)
        px = x + math.cos(angle) * speed * gone
        py = y + math.sin(angle) * speed * gone + 1.3 * since * since
        r = 0.018 * (1 - since / 0.6) * (0.8 + 0.4 * (k % 3) / 2)
        canvas.glow(px, py, 3.2 * r, of, 0.6)
        canvas.ellipse(px, py, r, r, plain("#fff6cf"))


def dust(canvas: Canvas, x: float, y: float, reach: float, beat: Beat, time: float, of: str = WHITE) -> None:
    """Puffs that leave to both sides along the floor."""
    since, strength = beat.since(time)
    if since > 0.45:
        return
    out = reach * (0.55 + 0.45 * (1 - math.exp(-since / 0.12))) * (0.6 + 0.4 * strength)
    for k, (side, far, high) in enumerate(((-1, 1, 0), (1, 1, 0), (-1, 0.6, 0.5), (1, 0.6, 0.5))):
        r = (0.05 + 0.06 * since / 0.45) * (0.6 + 0.4 * strength) * (1 if k < 2 else 0.8)
        paint = plain(of, 0.85 * (1 - since / 0.45))
        canvas.ellipse(x + side * far * out, y - high * 0.5 * out - 0.06 * since, r, r * 0.8, paint)


def splash(canvas: Canvas, x: float, y: float, reach: float, beat: Beat, time: float, of: str = "#37aef5") -> None:
    """A crown of drops."""
    since, strength = beat.since(time)
    if since > 0.6:
        return
    felt = 0.55 + 0.45 * strength
    for k in range(7):
        angle = math.radians(-155 + 130 * k / 6)
        speed = 3.0 * reach * felt * (0.8 + 0.3 * (k % 2))
        px = x + math.cos(angle) * speed * (since + 0.05) * 0.9
        py = y + math.sin(angle) * speed * (since + 0.05) * 1.3 + 3.2 * since * since
        if py < y + 0.02:
            r = 0.034 * felt * (1 - since / 0.8)
            canvas.ellipse(px, py, r, r * 1.15, round_(of, px, py, r))
    ring = min(1.0, since / 0.6)
    canvas.ellipse(x, y, reach * (0.35 + 0.8 * ring), reach * 0.2 * (0.35 + 0.8 * ring), plain(of, 0.7 * (1 - ring)))
    column = max(0.0, 1 - since / 0.22) * felt
    if column > 0:
        rise, w = 0.62 * reach * column, 0.2 * reach
        crown = curve((x - w, y), (x - w * 0.2, y - rise * 0.4, x, y - rise), (x + w * 0.2, y - rise * 0.4, x + w, y))
        canvas.path(crown, shaded(of, x - w, y - rise, x + w, y))


def notes(canvas: Canvas, x: float, y: float, beat: Beat, time: float, of: str = INK) -> None:
    """A note that rises from where music comes from, one for every hit of late."""
    for k in range(max(0, beat.last(time) - 1), beat.last(time) + 1):
        since = time - beat.times[k]
        if since > 0.9:
            continue
        grown = (0.75 + 0.25 * beat.hits[k].strength) * min(1.0, 0.75 + since)
        side = 1 if k % 2 == 0 else -0.3
        px = x + side * 0.1 * since + 0.05 * (k % 2)
        py = y - 0.22 * (1 - math.exp(-since / 0.35))
        alpha = min(1.0, (0.9 - since) / 0.3)
        with canvas.at(px, py, 12 * math.sin(6 * since), grown):
            paint = plain(of, alpha)
            canvas.line([(0.045, 0), (0.045, -0.15)], 0.017, paint)
            canvas.line([(0.045, -0.15), (0.09, -0.11)], 0.024, paint)
            with canvas.at(0.012, 0.005, -20):
                canvas.ellipse(0, 0, 0.042, 0.03, paint)


def waves(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    openness: float,
    of: str = INK,
    first: float = -30,
    last: float = 30,
) -> None:
    """Arcs of sound that leave a mouth as far as it is open, towards the directions in degrees."""
    if openness < 0.06:
        return
    for k in range(3):
        seen = min(1.0, max(0.0, openness * 3.2 - k))
        if seen <= 0.02:
            continue
        r = radius * (1 + 0.55 * k)
        arc = skia.PathBuilder()
        arc.addArc(skia.Rect(x - r, y - r, x + r, y + r), first, last - first)
        stroke = skia.Paint(Color=colour(of, 0.9 * seen), AntiAlias=True, Style=skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(0.026)
        stroke.setStrokeCap(skia.Paint.kRound_Cap)
        canvas.path(arc.detach(), stroke)
