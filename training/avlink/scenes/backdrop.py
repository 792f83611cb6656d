"""Backgrounds with the statistics of real pictures: overlapping regions with edges, 1/f texture, boxes and shelves.

A backdrop is painted once a clip, larger than the picture, and sampled under every frame's camera. Its resolution does
not depend on the picture size, so that a scene is the same at any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .common import Draw

REACH = 0.75  # the backdrop covers the picture's middle +- REACH
SIDE = 128  # its pixels a side: 85 over the width of a picture
REGIONS = 6
WAVES = 5
BOXES = 9
POOL = 256


@dataclass
class Backdrop:
    """Parameters of n backdrops; `which` lists the clips that have one."""

    which: Tensor  # [n] bool
    wave: Tensor  # [n, REGIONS, WAVES, 4] wave vector (rad per picture), phase, weight
    sharp: Tensor  # [n] how hard the edges between regions are
    colour: Tensor  # [n, REGIONS, 3]
    box: Tensor  # [n, BOXES, 6] x0, x1, y0, y1 in 0..1 of the backdrop, softness, opacity
    box_colour: Tensor  # [n, BOXES, 3]
    slope: Tensor  # [n, 2] light over x and y
    noise: Tensor  # [n, 2] amount of 1/f texture, how much of it differs by colour
    place: Tensor  # [n, 2] int64 where in the common field of texture


def draw_backdrop(draw: Draw, which: Tensor, base: Tensor) -> Backdrop:
    """Backdrops of the clips in `which` (bool [n]) around the colours `base` [n, 3].

    Training: regions of round shapes; held out: drawn-out ones, as of wood or cloth.
    """
    n = which.numel()
    coarse = draw.logspan(2.5, 14, n, 1, 1)
    freq = coarse * draw.logspan(0.5, 2.5, n, REGIONS, WAVES)
    angle = draw.uniform(0, 2 * math.pi, n, REGIONS, WAVES)
    if draw.heldout:
        angle = draw.uniform(0, 2 * math.pi, n, 1, 1) + 0.25 * draw.normal(n, REGIONS, WAVES)
    weight = draw.uniform(0.3, 1, n, REGIONS, WAVES)
    phase = draw.uniform(0, 2 * math.pi, n, REGIONS, WAVES)
    wave = torch.stack([freq * torch.cos(angle), freq * torch.sin(angle), phase, weight], 3)
    # Colours around the base: some pictures are colourful, most share a tone.
    apart = draw.uniform(0.1, 1, n, 1, 1) ** 1.5
    light = draw.normal(n, REGIONS, 1) * 0.3
    colour = base[:, None] * (1 - apart) + draw.colour(n, REGIONS) * apart
    dull = draw.uniform(0, 0.9, n, 1, 1)
    colour = colour.mean(2, keepdim=True) * dull + colour * (1 - dull) + light
    centre = draw.uniform(0.1, 0.9, n, BOXES, 2)
    # Boxes that repeat along one axis make shelves, fences and windows.
    even = torch.arange(BOXES).float() / BOXES + draw.uniform(-0.02, 0.02, n, BOXES)
    shelf = draw.pick(4, n)[:, None]
    half = draw.logspan(0.012, 0.25, n, BOXES, 2)
    thin = draw.uniform(0.008, 0.04, n, 1)
    for axis in (0, 1):
        regular = shelf == axis
        centre[:, :, axis] = torch.where(regular, even, centre[:, :, axis])
        half[:, :, axis] = torch.where(regular, thin, half[:, :, axis])
        half[:, :, 1 - axis] = torch.where(regular, half[:, :, 1 - axis] + 0.2, half[:, :, 1 - axis])
    shown = draw.chance(0.6, n, BOXES) & draw.chance(0.75, n)[:, None]
    opacity = shown.float() * draw.uniform(0.4, 1, n, BOXES)
    soft = draw.logspan(0.004, 0.05, n, 1).expand(n, BOXES)
    edges = [centre[:, :, 0] - half[:, :, 0], centre[:, :, 0] + half[:, :, 0]]
    edges += [centre[:, :, 1] - half[:, :, 1], centre[:, :, 1] + half[:, :, 1]]
    tone = draw.colour(n, BOXES)
    tone = tone.mean(2, keepdim=True) * dull + tone * (1 - dull)
    same = draw.chance(0.5, n)[:, None, None]
    return Backdrop(
        which=which,
        wave=wave,
        sharp=draw.logspan(2, 30, n),
        colour=colour.clamp(0, 1),
        box=torch.stack([*edges, soft, opacity], 2),
        box_colour=torch.where(same, tone[:, :1].expand_as(tone), tone),
        slope=draw.normal(n, 2) * 0.25,
        noise=torch.stack([draw.uniform(0, 1, n) ** 2 * 0.13, draw.uniform(0, 0.3, n)], 1),
        place=draw.pick(POOL - SIDE, n, 2),
    )


def _texture_pool(device: torch.device, seed: int) -> Tensor:
    """One large field with a 1/f amplitude spectrum, three channels, unit deviation, [3, POOL, POOL]."""
    gen = torch.Generator(device=device).manual_seed(seed)
    spectrum = torch.fft.rfft2(torch.randn(3, POOL, POOL, device=device, generator=gen))
    fy = torch.fft.fftfreq(POOL, device=device)[:, None] * POOL
    fx = torch.fft.rfftfreq(POOL, device=device)[None] * POOL
    # Slow waves across the whole field are left out: they are light, which has its own term.
    field = torch.fft.irfft2(spectrum / torch.sqrt(fx * fx + fy * fy).clamp(min=4), s=(POOL, POOL))
    return field / field.std((1, 2), keepdim=True)


def paint_backdrops(backdrop: Backdrop, device: torch.device, seed: int) -> tuple[Tensor, Tensor]:
    """The backdrops of the clips that have one, [m, 3, SIDE, SIDE], and each clip's index among them (-1: none)."""
    clips = backdrop.which.nonzero()[:, 0]
    index = torch.full((backdrop.which.numel(),), -1)
    index[clips] = torch.arange(clips.numel())
    if clips.numel() == 0:
        return torch.zeros(0, 3, SIDE, SIDE, device=device), index
    pool = _texture_pool(device, seed)
    at = (torch.arange(SIDE, device=device) + 0.5) / SIDE
    world = (at - 0.5) * 2 * REACH
    wave = backdrop.wave[clips].to(device)
    x = wave[..., 0, None] * world
    y = wave[..., 1, None] * world + wave[..., 2, None]
    left = torch.cat([torch.cos(y), -torch.sin(y)], 2) * torch.cat([wave[..., 3, None]] * 2, 2)
    field = left.transpose(2, 3) @ torch.cat([torch.cos(x), torch.sin(x)], 2)
    share = torch.softmax(field * backdrop.sharp[clips].to(device)[:, None, None, None], 1)
    m = clips.numel()
    picture = (backdrop.colour[clips].to(device).transpose(1, 2) @ share.view(m, REGIONS, -1)).view(m, 3, SIDE, SIDE)
    box, tone = backdrop.box[clips].to(device), backdrop.box_colour[clips].to(device)
    for k in range(BOXES):
        x0, x1, y0, y1, soft, opacity = (box[:, k, i, None] for i in range(6))
        across = ((at - x0) / soft + 0.5).clamp(0, 1) * ((x1 - at) / soft + 0.5).clamp(0, 1)
        down = ((at - y0) / soft + 0.5).clamp(0, 1) * ((y1 - at) / soft + 0.5).clamp(0, 1) * opacity
        cover = down[:, :, None] * across[:, None]
        picture = torch.lerp(picture, tone[:, k, :, None, None].expand_as(picture), cover[:, None].expand_as(picture))
    amount, hue = (backdrop.noise[clips, i].to(device)[:, None, None, None] for i in (0, 1))
    places = backdrop.place[clips].tolist()
    grain = torch.stack([pool[:, a : a + SIDE, b : b + SIDE] for a, b in places])
    grain = grain[:, :1] * (1 - hue) + grain * hue
    slope = backdrop.slope[clips].to(device)
    light = 1 + slope[:, :1, None] * world + slope[:, 1:, None] * world[:, None]
    return ((picture + grain * amount) * light[:, None]).clamp_(0, 1), index


def sample(pictures: Tensor, camera: Tensor, size: int) -> Tensor:
    """Backdrops [m, 3, SIDE, SIDE] as seen by cameras [m, 4] (dx, dy, log zoom, roll) -> [m, 3, size, size]."""
    scale = torch.exp(-camera[:, 2]) * (0.5 / REACH)
    c, s = torch.cos(camera[:, 3]) * scale, torch.sin(camera[:, 3]) * scale
    at = (torch.arange(size, device=pictures.device) + 0.5) * (2 / size) - 1
    places = torch.empty(camera.shape[0], size, size, 2, device=pictures.device)
    for axis, (along, across) in enumerate(((c, s), (-s, c))):
        start = camera[:, axis, None] / REACH + along[:, None] * at
        places[..., axis] = start[:, None] + (across[:, None] * at)[:, :, None]
    return functional.grid_sample(pictures, places, padding_mode="reflection", align_corners=False)
