"""What cameras, editors and codecs do to a picture: exposure, noise, sharpening, blocks, repeated frames, titles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .common import FPS, FRAMES, Draw, frame_times

CELLS = (7, 60)  # a line of a title in cells, four a letter


@dataclass
class Lens:
    """Per-clip treatment of finished frames; what is 0 or False is left out."""

    shows: Tensor  # [n, 64] int64 the frame that is shown at each frame time: never a later one
    bars: Tensor  # [n, 2] height of the bars (top and bottom), width of the bars at the sides
    exposure: Tensor  # [n, 64] gain over time
    grain: Tensor  # [n] sensor noise, standard deviation
    shot: Tensor  # [n] sensor noise that grows with the light
    sharp: Tensor  # [n] -1 (soft) .. 2 (over-sharpened)
    coarse_colour: Tensor  # [n] bool chroma subsampling
    blocks: Tensor  # [n] 0..1 detail below which a block is flat
    block_side: Tensor  # [n] int64 blocks a side: 32 or 16
    tone: Tensor  # [n] -1..1 how far the middle tones are bent, down or up
    title: Tensor  # [n, 7, 60] 0 or 1
    title_box: Tensor  # [n, 4] left, top, width, height; width 0: no title
    title_time: Tensor  # [n, 2] from, to (s)
    title_colour: Tensor  # [n, 3]
    title_alpha: Tensor  # [n]


def _repeats(draw: Draw, wild: Tensor) -> Tensor:
    """The frame shown at each time as from a source of another frame rate, or from an encoder that drops frames."""
    n = wild.numel()
    every = torch.arange(FRAMES).float()[None]
    kind = draw.uniform(0, 1, n)
    rates = torch.tensor([15.0, 15.0, 12.5, 12.0, 10.0, 7.5])[draw.pick(6, n)][:, None] / FPS
    phase = draw.uniform(0, 1, n, 1)
    # The newest frame of the source whose moment is past; its own moment is rounded down to a frame that is drawn.
    source = torch.floor((torch.floor(every * rates + phase) - phase) / rates + 1e-3).clamp(min=0)
    dropped = draw.chance(0.15, n, FRAMES)
    dropped[:, 0] = False
    last = torch.where(dropped, torch.zeros(n, FRAMES), every.expand(n, FRAMES)).cummax(1).values
    shown = torch.where((kind < 0.3)[:, None], source, every.expand(n, FRAMES))
    shown = torch.where((kind > 0.92)[:, None], last, shown)
    return torch.where(wild[:, None], shown, every.expand(n, FRAMES)).long()


def draw_lens(draw: Draw, wild: Tensor) -> Lens:
    """Treatment of n clips; those that are not `wild` (bool [n]) get faint noise, slow exposure and a few bars."""
    n = wild.numel()
    bar_u = draw.uniform(0, 1, n)
    none = torch.zeros(n)
    bars = torch.stack(
        [
            torch.where(bar_u > 0.92, draw.uniform(0.05, 0.16, n), none),
            torch.where(bar_u < 0.06, draw.uniform(0.05, 0.28, n), none),
        ],
        1,
    )
    drift = (
        draw.chance(0.25, n).float()[:, None] * (draw.smooth(frame_times(), n, 6) - 0.5) * draw.uniform(0, 0.5, n, 1)
    )
    # A dark scene: little light, much noise, and gain that hunts for the right exposure.
    dark = wild & draw.chance(0.15, n)
    low = torch.where(dark, draw.uniform(0.35, 0.75, n), torch.ones(n))
    grain = draw.uniform(0, 0.03, n) + dark * draw.uniform(0, 0.025, n)
    sharp = torch.where(draw.chance(0.5, n), draw.uniform(-1, -0.2, n), draw.uniform(0.2, 1.2, n))
    titled = wild & draw.chance(0.14, n)
    letters = draw.chance(0.6, n, *CELLS)
    cell = torch.arange(CELLS[1])
    letters &= (cell % 4 != 3) & (cell[None] < draw.uniform(12, 60, n)[:, None])[:, None]
    wide = draw.uniform(0.3, 0.9, n)
    high = wide * draw.uniform(0.1, 0.16, n)
    top = torch.where(draw.chance(0.7, n), draw.uniform(0.82, 0.96, n) - high, draw.uniform(0.02, 0.12, n))
    start = torch.where(draw.chance(0.7, n), torch.full((n,), -1.0), draw.uniform(0.2, 3, n))
    return Lens(
        shows=_repeats(draw, wild),
        bars=bars,
        exposure=low[:, None] * (1 + drift * torch.where(dark, 2.0, 1.0)[:, None]),
        grain=grain,
        shot=(wild & draw.chance(0.25, n)) * draw.uniform(0.01, 0.05, n),
        sharp=sharp * (wild & draw.chance(0.4, n)),
        coarse_colour=wild & draw.chance(0.3, n),
        blocks=(wild & draw.chance(0.25, n)) * draw.uniform(0.02, 0.12, n),
        block_side=draw.among([32, 16], n),
        tone=(wild & draw.chance(0.3, n)) * draw.uniform(-0.7, 0.8, n),
        title=letters.float(),
        title_box=torch.stack([draw.uniform(0.03, 0.95, n) * (1 - wide), top, wide * titled, high], 1),
        title_time=torch.stack([start, start + draw.uniform(0.8, 9, n)], 1),
        title_colour=torch.where(
            draw.chance(0.7, n)[:, None], draw.uniform(0.85, 1, n, 1).expand(n, 3), draw.colour(n)
        ),
        title_alpha=draw.uniform(0.5, 1, n),
    )


def titles(lens: Lens, size: int, device: torch.device) -> Tensor:
    """Opacity of every clip's title, [n, 1, size, size]."""
    rows, columns = CELLS
    grid = (torch.arange(size, device=device) + 0.5) / size
    left, top, wide, high = (lens.title_box[:, i, None].to(device) for i in range(4))
    u = ((grid - left) / wide.clamp(min=1e-3) * columns).floor().long()
    v = ((grid - top) / high.clamp(min=1e-3) * rows).floor().long()
    inside = (((u >= 0) & (u < columns))[:, None] & ((v >= 0) & (v < rows))[:, :, None] & (wide > 0)[..., None]).float()
    clip = torch.arange(lens.grain.numel(), device=device)[:, None, None]
    letters = lens.title.to(device)[clip, v.clamp(0, rows - 1)[:, :, None], u.clamp(0, columns - 1)[:, None]]
    return (letters * inside * lens.title_alpha.to(device)[:, None, None])[:, None]


