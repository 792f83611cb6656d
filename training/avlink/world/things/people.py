"""People: a face that speaks, hands that clap, shoes that walk."""

from __future__ import annotations

from ..canvas import curve, patch, plain, shaded
from ..effects import dust, rays, waves
from ..stage import Stage


def face(stage: Stage, time: float) -> None:
    """A face whose mouth follows the voice."""
    canvas, beat, score = stage.canvas, stage.beat, stage.score
    head = stage.part()
    voice = score.voice(time)
    shock = beat.shock(time, 0.1)
    wide = min(1.0, 0.75 * voice + 0.45 * shock)
    canvas.shadow(0.5, 0.95, 0.3, 0.04, 0.35)
    width = min(0.84, 0.88 / head.ratio)
    height = width * head.ratio
    with canvas.at(
        0.5, 0.95 - 0.015 * wide, 2.5 * shock * (1 if beat.last(time) % 2 else -1), 1 - 0.012 * wide, 1 + 0.03 * wide
    ):
        canvas.cutout(head, 0, -height / 2, width)
        # The cut-out smiles: skin covers its mouth, and one that moves is drawn.
        x, y = 0.0, -0.235 * height
        skin = stage.colour()
        with canvas.at(x, y, sx=0.2, sy=0.11):
            canvas.ellipse(0, 0, 1, 1, patch(0, 0, 1, skin))
        rx, ry = 0.105 - 0.02 * wide, 0.012 + 0.105 * wide
        lips = curve(
            (x - rx, y),
            (x - rx, y - ry * 0.8, x + rx, y - ry * 0.8, x + rx, y),
            (x + rx, y + ry * 1.5, x - rx, y + ry * 1.5, x - rx, y),
        )
        canvas.path(lips, plain("#6e1226"))
        if wide > 0.1:
            with canvas.clipped(lips):
                canvas.box(x - rx * 0.8, y - ry * 0.8, rx * 1.6, 0.03 + 0.2 * ry, 0.01, plain("#ffffff"))
                canvas.ellipse(x, y + ry * 1.05, rx * 0.7, ry * 0.5, plain("#ff6a80"))
        canvas.line([(x - rx, y), (x - rx + 0.001, y)], 0.016, plain("#8a2a34"))
    waves(canvas, 0.5, 0.72, 0.4, wide, first=-16, last=16)
    waves(canvas, 0.5, 0.72, 0.4, wide, first=164, last=196)


def hands(stage: Stage, time: float) -> None:
    """Two hands that meet."""
    canvas, beat = stage.canvas, stage.beat
    hand = stage.part()
    apart = beat.lift(time, rise=0.3, back=0.2, rest=0.45)
    shock = beat.shock(time, 0.1)
    canvas.shadow(0.5, 0.95, 0.3, 0.04, 0.3)
    rays(canvas, 0.5, 0.36, 0.3, 0.5, beat, time, first=-165, last=-15, count=7)
    canvas.glow(0.5, 0.42, 0.45, "#fff3b8", 0.9 * shock)
    width = 0.5 * min(1.0, 1.2 / hand.ratio)
    for side in (-1, 1):
        with canvas.at(0.5 + side * (0.3 * apart + 0.115 - 0.02 * shock), 0.56, side * (6 + 16 * apart)):
            sleeve = shaded("#4d7df0" if side < 0 else "#f0566e", -0.15, 0.2, 0.15, 0.45)
            canvas.box(-0.13, 0.17, 0.26, 0.3, 0.05, sleeve)
            with canvas.at(0, -0.02, sx=-side * (1 - 0.3 * (1 - min(1.0, apart * 1.6))), sy=1):
                canvas.cutout(hand, 0, 0, width)


def shoes(stage: Stage, time: float) -> None:
    """Two shoes that step in turns."""
    canvas, beat = stage.canvas, stage.beat
    shoe = stage.part()
    width = 0.6
    height = width * shoe.ratio
    for which, x, base in ((1, 0.64, 0.76), (0, 0.36, 0.9)):
        own = beat.every(2, which)
        lift = own.lift(time, rise=0.5, back=0.3, rest=0.0)
        shock = own.shock(time, 0.1)
        canvas.shadow(x, base, 0.3 * (1 - 0.4 * lift), 0.045 * (1 - 0.3 * lift), 0.45 * (1 - 0.5 * lift))
        dust(canvas, x + 0.05, base - 0.03, 0.34, own, time)
        squash = 0.2 * shock
        canvas.glow(x, base - 0.06, 0.4, "#ffffff", 0.9 * shock)
        with canvas.at(x, base - 0.18 * lift, -15 * lift, 1 + 0.5 * squash, 1 - squash):
            canvas.cutout(shoe, 0, -height / 2, width)
        rays(canvas, x + 0.02, base - 0.05, 0.28, 0.42, own, time, first=-165, last=-15, count=6)
