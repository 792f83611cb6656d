"""People at work: arms of two segments that come in from the border and strike with a hand, a tool or a gun.

Nothing lights up and nothing is squashed: the moment of a contact shows only in how the hand moves.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .common import FIRST, MATERIAL, NEVER, Draw, Sketch, Value, around, frame_times, rhythm
from .parts import HARD, Scene, fresh_score, pace_of, put_floor, stroke, textured, tinted

HAND, HAMMER, STICK, KNIFE, GUN = range(5)
_TORSO, _HEAD, _TARGETS, _SHADOW, _ARMS = FIRST, FIRST + 1, FIRST + 2, FIRST + 4, FIRST + 5


def skin_tone(draw: Draw, n: int) -> Tensor:
    return (torch.tensor([0.95, 0.74, 0.6]) * draw.uniform(0.25, 1.05, n, 1) * draw.uniform(0.92, 1.08, n, 3)).clamp(
        0, 1
    )


def put_arm(
    sketch: Sketch,
    slot: int,
    shoulder: tuple[Tensor, Tensor],
    hand: tuple[Tensor, Tensor],
    bend: Tensor,
    thick: Tensor,
    sleeve: Tensor,
    skin: Tensor,
    alpha: Value = 1.0,
) -> None:
    """Upper arm, forearm and hand in three slots; positions [n, 64], bend [n] -1 or 1, thick [n], colours [n, 3]."""
    dx, dy = hand[0] - shoulder[0], hand[1] - shoulder[1]
    far = torch.sqrt(dx * dx + dy * dy).clamp(min=1e-3)
    segment = 0.54 * far.amax(1, keepdim=True)
    out = torch.sqrt((segment * segment - far * far / 4).clamp(min=0)) * bend[:, None]
    elbow_x = (hand[0] + shoulder[0]) / 2 - dy / far * out
    elbow_y = (hand[1] + shoulder[1]) / 2 + dx / far * out
    sketch.capsule(slot, *shoulder, elbow_x, elbow_y, thick * 1.25, alpha=alpha, colour=sleeve)
    sketch.capsule(slot + 1, elbow_x, elbow_y, *hand, thick, alpha=alpha, colour=sleeve * 0.5 + skin * 0.5)
    sketch.put(slot + 2, *hand, r=thick * 1.3, alpha=alpha, colour=skin)


def hitting(draw: Draw, n: int) -> Scene:
    """One or two arms at work on a surface, seen from the side or from above, near or far; or a gun that kicks."""
    t, sketch, score = frame_times(), Sketch(n), fresh_score(draw, n)
    tool = torch.tensor([HAND, HAND, HAMMER, HAMMER, STICK, STICK, KNIFE, GUN])[draw.pick(8, n)]
    gun, knife = tool == GUN, tool == KNIFE
    times, strength, base = rhythm(draw, n, 0.17, 1.0, 22)
    slow = torch.where(
        gun, draw.uniform(1.5, 3, n), torch.where(tool == HAMMER, draw.uniform(1, 1.8, n), torch.ones(n))
    )
    there = times < NEVER / 2
    times = torch.where(there, times[:, :1] + (times - times[:, :1]) * slow[:, None], times)
    base = base * slow
    two = draw.chance(0.4, n) & ((tool == HAND) | (tool == STICK))
    # Two hands take turns, with some doubled strokes.
    turn = ((torch.arange(times.shape[1]) + draw.chance(0.15, n, times.shape[1]).cumsum(1)) % 2) * two[:, None].long()
    skin_drum = ((tool == HAND) | (tool == STICK)) & draw.chance(0.5, n)
    struck = torch.where(skin_drum, torch.full((n,), MATERIAL["skin"]), draw.among(HARD, n))
    board = draw.among([MATERIAL["wood"], MATERIAL["plastic"]], n)
    struck = torch.where(gun, torch.full((n,), MATERIAL["boom"]), torch.where(knife, board, struck))
    other = torch.where(draw.chance(0.6, n), struck, draw.among([*HARD, MATERIAL["skin"]], n))
    score.material = torch.stack([struck, other, struck], 1)
    score.size = torch.where(gun[:, None], score.size * 0.3, score.size)
    score.add(times, strength, turn, torch.exp(0.03 * draw.normal(n, times.shape[1])))

    above = draw.chance(0.35, n) & ~gun
    scale = draw.logspan(0.6, 1.5, n)
    put_floor(draw, sketch, draw.uniform(0.45, 0.95, n))
    up = -math.pi / 2 + torch.where(draw.chance(0.2, n), draw.sign(n) * draw.uniform(0.9, 1.6, n), draw.normal(n) * 0.3)
    middle_x, middle_y = draw.uniform(0.35, 0.65, n), draw.uniform(0.42, 0.72, n)
    apart = torch.where(two, draw.uniform(0.1, 0.22, n) * (0.5 + 0.5 * scale), torch.zeros(n))
    side = draw.sign(n)
    length = torch.tensor([0.03, 0.22, 0.3, 0.2, 0.14])[tool] * draw.uniform(0.75, 1.3, n) * scale
    thick = draw.uniform(0.03, 0.05, n) * scale
    sleeve, skin = draw.colour(n), skin_tone(draw, n)
    flat = torch.where(above, draw.uniform(0.25, 0.6, n), torch.ones(n))
    rise = draw.uniform(0.05, 0.22, n) * (0.4 + 0.6 * scale) * flat
    swing = torch.tensor([0.4, 0.9, 1.1, 0.25, 0.35])[tool] * draw.uniform(0.5, 1.2, n) * flat
    surface = tinted(draw, struck)
    own_tool, shaft = tinted(draw, draw.among(HARD, n)), tinted(draw, draw.among(HARD, n))
    idle = draw.chance(0.5, n) & ~two & ~gun
    shoulder_x = torch.zeros(n)
    shoulder_y = torch.zeros(n)
    for j in range(2):
        mine = torch.where(turn == j, times, torch.full_like(times, NEVER))
        since, until, last, nxt = around(mine, strength, t)
        lift = stroke(draw, since, until, nxt, last)
        s = since.clamp(max=5)
        # A shot throws the gun up at once; it comes down slowly.
        kick = last * torch.exp(-s / draw.uniform(0.1, 0.3, n)[:, None]) * (1 - torch.exp(-s / 0.012)) * (since < 5)
        lift = torch.where(gun[:, None], kick, lift)
        shown = (torch.ones(n) if j == 0 else (two | idle).float())[:, None]
        way = side * (1 if j == 0 else -1)
        if j == 1:
            # A hand without strokes of its own holds still beside, or moves a little.
            lift = torch.where(idle[:, None], 0.12 * draw.smooth(t, n, 5), lift)
        cx = middle_x - way * apart * torch.sin(up).abs() - (0.14 * way * scale * idle if j else 0)
        cy = middle_y + way * apart * torch.cos(up) * 0.5
        phi = up - way * torch.where(knife, draw.uniform(1.2, 1.45, n), draw.uniform(0.4, 1.2, n))
        phi = torch.where(gun, torch.where(way > 0, math.pi, 0.0) + draw.normal(n) * 0.1, phi)
        theta = phi[:, None] + torch.sign(torch.sin(phi - up))[:, None] * swing[:, None] * lift
        ax, ay = torch.cos(up)[:, None], torch.sin(up)[:, None]
        drift = 0.03 * scale[:, None] * draw.chance(0.4, n).float()[:, None]
        stray = drift * (draw.smooth(t, n, 5) - 0.5)
        hand_x = cx[:, None] + length[:, None] * torch.cos(phi)[:, None] + rise[:, None] * lift * ax + stray
        hand_y = cy[:, None] + length[:, None] * torch.sin(phi)[:, None] + rise[:, None] * lift * ay
        tip_x, tip_y = hand_x - length[:, None] * torch.cos(theta), hand_y - length[:, None] * torch.sin(theta)
        near = 1 + torch.where(above, draw.uniform(0.2, 0.6, n), torch.zeros(n))[:, None] * lift
        reach = draw.uniform(0.45, 0.95, n) * (0.45 + 0.55 * scale)
        beta = phi + draw.uniform(-0.5, 0.5, n)
        sx = (cx + length * torch.cos(phi) + reach * torch.cos(beta))[:, None].expand_as(hand_x)
        sy = (cy + length * torch.sin(phi) + reach * torch.sin(beta))[:, None].expand_as(hand_x)
        if j == 0:
            shoulder_x, shoulder_y = sx[:, 0], sy[:, 0]
        slot = _ARMS + 5 * j
        bent = way * draw.sign(n)
        put_arm(sketch, slot, (sx, sy), (hand_x, hand_y), bent, thick, sleeve, skin, shown)
        held = shown * (tool != HAND).float()[:, None] * (1 if j == 0 else (~idle).float()[:, None])
        wide = torch.tensor([0.5, 0.3, 0.28, 0.45, 0.55])[tool] * thick
        sketch.capsule(slot + 3, hand_x, hand_y, tip_x, tip_y, wide[:, None] * near, alpha=held, colour=shaft)
        big = torch.tensor([1.2, 0.85, 0.45, 0.2, 0.3])[tool] * thick
        long = torch.tensor([0.0, 1.1, 0.0, 0.0, 0.0])[tool] * thick
        head = shown * (idle.logical_not().float()[:, None] if j else 1)
        sketch.put(
            slot + 4,
            tip_x,
            tip_y,
            hx=long[:, None] * near,
            r=big[:, None] * near,
            angle=theta + math.pi / 2,
            alpha=head,
            colour=torch.where((tool == HAND)[:, None], skin, own_tool),
        )
        if j == 0:
            gap = (0.02 + 0.25 * lift) * scale[:, None]
            dark = draw.uniform(0.15, 0.45, n) * (above | draw.chance(0.3, n)) * ~gun
            sketch.capsule(
                _SHADOW,
                hand_x + gap,
                hand_y + gap,
                tip_x + gap,
                tip_y + gap,
                wide * 1.3,
                alpha=dark,
                soft=0.015,
                colour=torch.zeros(n, 3),
            )
        # What is struck: a slab whose face passes through the contact, or from above a disc or board around it.
        hit = last * torch.exp(-s / 0.05) * (since < 5) * (draw.uniform(0, 0.012, n) * draw.chance(0.4, n))[:, None]
        deep = torch.where(above, torch.zeros(n), draw.uniform(0.03, 0.12, n) * (0.5 + 0.5 * scale))
        broad = draw.uniform(0.08, 0.25, n) * (0.5 + 0.5 * scale) / (1 + two.float())
        disc = above & draw.chance(0.6, n)
        below = (deep + torch.where(tool == HAND, big, big * 0.8))[:, None] + hit
        sketch.put(
            _TARGETS + j,
            cx[:, None] - ax * below,
            cy[:, None] - ay * below,
            hx=torch.where(disc, broad * 0.3, broad),
            hy=torch.where(above & ~disc, broad * 0.7, (deep - 0.02).clamp(min=0)),
            r=torch.where(disc, broad * 0.8, torch.full((n,), 0.02)),
            angle=up + math.pi / 2,
            alpha=((~gun).float() if j == 0 else (two & ~gun).float()),
            colour=surface if j == 0 else tinted(draw, other),
            texture=textured(draw, n, 0.06, 0.5),
        )
    # Seen from afar, the rest of the person is in the picture.
    whole = (scale < 0.85).float()
    sketch.put(
        _TORSO,
        shoulder_x,
        shoulder_y + 0.22 * scale,
        hx=0.06 * scale,
        hy=0.18 * scale,
        r=0.06 * scale,
        alpha=whole,
        colour=sleeve * 0.9,
        texture=textured(draw, n, 0.08),
    )
    nod = 0.02 * (draw.smooth(t, n, 6) - 0.5)
    sketch.put(
        _HEAD,
        shoulder_x[:, None] + nod,
        (shoulder_y - 0.12 * scale)[:, None] + nod,
        r=0.075 * scale,
        alpha=whole,
        colour=skin,
    )
    return sketch, score, {"material": struck, "tool": tool, "two": two.long(), "pace": pace_of(base, 0.3, 0.75)}
