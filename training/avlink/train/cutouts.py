"""Clips made of torn-out pictures: any look at all, moved as things are that sound, and as those that do not.

Scenes are drawn family by family, and found video shows other things. What all of it shares is how a blow looks:
something comes near and stops or turns at once, what it meets jumps or trembles, light bursts and fades. Here shapes
torn out of other scenes' pictures do that, beside others that only move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import Tensor

from ..scenes.common import EVENTS, FRAMES, NEVER, WINDOW, Draw, around, frame_times, level_times, rhythm

WAVES = (2, 3, 4, 5)  # of an outline, around its centre
SILENT = 0.12  # share of the clips in which nothing sounds


@dataclass
class Cutouts:
    """Clips with the moments at which they sound."""

    frames: Tensor  # uint8 [n, 64, 3, S, S]
    events: Tensor  # float32 [n, 24] seconds, NaN padded
    level: Tensor  # float32 [n, 128] RMS


@dataclass
class Layer:
    """One shape of n clips; x, y and sizes in picture widths."""

    x: Tensor  # [n, 64] centre
    y: Tensor  # [n, 64]
    angle: Tensor  # [n, 64] radians
    grow: Tensor  # [n, 64] log scale
    alpha: Tensor  # [n, 64]
    half: Tensor  # [n, 2] half extents
    power: Tensor  # [n] 2: ellipse, large: box
    wave: Tensor  # [n, 4, 2] height and phase of the waves of the outline
    still: Tensor  # [n] int64, the picture it is torn out of
    place: Tensor  # [n, 2] where, -0.5..0.5
    zoom: Tensor  # [n] how much of it fills the shape
    tint: Tensor  # [n, 4] colour in 0..1, and its share

    def to(self, device: torch.device) -> Layer:
        return Layer(**{item.name: getattr(self, item.name).to(device) for item in fields(self)})


def cutouts(stills: Tensor, seed: int, count: int) -> Cutouts:
    """`count` clips out of uint8 stills [P, 3, S, S]; the same arguments give the same clips."""
    draw, device = Draw(seed, heldout=False), stills.device
    times, strength, _ = rhythm(draw, count, 0.2, 1.6, 20)
    silent = draw.chance(SILENT, count)
    times = torch.where((times < WINDOW - 0.04) & ~silent[:, None], times, torch.full_like(times, NEVER))
    layers, flash = _things(draw, count, stills.shape[0], silent, around(times, strength, frame_times()))
    camera = _camera(draw, count).to(device)
    back = _layer(draw, count, stills.shape[0])
    back.zoom = draw.uniform(0.3, 0.8, count)
    pixels, size = stills.float() / 255, stills.shape[-1]
    shift_x, shift_y, zoom, roll = camera.unbind(-1)
    canvas = _texture(pixels, back.to(device), *_turned(-shift_x, -shift_y, zoom, roll, size))
    for layer in layers:
        seen = layer.to(device)
        u, v = _turned(0.5 - seen.x - shift_x, 0.5 - seen.y - shift_y, seen.grow, -seen.angle, size)
        cover = _cover(seen, u, v)[:, :, None]
        canvas = torch.lerp(canvas, _texture(pixels, seen, u, v), cover)
    canvas = canvas + flash.to(device)[:, :, None, None, None]
    grain = draw.chance(0.5, count).float() * draw.uniform(0, 0.025, count)
    noise = grain[:, None, None, None, None] * torch.randn(canvas.shape, generator=draw.gen)
    canvas = canvas + noise.to(device)
    heard = torch.where(times < WINDOW, times, torch.full_like(times, math.nan))
    heard = F.pad(heard, (0, EVENTS - heard.shape[1]), value=math.nan)
    frames = canvas.mul(255).round_().clamp_(0, 255).to(torch.uint8)
    return Cutouts(frames, heard.to(device), _level(draw, times, strength).to(device))


def _level(draw: Draw, times: Tensor, strength: Tensor) -> Tensor:
    """RMS of sounds that fade, over a floor of noise."""
    n = times.shape[0]
    late = level_times()[None, :, None] - times[:, None]
    fade = draw.logspan(0.03, 0.2, n)[:, None, None]
    loud = draw.logspan(0.05, 0.4, n)[:, None, None] * strength[:, None]
    power = torch.where(late > -0.016, loud * torch.exp(-late.clamp(min=0) / fade), torch.zeros_like(late)).square()
    return power.sum(2).sqrt() + draw.logspan(3e-4, 3e-3, n)[:, None]


def _layer(draw: Draw, n: int, stills: int) -> Layer:
    """A shape that stands still in the middle."""
    still = torch.zeros(n, FRAMES)
    half = draw.logspan(0.05, 0.4, n, 2)
    half[:, 1] = torch.where(draw.chance(0.4, n), half[:, 0] * draw.logspan(0.12, 0.5, n), half[:, 1])
    wave = torch.stack(
        [draw.normal(n, len(WAVES)) * draw.uniform(0, 0.16, n, 1), draw.uniform(0, 2 * math.pi, n, len(WAVES))], 2
    )
    tint = torch.cat([draw.colour(n), draw.uniform(0, 1, n, 1) * draw.chance(0.6, n, 1)], 1)
    return Layer(
        x=still + 0.5,
        y=still + 0.5,
        angle=still + draw.uniform(0, 2 * math.pi, n, 1),
        grow=still,
        alpha=still + 1,
        half=half,
        power=draw.logspan(2, 8, n),
        wave=wave,
        still=draw.pick(stills, n),
        place=draw.uniform(-0.4, 0.4, n, 2),
        zoom=draw.uniform(0.3, 1.2, n),
        tint=tint,
    )


Around = tuple[Tensor, Tensor, Tensor, Tensor]  # since the last event, until the next, strengths of both, [n, 64] each


def _blow(draw: Draw, silent: Tensor, events: Around) -> Tensor:
    """How far away what comes is, 0 (it meets) .. 1, [n, 64]: it is fastest when it meets, and goes back slowly.

    Where nothing sounds it comes and goes, too, but turns without haste.
    """
    since, until, last, following = events
    n, t = since.shape[0], frame_times()
    coming = (until / draw.logspan(0.1, 0.45, n)[:, None]).clamp(max=1)
    coming = 1 - (1 - coming) ** draw.uniform(1, 2.2, n)[:, None]
    going = 1 - torch.exp(-since / draw.logspan(0.08, 0.5, n)[:, None])
    strength = torch.where(coming < going, following, last)
    blow = torch.minimum(coming, going) * (0.5 + 0.5 * strength)
    turns, phase = 1 / draw.logspan(0.5, 2.5, n)[:, None], draw.uniform(0, 2 * math.pi, n)[:, None]
    sway = 0.5 + 0.5 * torch.sin(2 * math.pi * turns * t + phase)
    calm = torch.where(draw.chance(0.5, n)[:, None], sway, draw.smooth(t, n, 9))
    return torch.where(silent[:, None], calm, blow)


def _shock(draw: Draw, events: Around) -> Tensor:
    """How what sounds trembles or jumps, -1 .. 1, [n, 64]."""
    since, _, last, _ = events
    n, s = since.shape[0], since.clamp(max=5)
    fade = draw.logspan(0.06, 0.25, n)[:, None]
    tremble = torch.exp(-s / fade) * torch.sin(2 * math.pi * s * draw.logspan(1.5, 6, n)[:, None])
    jump = (s / fade) * torch.exp(1 - s / fade)
    return torch.where(draw.chance(0.5, n)[:, None], tremble, jump) * last * (since < 5)


def _things(draw: Draw, n: int, stills: int, silent: Tensor, events: Around) -> tuple[list[Layer], Tensor]:
    """What only moves, what is met, what comes and a burst, from back to front, and the light of it on all [n, 64]."""
    t = frame_times()
    strikes, bursts = draw.chance(0.7, n), draw.chance(0.15, n)
    # What sounds by itself, as a mouth or a gun does, shows it alone.
    alone = ~strikes & ~bursts
    x, y = draw.uniform(0.25, 0.75, n)[:, None], draw.uniform(0.25, 0.75, n)[:, None]
    above, anywhere = 0.4 * draw.normal(n) - math.pi / 2, draw.uniform(0, 2 * math.pi, n)
    way = torch.where(draw.chance(0.5, n), above, anywhere)[:, None]
    far = draw.logspan(0.06, 0.45, n)[:, None]
    blow, shock = _blow(draw, silent, events), _shock(draw, events)

    moves = _layer(draw, n, stills)
    wander, lively = draw.uniform(0.03, 0.35, n)[:, None], draw.chance(0.5, n)[:, None]

    def path() -> Tensor:
        curve = torch.where(lively, draw.smooth(t, n, 12), draw.smooth(t, n, 5))
        return draw.uniform(0.05, 0.95, n)[:, None] + wander * (curve - 0.5)

    moves.x, moves.y = path(), path()
    moves.angle = moves.angle + draw.chance(0.5, n).float()[:, None] * draw.smooth(t, n, 6)
    moves.alpha = moves.alpha * draw.chance(0.5, n).float()[:, None]

    met = _layer(draw, n, stills)
    amount = torch.where(alone, draw.logspan(0.04, 0.2, n), draw.chance(0.6, n) * draw.logspan(0.008, 0.06, n))
    jolt, kind = amount[:, None] * shock, draw.uniform(0, 1, n, 3)
    thick = met.half.amin(1)[:, None]
    side = torch.where(draw.chance(0.6, n)[:, None], way + math.pi, draw.uniform(0, 2 * math.pi, n)[:, None])
    met.x = x - thick * torch.cos(way) + jolt * torch.cos(side) * kind[:, :1]
    met.y = y - thick * torch.sin(way) + jolt * torch.sin(side) * kind[:, :1]
    met.angle = met.angle + draw.sign(n)[:, None] * 2.5 * jolt * kind[:, 1:2]
    met.grow = met.grow + 2 * jolt * kind[:, 2:]
    met.alpha = met.alpha * (alone | draw.chance(0.75, n)).float()[:, None]

    comes = _layer(draw, n, stills)
    # An arm or a stick turns about its other end.
    reach = (comes.half.amax(1) * draw.chance(0.6, n))[:, None]
    turn = draw.sign(n)[:, None] * draw.uniform(0, 2.4, n)[:, None] * far
    comes.angle = comes.angle + turn * blow
    comes.x = x + far * blow * torch.cos(way) + reach * torch.cos(comes.angle)
    comes.y = y + far * blow * torch.sin(way) + reach * torch.sin(comes.angle)
    comes.alpha = comes.alpha * strikes.float()[:, None]

    since, _, last, _ = events
    light = torch.exp(-since / draw.logspan(0.05, 0.4, n)[:, None]) * last
    light = light * (bursts * draw.uniform(0.1, 0.8, n))[:, None]
    burst = _layer(draw, n, stills)
    burst.x, burst.y = x.expand(n, FRAMES), y.expand(n, FRAMES)
    burst.grow = burst.grow - draw.uniform(0, 1, n)[:, None] * since.clamp(max=0.5)
    burst.alpha = light
    burst.tint = torch.cat([draw.uniform(0.7, 1, n, 3), torch.ones(n, 1)], 1)
    everywhere = 0.6 * draw.chance(0.3, n).float()[:, None]
    return [moves, met, comes, burst], everywhere * light


def _camera(draw: Draw, n: int) -> Tensor:
    """dx, dy, log zoom and roll of hand-held cameras, of others that pan and of those on tripods, [n, 64, 4]."""
    t = frame_times()
    moving = draw.chance(0.55, n).float()[:, None]
    camera = torch.zeros(n, FRAMES, 4)
    for axis in (0, 1):
        camera[..., axis] += moving * draw.uniform(0, 0.2, n)[:, None] * (draw.smooth(t, n, 4) - 0.5)
        camera[..., axis] += moving * draw.uniform(0, 0.05, n)[:, None] * (draw.smooth(t, n, 10) - 0.5)
        camera[..., axis] += moving * draw.uniform(0, 0.02, n)[:, None] * (draw.smooth(t, n, 24) - 0.5)
    camera[..., 2] += moving * draw.uniform(-0.2, 0.2, n)[:, None] * draw.smooth(t, n, 3)
    camera[..., 3] += moving * 0.08 * (draw.smooth(t, n, 6) - 0.5)
    return camera


def _turned(dx: Tensor, dy: Tensor, grow: Tensor, angle: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Places of the pixels, [n, 64, S, S] each, beside something that lies at -(dx, dy) from the picture's middle."""
    at = (torch.arange(size, device=dx.device) + 0.5) / size - 0.5
    dx, dy, grow, angle = (value[:, :, None, None] for value in (dx, dy, grow, angle))
    px, py, scale = at + dx, at[:, None] + dy, torch.exp(-grow)
    c, s = torch.cos(angle) * scale, torch.sin(angle) * scale
    return c * px - s * py, s * px + c * py


