"""Drawing: signed distances of rounded boxes composited over a backdrop or a sum of plane waves.

Of the waves each one separates into a product of a function of x and one of y, so a whole
picture is one small matrix product, at any size and under any camera motion, without a texture to sample from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .backdrop import Backdrop, draw_backdrop, paint_backdrops, sample
from .common import (
    ALPHA,
    ANGLE,
    FIRST,
    FLASH,
    FPS,
    FRAMES,
    HOLLOW,
    HX,
    HY,
    RAD,
    SLOTS,
    SOFT,
    TEX,
    Draw,
    Sketch,
    X,
    Y,
)
from .lens import Lens, titles, treat

WAVES = 10
RAIN_WAVES = 28
BARS = 2  # letterbox bars: two more slots that the camera does not move


@dataclass
class Look:
    """Per-clip appearance that does not depend on the family."""

    wave: Tensor  # [n, WAVES, 3] wave vector x, y in rad per picture and phase
    amount: Tensor  # [n, WAVES, 3] RGB amplitude
    base: Tensor  # [n, 3, 3] constant, x slope, y slope per channel
    contrast: Tensor  # [n]
    lift: Tensor  # [n, 3] added to every channel
    light: Tensor  # [n] top-down shading of the primitives
    shutter: Tensor  # [n] share of the frame interval over which movement smears
    rain_wave: Tensor  # [n, RAIN_WAVES, 3] unit draws for the streak field
    rain_colour: Tensor  # [n, 3]
    depth: Tensor  # [n] how much of the camera's movement the background shows: less the further away it is
    backdrop: Backdrop


def draw_look(draw: Draw, wild: Tensor, night: Tensor) -> Look:
    """Appearance of n clips; wild: bool [n], night: how dark the background is, 0..1 [n].

    Wild clips mostly stand before a backdrop like a real picture, the others before waves: in training 1/f noise,
    stripes, checks and plain colour, held out plaid and speckle.
    """
    n = wild.numel()
    kind = draw.pick(4, n)
    angle = draw.uniform(0, 2 * math.pi, n, WAVES)
    freq = draw.logspan(2.5, 40, n, WAVES)
    weight = 1 / (1 + freq / 8)
    main = draw.uniform(0, math.pi, n, 1)
    pitch = draw.logspan(6, 45, n, 1)
    if draw.heldout:
        # Plaid: square waves along two crossing directions; speckle: waves of one length in all directions.
        odd = torch.tensor([1.0, 1, 3, 3, 5, 5, 7, 7, 9, 9])
        cross = (torch.arange(WAVES) % 2) * (math.pi / 2)
        special = (kind >= 2)[:, None]
        stripes = (kind == 2)[:, None]
        angle = torch.where(stripes, main + cross, angle)
        freq = torch.where(stripes, pitch * odd, torch.where(special, pitch.expand_as(freq), freq))
        weight = torch.where(stripes, 0.5 / odd, torch.where(special, torch.full_like(weight, 0.22), weight))
    else:
        odd = torch.arange(1, 2 * WAVES, 2).float()
        stripes = (kind == 1)[:, None]
        checks = (kind == 2)[:, None]
        diagonal = main + math.pi / 2 * (torch.arange(WAVES) % 2)
        angle = torch.where(stripes, main.expand_as(angle), torch.where(checks, diagonal, angle))
        freq = torch.where(stripes, pitch * odd, torch.where(checks, pitch.expand_as(freq), freq))
        weight = torch.where(stripes, 0.8 / odd, torch.where(checks, 0.5 * (torch.arange(WAVES) < 2), weight))
        weight = torch.where((kind == 3)[:, None], torch.zeros_like(weight), weight)
    phase = draw.uniform(0, 2 * math.pi, n, WAVES)
    wave = torch.stack([freq * torch.cos(angle), freq * torch.sin(angle), phase], 2)
    strength = draw.uniform(0.02, 0.3, n, 1, 1)
    tint = draw.normal(n, WAVES, 3) * 0.35 + draw.sign(n, WAVES, 1)
    tint = torch.where((kind == 0)[:, None, None], tint, tint[:, :1].expand_as(tint))
    amount = weight[..., None] * strength * tint
    colour = draw.colour(n)
    base = torch.stack([colour, draw.normal(n, 3) * 0.12, draw.normal(n, 3) * 0.18], 1).transpose(1, 2)
    base[:, :, 0] *= 1 - night[:, None]
    amount = amount * (1 - night[:, None, None])
    backdrop = draw_backdrop(draw, wild & draw.chance(0.8, n), colour)
    backdrop.colour *= 1 - night[:, None, None]
    backdrop.box_colour *= 1 - night[:, None, None]
    backdrop.noise *= 1 - night[:, None]
    return Look(
        wave=wave,
        amount=amount,
        base=base,
        contrast=draw.uniform(0.65, 1.15, n),
        lift=draw.normal(n, 1) * 0.05 + draw.normal(n, 3) * 0.03,
        light=draw.uniform(0, 0.4, n),
        shutter=draw.uniform(0.1, 0.9, n),
        rain_wave=torch.stack(
            [draw.normal(n, RAIN_WAVES), draw.normal(n, RAIN_WAVES), draw.uniform(0, 2 * math.pi, n, RAIN_WAVES)], 2
        ),
        rain_colour=draw.uniform(0.55, 1, n, 1).repeat(1, 3),
        depth=torch.where(wild & draw.chance(0.5, n), draw.uniform(0.4, 1, n), torch.ones(n)),
        backdrop=backdrop,
    )


def separate(draw: Draw, sketch: Sketch, look: Look) -> None:
    """Push primitives away from the background's colour in most clips; some stay hard to see."""
    n = sketch.n
    behind = look.base[:, :, 0][:, None]
    colour = sketch.stat[:, FIRST:, :3]
    close = ((colour - behind).norm(dim=2, keepdim=True) < 0.4) & draw.chance(0.85, n)[:, None, None]
    away = torch.where(behind.mean(2, keepdim=True) > 0.45, -0.4, 0.4)
    sketch.stat[:, FIRST:, :3] = torch.where(close, (colour + away).clamp(0, 1), colour)