def _apply(canvas: Tensor, which: Tensor, change: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """`change` of the frames in `which` (bool [m], on the CPU); it gets them and their indices."""
    if not bool(which.any()):
        return canvas
    at = which.nonzero()[:, 0]
    if at.numel() == which.numel():
        return change(canvas, at)
    place = at.to(canvas.device)
    canvas[place] = change(canvas[place], at)
    return canvas


def _wide(values: Tensor, like: Tensor) -> Tensor:
    return values.to(like.device)[:, None, None, None]


def _smooth(x: Tensor) -> Tensor:
    """Means of 3 x 3 pixels; the border keeps its own."""
    across = x.clone()
    across[..., 1:-1].add_(x[..., :-2]).add_(x[..., 2:]).mul_(1 / 3)
    down = across.clone()
    down[..., 1:-1, :].add_(across[..., :-2, :]).add_(across[..., 2:, :]).mul_(1 / 3)
    return down


def _cells(x: Tensor, side: int) -> Tensor:
    """Means of side x side equal cells (or of single pixels, where there are fewer)."""
    while x.shape[-1] > side and x.shape[-1] % 2 == 0:
        rows = x[..., ::2, :] + x[..., 1::2, :]
        x = (rows[..., ::2] + rows[..., 1::2]).mul_(0.25)
    return x


def _spread(cells: Tensor, out: Tensor) -> Tensor:
    """Fill `out` with the values of its cells."""
    k = out.shape[-1] // cells.shape[-1]
    m, colours, size = out.shape[0], out.shape[1], cells.shape[-1]
    out.view(m, colours, size, k, size, k).copy_(cells[:, :, :, None, :, None])
    return out


def treat(canvas: Tensor, lens: Lens, rows: Tensor, shown: Tensor, masks: Tensor, noise: Tensor) -> Tensor:
    """Frames [m, 3, S, S] in 0..1 of the clips `rows` [m] at frames `shown` [m] -> 0..255, as a player shows them.

    masks: from `titles`; noise: standard normal, shaped like canvas.
    """

    def entitle(x: Tensor, at: Tensor) -> Tensor:
        mask = masks[rows[at].to(x.device)]
        tone = lens.title_colour[rows[at], :, None, None].to(x.device)
        return torch.lerp(x, tone.expand_as(x), mask.expand_as(x))

    def focus(x: Tensor, at: Tensor) -> Tensor:
        return torch.lerp(_smooth(x), x, 1 + _wide(lens.sharp[rows[at]], x)).clamp_(0, 1)

    def bend(x: Tensor, at: Tensor) -> Tensor:
        x.clamp_(0, 1)
        return x.mul_(_wide(1 + lens.tone[rows[at]], x) - x * _wide(lens.tone[rows[at]], x))

    def speckle(x: Tensor, at: Tensor) -> Tensor:
        mine = noise if at.numel() == rows.numel() else noise[at.to(x.device)]
        return x.add_(x.clamp(0, 1).sqrt_().mul_(mine).mul_(_wide(lens.shot[rows[at]], x)))

    def coarsen(x: Tensor, at: Tensor) -> Tensor:
        grey = (x[:, :1] + x[:, 1:2]).add_(x[:, 2:]).mul_(1 / 3)
        colour = x - grey
        return _spread(_cells(colour, 32), colour).add_(grey)

    when = (shown.float() + 0.5) / FPS
    spans = lens.title_time[rows]
    canvas = _apply(canvas, (lens.title_box[rows, 2] > 0) & (when >= spans[:, 0]) & (when < spans[:, 1]), entitle)
    canvas = _apply(canvas, lens.tone[rows] != 0, bend)
    gain = lens.exposure[rows, shown]
    canvas = canvas.mul_(_wide(gain, canvas)) if bool((gain != 1).any()) else canvas
    canvas = _apply(canvas, lens.shot[rows] > 0, speckle)
    canvas = _apply(canvas, lens.sharp[rows] != 0, focus)
    canvas = _apply(canvas, lens.coarse_colour[rows], coarsen)
    for side in (32, 16):

        def flatten(x: Tensor, at: Tensor, side: int = side) -> Tensor:
            mean, least = _spread(_cells(x, side), torch.empty_like(x)), _wide(lens.blocks[rows[at]], x)
            detail = x - mean
            # Small detail is lost, large detail loses as much: what a coarse quantizer leaves.
            return x.sub_(torch.minimum(torch.maximum(detail, -least), least))

        canvas = _apply(canvas, (lens.blocks[rows] > 0) & (lens.block_side[rows] == side), flatten)
    canvas = torch.add(torch.tensor(0.5, device=canvas.device), canvas, alpha=255, out=canvas)
    return canvas.addcmul_(noise, _wide(lens.grain[rows] * 255, canvas)).clamp_(0, 255)