def _cover(layer: Layer, u: Tensor, v: Tensor) -> Tensor:
    """How much of every pixel the shape covers, [n, 64, S, S]."""

    def wide(value: Tensor) -> Tensor:
        return value[:, None, None, None]

    hx, hy = wide(layer.half[:, 0]), wide(layer.half[:, 1])
    power = wide(layer.power)
    x, y = (u / hx).abs().clamp(min=1e-3), (v / hy).abs().clamp(min=1e-3)
    rho = (x**power + y**power) ** (1 / power)
    theta = torch.atan2(v / hy, u / hx)
    edge = torch.ones_like(rho)
    for k, waves in enumerate(WAVES):
        edge = edge + wide(layer.wave[:, k, 0]) * torch.cos(waves * theta + wide(layer.wave[:, k, 1]))
    inside = (edge - rho) * torch.minimum(hx, hy) * u.shape[-1] + 0.5
    return inside.clamp(0, 1) * layer.alpha[:, :, None, None]


def _texture(pixels: Tensor, layer: Layer, u: Tensor, v: Tensor) -> Tensor:
    """What a layer looks like at places (u, v) beside its middle, [n, 64, 3, S, S] in 0..1."""
    n, size = u.shape[0], u.shape[-1]
    zoom = layer.zoom[:, None, None, None]
    place = layer.place[:, :, None, None, None]
    grid = torch.stack([(u * zoom + place[:, 0]) * 2, (v * zoom + place[:, 1]) * 2], -1)
    looks = pixels[layer.still]
    sampled = F.grid_sample(
        looks, grid.reshape(n, -1, size, 2), padding_mode="reflection", align_corners=False
    ).reshape(n, 3, FRAMES, size, size)
    colour, share = layer.tint[:, :3], layer.tint[:, 3:]
    tinted = torch.lerp(sampled, colour[:, :, None, None, None].expand_as(sampled), share[:, :, None, None, None])
    return tinted.transpose(1, 2)