def mute(draw: Draw, sketch: Sketch, look: Look, wild: Tensor) -> None:
    """Take colour out of most wild clips, in place: real pictures are seldom as colourful as free draws are."""
    n = sketch.n
    share = torch.where(wild & draw.chance(0.65, n), draw.uniform(0.1, 0.9, n), torch.ones(n))[:, None, None]
    for colours in (sketch.stat[:, :, :3], look.amount, look.backdrop.colour, look.backdrop.box_colour):
        colours.copy_(torch.lerp(colours.mean(2, keepdim=True).expand_as(colours), colours, share))
    tone = look.base[:, :, 0]
    tone.copy_(torch.lerp(tone.mean(1, keepdim=True).expand_as(tone), tone, share[:, 0]))


def _instances(
    sketch: Sketch, look: Look, bar_sizes: Tensor, select: Tensor, source: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Primitives in screen coordinates at the selected frames of the source clips.

    select, source: int64 [n, F]. Returns dyn [n, F, SLOTS + 2, 10], stat [n, SLOTS + 2, 8], camera [n, F, 4].
    """
    n, count = select.shape
    dyn = sketch.dyn.clone()
    # Movement smears: a disc becomes a capsule along its way, other shapes get softer edges.
    velocity = torch.zeros_like(dyn[..., :2])
    velocity[:, 1:] = dyn[:, 1:, :, :2] - dyn[:, :-1, :, :2]
    shown = torch.zeros(n, FRAMES, SLOTS, dtype=torch.bool)
    shown[:, 1:] = (dyn[:, 1:, :, ALPHA] > 0) & (dyn[:, :-1, :, ALPHA] > 0)
    step = velocity.norm(dim=3)
    smear = 0.5 * look.shutter[:, None, None] * step * sketch.blur[:, None] * (shown & (step < 0.3))
    disc = (dyn[..., HX] == 0) & (dyn[..., HY] == 0) & (dyn[..., HOLLOW] > 1)
    along = disc & (smear > 0.3 * dyn[..., RAD])
    dyn[..., ANGLE] = torch.where(along, torch.atan2(velocity[..., 1], velocity[..., 0]), dyn[..., ANGLE])
    dyn[..., HX] += torch.where(along, smear, torch.zeros_like(smear))
    dyn[..., ALPHA] *= torch.where(
        along, 1 / (1 + 0.35 * smear / dyn[..., RAD].clamp(min=0.01)), torch.ones_like(smear)
    )
    dyn[..., SOFT] += torch.where(along, 0.2 * smear, 0.4 * smear)

    # The distance is exact outside the core only: a sharp box gets a small rounding, so that its inside is covered.
    core = torch.minimum(dyn[..., HX], dyn[..., HY])
    shift = torch.minimum((0.03 - dyn[..., RAD]).clamp(min=0), core)
    dyn[..., RAD] += shift
    dyn[..., HX] -= shift
    dyn[..., HY] -= shift

    # Screen position of world point p: zoom * turn * (p - middle - offset) + middle.
    zoom, roll = torch.exp(sketch.camera[..., 2]), sketch.camera[..., 3]
    px = dyn[..., X] - 0.5 - sketch.camera[..., 0, None]
    py = dyn[..., Y] - 0.5 - sketch.camera[..., 1, None]
    c, s = torch.cos(roll)[..., None], torch.sin(roll)[..., None]
    dyn[..., X] = 0.5 + zoom[..., None] * (c * px - s * py)
    dyn[..., Y] = 0.5 + zoom[..., None] * (s * px + c * py)
    dyn[..., ANGLE] += roll[..., None]
    for channel in (HX, HY, RAD, SOFT, HOLLOW):
        dyn[..., channel] *= zoom[..., None]

    dyn, camera = dyn[source, select], sketch.camera[source, select]
    bars = torch.zeros(n, count, BARS, dyn.shape[3])
    high, wide = bar_sizes[:, 0], bar_sizes[:, 1]
    upright = (wide > 0)[:, None]
    size = torch.where(upright, wide[:, None], high[:, None]).expand(n, count)
    for j, sign in enumerate((-1.0, 1.0)):
        place = 0.5 + sign * 0.5
        bars[:, :, j, X] = torch.where(upright, torch.full_like(size, place), torch.full_like(size, 0.5))
        bars[:, :, j, Y] = torch.where(upright, torch.full_like(size, 0.5), torch.full_like(size, place))
        bars[:, :, j, HX] = torch.where(upright, size, torch.full_like(size, 2.0))
        bars[:, :, j, HY] = torch.where(upright, torch.full_like(size, 2.0), size)
        bars[:, :, j, ALPHA] = (size > 0).float()
    bars[..., HX] -= 0.03
    bars[..., HY] -= 0.03
    bars[..., RAD] = 0.03
    bars[..., HOLLOW] = 9.0
    stat = torch.cat([sketch.stat, torch.zeros(n, BARS, 8)], 1)
    colours = (stat[:, :SLOTS, :3] - 0.5) * look.contrast[:, None, None] + 0.5 + look.lift[:, None]
    stat[:, :SLOTS, :3] = colours.clamp(0, 1)
    return torch.cat([dyn, bars], 2), stat, camera


def _background(look: Look, clip: Tensor, camera: Tensor, grid: Tensor, device: torch.device) -> Tensor:
    """RGB [m, 3, S, S] of m frames; clip [m], camera [m, 4]; grid [S] pixel middles in 0..1."""
    m, size = clip.numel(), grid.numel()
    wave, amount = look.wave[clip], look.amount[clip] * look.contrast[clip, None, None]
    base = look.base[clip] * look.contrast[clip, None, None]
    base[:, :, 0] += 0.5 - 0.5 * look.contrast[clip, None] + look.lift[clip]
    zoom, roll = torch.exp(-camera[:, 2])[:, None], camera[:, 3]
    c, s = torch.cos(roll)[:, None], torch.sin(roll)[:, None]
    kx, ky = wave[..., 0], wave[..., 1]
    sx, sy = (kx * c - ky * s) * zoom, (kx * s + ky * c) * zoom
    phase = wave[..., 2] + kx * (camera[:, 0, None] + 0.5) + ky * (camera[:, 1, None] + 0.5)
    # Waves finer than two pixels would alias: fade them out.
    fine = 2 * math.pi / (torch.sqrt(sx * sx + sy * sy) / size)
    amount = amount * ((fine - 2) / 2).clamp(0, 1)[..., None]
    phase, sx, sy, amount, base = (v.to(device) for v in (phase, sx, sy, amount, base))
    x = sx[..., None] * (grid - 0.5)
    y = sy[..., None] * (grid - 0.5) + phase[..., None]
    across = torch.cat(
        [torch.cos(x), torch.sin(x), torch.ones(m, 1, size, device=device), (grid - 0.5).expand(m, 1, size)], 1
    )
    down = (
        torch.cat([torch.cos(y), -torch.sin(y)], 1)[:, None] * torch.cat([amount, amount], 1).transpose(1, 2)[..., None]
    )
    slope = base[:, :, :1, None] + base[:, :, 2:3, None] * (grid - 0.5)
    rest = base[:, :, 1:2, None].expand(m, 3, 1, size)
    rows = torch.cat([down, slope, rest], 2).transpose(2, 3)
    return (rows.reshape(m, 3 * size, -1) @ across).view(m, 3, size, size)


def _streaks(sketch: Sketch, look: Look, clip: Tensor, when: Tensor, grid: Tensor, device: torch.device) -> Tensor:
    """Opacity [m, 1, S, S] of falling streaks: a random field stretched along the fall, cut at a threshold."""
    shape, unit = sketch.rain_shape[clip], look.rain_wave[clip]
    lean, across, along, speed = (shape[:, i, None] for i in range(4))
    ka, kl = unit[..., 0] * across * 0.7, unit[..., 1] * along * 0.7
    # The field moves along the fall direction (sin lean, cos lean).
    kx = ka * torch.cos(lean) + kl * torch.sin(lean)
    ky = -ka * torch.sin(lean) + kl * torch.cos(lean)
    phase = unit[..., 2] - kl * speed * when[:, None]
    amount = sketch.rain[clip].gather(1, (when * FPS).long().clamp(max=FRAMES - 1)[:, None])
    kx, ky, phase, amount = (v.to(device) for v in (kx, ky, phase, amount))
    x, y = kx[..., None] * grid, ky[..., None] * grid + phase[..., None]
    left = torch.cat([torch.cos(y), -torch.sin(y)], 1).transpose(1, 2)
    field = left @ torch.cat([torch.cos(x), torch.sin(x)], 1) * math.sqrt(2 / RAIN_WAVES)
    threshold = (2.4 - 1.8 * amount)[..., None]
    return ((field - threshold) * 1.2).clamp(0, 0.85)[:, None]


def _behind(
    look: Look, painted: Tensor, index: Tensor, clip: Tensor, camera: Tensor, grid: Tensor, device: torch.device
) -> Tensor:
    """Background [m, 3, S, S] of frames, painted or of waves; index [n]: each clip's place in `painted` or -1."""
    size = grid.numel()
    depth = look.depth[clip, None]
    seen = torch.cat([camera[:, :3] * depth, camera[:, 3:]], 1)
    if bool((clip == clip[0]).all()) and bool((seen == seen[0]).all()):
        # One clip and a camera that stands still: one picture for all frames.
        one = _behind_each(look, painted, index, clip[:1], seen[:1], grid, device)
        return one.expand(clip.numel(), 3, size, size).clone()
    return _behind_each(look, painted, index, clip, seen, grid, device)


def _behind_each(
    look: Look, painted: Tensor, index: Tensor, clip: Tensor, camera: Tensor, grid: Tensor, device: torch.device
) -> Tensor:
    place = index[clip]
    real, waves = (place >= 0).nonzero()[:, 0], (place < 0).nonzero()[:, 0]
    if real.numel() == 0:
        return _background(look, clip, camera, grid, device)
    chosen = place[real]
    pictures = painted[chosen[:1].to(device)].expand(real.numel(), -1, -1, -1)
    if not bool((chosen == chosen[0]).all()):
        pictures = painted[chosen.to(device)]
    view = sample(pictures, camera[real].to(device), grid.numel())
    if waves.numel() == 0:
        return view
    canvas = torch.empty(clip.numel(), *view.shape[1:], device=device)
    canvas[real.to(device)] = view
    canvas[waves.to(device)] = _background(look, clip[waves], camera[waves], grid, device)
    return canvas


def draw_frames(
    sketch: Sketch,
    look: Look,
    lens: Lens,
    sources: tuple[Tensor, Tensor],
    frame_indices: Tensor,
    size: int,
    device: torch.device,
    seed: int,
) -> Tensor:
    """Draw the frames of all clips: frame_indices int64 [n, F] -> uint8 [n, F, 3, size, size].

    sources: the clips whose scene and whose background every frame shows, int64 [n, 64] each (see Cuts).
    """
    n, count = frame_indices.shape
    select = lens.shows.gather(1, frame_indices)
    source, backing = (kind.gather(1, select) for kind in sources)
    dyn, stat, camera = _instances(sketch, look, lens.bars, select, source)
    painted, index = paint_backdrops(look.backdrop, device, seed)
    there = look.backdrop.which
    contrast, lift = look.contrast[there, None], look.lift[there]
    painted.mul_(contrast[..., None, None].to(device)).add_((0.5 - 0.5 * contrast + lift)[..., None, None].to(device))
    masks = titles(lens, size, device)
    total = n * count
    dyn = dyn.view(total, SLOTS + BARS, -1)
    camera = camera.view(total, 4)
    own = torch.arange(n).repeat_interleave(count)
    clip, back = source.reshape(-1), backing.reshape(-1)
    times = select.reshape(-1)
    when = (times.float() + 0.5) / FPS

    # What is visible where, in pixels: only that part of the picture is touched.
    c, s = torch.cos(dyn[..., ANGLE]), torch.sin(dyn[..., ANGLE])
    ex = (c * dyn[..., HX]).abs() + (s * dyn[..., HY]).abs() + dyn[..., RAD] + dyn[..., SOFT] + 1.5 / size
    ey = (s * dyn[..., HX]).abs() + (c * dyn[..., HY]).abs() + dyn[..., RAD] + dyn[..., SOFT] + 1.5 / size
    x0 = ((dyn[..., X] - ex) * size).floor().clamp(0, size).int()
    x1 = ((dyn[..., X] + ex) * size).ceil().clamp(0, size).int()
    y0 = ((dyn[..., Y] - ey) * size).floor().clamp(0, size).int()
    y1 = ((dyn[..., Y] + ey) * size).ceil().clamp(0, size).int()
    seen = (dyn[..., ALPHA] > 0.01) & (x1 > x0) & (y1 > y0)

    # On a CPU chunks that stay in the cache are several times faster than whole batches.
    budget = 32 * 64 * 64 if device.type == "cpu" else 1 << 25
    chunk = max(1, budget // (size * size))
    if device.type == "cpu" and count > chunk:
        chunk = math.gcd(chunk, count) if count % chunk else chunk
    grid = (torch.arange(size, device=device, dtype=torch.float32) + 0.5) / size
    noise_gen = torch.Generator(device=device).manual_seed(seed)
    pool_size = chunk * 3 * size * size
    pool = torch.randn(pool_size + 65_537, device=device, generator=noise_gen)
    offsets = torch.randint(65_536, (total // chunk + 2,), generator=torch.Generator().manual_seed(seed)).tolist()
    raining = sketch.rain.amax(1) > 0
    textured = stat[:, :, TEX + 4] > 0
    ring = (dyn[..., HOLLOW] < 8) & seen
    out = torch.empty(total, 3, size, size, dtype=torch.uint8, device=device)

    for number, start in enumerate(range(0, total, chunk)):
        stop = min(start + chunk, total)
        rows = clip[start:stop]
        canvas = _behind(look, painted, index, back[start:stop], camera[start:stop], grid, device)
        part = dyn[start:stop]
        visible = seen[start:stop]
        slots = visible.any(0).nonzero()[:, 0].tolist()
        far = torch.iinfo(torch.int32).max
        box = torch.stack(
            [
                torch.where(visible, x0[start:stop], far).amin(0),
                torch.where(visible, x1[start:stop], -1).amax(0),
                torch.where(visible, y0[start:stop], far).amin(0),
                torch.where(visible, y1[start:stop], -1).amax(0),
            ]
        ).tolist()
        first = visible.int().argmax(0).tolist()
        last = (stop - start - visible.flip(0).int().argmax(0)).tolist()
        moved = part.to(device)
        look_of = stat[rows].to(device)
        light = look.light[rows].to(device)
        tex_any = (textured[rows] & visible).any(0).tolist()
        # What stands still before a camera that stands still is worked out for one frame and laid over all.
        steady = bool((rows == rows[0]).all())
        rings = ring[start:stop].any(0).tolist()
        still = ((part == part[:1]).all(2).all(0) & steady).tolist()
        for slot in slots:
            a, b = first[slot], last[slot]
            left, right, upper, lower = (box[i][slot] for i in range(4))
            c = a + 1 if still[slot] else b
            p = moved[a:c, slot, :, None, None]
            cx, cy, hx, hy, r = p[:, X], p[:, Y], p[:, HX], p[:, HY], p[:, RAD]
            cos, sin = torch.cos(p[:, ANGLE]), torch.sin(p[:, ANGLE])
            gx = grid[None, None, left:right] - cx
            gy = grid[None, upper:lower, None] - cy
            u = cos * gx + sin * gy
            v = cos * gy - sin * gx
            colour = look_of[a:c, slot, :3, None, None]
            # Lighter towards the light above.
            shade = 1 - light[a:c, None, None] * (gy / (r + torch.maximum(hx, hy)).clamp(max=0.5)).clamp(-1, 1)
            paint = colour * shade[:, None] + p[:, None, FLASH]
            if tex_any[slot]:
                tex = look_of[a:c, slot, TEX:, None, None]
                pattern = torch.sin(u * tex[:, 0] + tex[:, 2])
                pattern.mul_(torch.sin(v * tex[:, 1] + tex[:, 3])).mul_(tex[:, 4]).add_(1)
                paint = paint * pattern[:, None]
            u.abs_().sub_(hx).relu_()
            v.abs_().sub_(hy).relu_()
            distance = u.mul_(u).addcmul_(v, v).sqrt_().sub_(r)
            if rings[slot]:
                distance = torch.maximum(distance, -distance - p[:, HOLLOW])
            edge = 1 / (p[:, SOFT] * 2 + 1 / size)
            cover = distance.mul_(-edge).add_(0.5).clamp_(0, 1).mul_(p[:, ALPHA].clamp(0, 1))
            window = canvas[a:b, :, upper:lower, left:right]
            window.lerp_(paint.expand_as(window), cover[:, None].expand_as(window))
        wet = raining[rows]
        if bool(wet.any()):
            where = wet.nonzero()[:, 0]
            drops = _streaks(sketch, look, rows[where], when[start:stop][where], grid, device)
            tone = look.rain_colour[rows[where], :, None, None].to(device)
            at = where.to(device)
            canvas[at] = torch.lerp(canvas[at], tone.expand(-1, -1, size, size), drops.expand(-1, 3, -1, -1))
        noise = pool[offsets[number] :][: canvas.numel()].view_as(canvas)
        canvas = treat(canvas, lens, own[start:stop], times[start:stop], masks, noise)
        out[start:stop] = canvas
    out = out.view(n, count, 3, size, size)
    # A frame that is shown again is the same picture, noise and all.
    again = torch.cat([torch.zeros(n, 1, dtype=torch.bool), select[:, 1:] == select[:, :-1]], 1)
    repeated = again.any(1).nonzero()[:, 0]
    if repeated.numel():
        first_of = torch.where(again[repeated], 0, torch.arange(count)[None]).cummax(1).values
        out[repeated.to(device)] = out[repeated[:, None].to(device), first_of.to(device)]
    return out
