"""The common tensors that every scene family fills: what is drawn (`Sketch`) and what sounds (`Score`).

All positions are continuous: x to the right and y downwards, both 0..1 over the picture; times are seconds from the
start of the window. Nothing here depends on the picture size, so one scene can be drawn at any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

SAMPLE_RATE = 16_000
SAMPLES = 65_536
FRAMES = 64
FPS = 15.625
WINDOW = SAMPLES / SAMPLE_RATE
LEVELS = 128
EVENTS = 24
SLOTS = 24
VOICES = 3
NEVER = 1e6  # the time of an event that does not take place

# Slots below FIRST lie behind every family's own primitives (CROWD starts four for a person), the last two in front.
FLOOR, BEHIND, CROWD, FIRST, OCCLUDER, FRONT = 0, 1, 2, 6, SLOTS - 2, SLOTS - 1

MATERIALS = ("wood", "metal", "glass", "skin", "plastic", "stone", "rubber", "water", "gravel", "snow", "bell", "boom")
MATERIAL = {name: i for i, name in enumerate(MATERIALS)}


def frame_times() -> Tensor:
    """The middle of each frame interval in seconds, float32 [64]."""
    return (torch.arange(FRAMES, dtype=torch.float32) + 0.5) / FPS


def level_times() -> Tensor:
    """The middle of each level interval in seconds, float32 [128]."""
    return (torch.arange(LEVELS, dtype=torch.float32) + 0.5) * (WINDOW / LEVELS)


class Draw:
    """Random draws of scene parameters from one CPU generator, aware of the split.

    `span` and `logspan` are for the parameters that tell the splits apart: training draws lie inside the range,
    held-out draws just outside it (up to 15 % of its width below or above). A held-out scene is at the edge in all of
    its parameters at once, as what people film is in some; training draws therefore prefer the edges, too: three of
    five lie in the outer fifth of the range. Without `hints` no colour tells a material.
    """

    def __init__(self, seed: int, heldout: bool, hints: bool = True) -> None:
        self.gen = torch.Generator().manual_seed(seed)
        self.heldout = heldout
        self.hints = hints

    def uniform(self, lo: float, hi: float, *shape: int) -> Tensor:
        return lo + (hi - lo) * torch.rand(shape, generator=self.gen)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.gen)

    def chance(self, p: float, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.gen) < p

    def pick(self, count: int, *shape: int) -> Tensor:
        return torch.randint(count, shape, generator=self.gen)

    def among(self, values: list[int], *shape: int) -> Tensor:
        return torch.tensor(values)[self.pick(len(values), *shape)]

    def sign(self, *shape: int) -> Tensor:
        return self.pick(2, *shape).float() * 2 - 1

    def _unit(self, *shape: int) -> Tensor:
        u = torch.rand(shape, generator=self.gen)
        if self.heldout:
            return torch.where(u < 0.5, -0.3 * u, 1 + 0.3 * (u - 0.5))
        for _ in range(2):
            u = (1 - torch.cos(math.pi * u)) / 2
        return u

    def span(self, lo: float, hi: float, *shape: int) -> Tensor:
        """Split-aware uniform draw; lo must exceed 0.15 (hi - lo) where the value must stay positive."""
        return lo + (hi - lo) * self._unit(*shape)

    def logspan(self, lo: float, hi: float, *shape: int) -> Tensor:
        return lo * (hi / lo) ** self._unit(*shape)

    def colour(self, *shape: int) -> Tensor:
        """RGB in 0..1, [*shape, 3]: a random hue with random saturation and value."""
        hue = self.uniform(0, 1, *shape, 1)
        sat = self.uniform(0, 1, *shape, 1) ** 0.7
        value = self.uniform(0.15, 1, *shape, 1)
        wheel = (torch.cos(2 * math.pi * (hue + torch.tensor([0.0, 1 / 3, 2 / 3]))) + 1) / 2
        return value * (1 - sat * (1 - wheel))

    def smooth(self, times: Tensor, n: int, knots: int, lo: float = 0.0, hi: float = 1.0) -> Tensor:
        """n smooth random curves over the window at the given times, within lo..hi, [n, len(times)]."""
        return smooth_curve(self.uniform(lo, hi, n, knots), times)


def smooth_curve(knots: Tensor, times: Tensor) -> Tensor:
    """Cosine interpolation of knots [n, k] spread over the window, at times [m] -> [n, m]."""
    count = knots.shape[1]
    pos = (times / WINDOW).clamp(0, 1) * (count - 1)
    left = pos.floor().long().clamp(max=count - 2)
    part = (1 - torch.cos(math.pi * (pos - left))) / 2
    return knots[:, left] * (1 - part) + knots[:, left + 1] * part


# Channels of Sketch.dyn
X, Y, HX, HY, RAD, ANGLE, ALPHA, FLASH, SOFT, HOLLOW = range(10)
# Channels of Sketch.stat
RED, TEX = 0, 3
Value = float | Tensor


class Sketch:
    """Primitives of n clips over the 64 frame times.

    Every primitive is a rounded box: half extents (hx, hy) of the core, rounded by `r`, turned by `angle`. A disc has
    hx = hy = 0; a capsule has hy = 0. `hollow` is the thickness of a ring (large: solid). `soft` is extra edge softness
    in picture units, `flash` additive light.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.dyn = torch.zeros(n, FRAMES, SLOTS, 10)
        self.dyn[..., HOLLOW] = 9.0
        self.stat = torch.zeros(n, SLOTS, 8)
        self.camera = torch.zeros(n, FRAMES, 4)  # dx, dy, log zoom, roll
        self.blur = torch.ones(n, SLOTS)
        # Streak field: amount over time, direction and scale of the streaks, speed, colour
        self.rain = torch.zeros(n, FRAMES)
        self.rain_shape = torch.zeros(n, 4)  # lean (radians from vertical), across (rad/unit), along (rad/unit), speed
        self.night = torch.zeros(n)  # 0..1 how dark the background is

    def put(
        self,
        slot: int,
        x: Value,
        y: Value,
        *,
        hx: Value = 0.0,
        hy: Value = 0.0,
        r: Value = 0.0,
        angle: Value = 0.0,
        alpha: Value = 1.0,
        flash: Value = 0.0,
        soft: Value = 0.0,
        hollow: Value = 9.0,
        colour: Tensor | None = None,
        texture: Tensor | None = None,
        blur: bool = True,
    ) -> None:
        """Set an empty slot; values are floats, [n] (constant in time) or [n, 64]; colour [n, 3]; texture [n, 5]."""
        for channel, value in enumerate((x, y, hx, hy, r, angle, alpha, flash, soft, hollow)):
            if isinstance(value, Tensor):
                self.dyn[:, :, slot, channel] = (value[:, None] if value.dim() == 1 else value).float()
            elif value != (9.0 if channel == HOLLOW else 0.0):
                self.dyn[:, :, slot, channel] = value
        if colour is not None:
            self.stat[:, slot, :3] = colour
        if texture is not None:
            self.stat[:, slot, TEX:] = texture
        self.blur[:, slot] = float(blur)

    def capsule(self, slot: int, x0: Value, y0: Value, x1: Value, y1: Value, r: Value, **rest: object) -> None:
        """A capsule between two points, each a float, [n] or [n, 64]."""
        ends = [torch.as_tensor(v, dtype=torch.float32) for v in (x0, y0, x1, y1)]
        ends = [(e[:, None] if e.dim() == 1 else e).expand(self.n, FRAMES) for e in ends]
        dx, dy = ends[2] - ends[0], ends[3] - ends[1]
        self.put(
            slot,
            (ends[0] + ends[2]) / 2,
            (ends[1] + ends[3]) / 2,
            hx=torch.sqrt(dx * dx + dy * dy) / 2,
            r=r,
            angle=torch.atan2(dy, dx),
            **rest,  # type: ignore[arg-type]
        )


@dataclass
class Score:
    """What sounds in n clips: discrete events, each played by one of three voices, and one continuous part."""

    time: Tensor  # [n, 24] seconds, NEVER where absent
    strength: Tensor  # [n, 24] 0..1
    voice: Tensor  # [n, 24] int64
    pitch: Tensor  # [n, 24] factor on the modal frequencies
    material: Tensor  # [n, 3] int64 index into MATERIALS, one per voice
    size: Tensor  # [n, 3] 0 (small, high) .. 1 (large, low), one per voice
    level: Tensor  # [n, 128] amplitude of the continuous part, 0 where it is silent
    bright: Tensor  # [n, 128] 0..1 brightness of the continuous part
    rate: Tensor  # [n, 128] Hz of the engine's firing, 0 for the noise-like kinds
    grain: Tensor  # [n] 0 (smooth) .. 1 (granular) texture of the continuous part
    loud: Tensor  # [n] int64 -1 quiet, 0 unmarked, 1 loud
    silent: Tensor  # [n] bool

    def sounding(self) -> Tensor:
        """The material that all events of a clip share, int64 [n]; -1 without events or with several."""
        there = self.time < WINDOW
        heard = self.material.gather(1, self.voice)
        low = torch.where(there, heard, len(MATERIALS)).amin(1)
        high = torch.where(there, heard, -1).amax(1)
        return torch.where(low == high, high, torch.full_like(high, -1))

    @staticmethod
    def empty(n: int) -> Score:
        return Score(
            time=torch.full((n, EVENTS), NEVER),
            strength=torch.zeros(n, EVENTS),
            voice=torch.zeros(n, EVENTS, dtype=torch.long),
            pitch=torch.ones(n, EVENTS),
            material=torch.zeros(n, VOICES, dtype=torch.long),
            size=torch.full((n, VOICES), 0.5),
            level=torch.zeros(n, LEVELS),
            bright=torch.full((n, LEVELS), 0.5),
            rate=torch.zeros(n, LEVELS),
            grain=torch.zeros(n),
            loud=torch.zeros(n, dtype=torch.long),
            silent=torch.zeros(n, dtype=torch.bool),
        )

    def add(self, time: Tensor, strength: Tensor, voice: Tensor | int = 0, pitch: Tensor | float = 1.0) -> None:
        """Merge events [n, m] into the free places (the first ones in time stay when there are too many)."""
        times = torch.cat([self.time, torch.where(time < WINDOW - 0.04, time, torch.full_like(time, NEVER))], 1)
        strengths = torch.cat([self.strength, strength], 1)
        voices = torch.cat([self.voice, torch.as_tensor(voice).expand(time.shape)], 1)
        pitches = torch.cat([self.pitch, torch.as_tensor(pitch).expand(time.shape)], 1)
        order = times.argsort(1)[:, :EVENTS]
        self.time, self.strength = times.gather(1, order), strengths.gather(1, order)
        self.voice, self.pitch = voices.gather(1, order), pitches.gather(1, order)


def around(times: Tensor, strength: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """For events [n, m]: since the last, until the next, strength of the last, of the next, each [n, len(t)]."""
    delta = t[None, :, None] - times[:, None, :]
    late = torch.where(delta >= 0, delta, torch.full_like(delta, NEVER))
    since, last = late.min(2)
    early = torch.where(delta < 0, -delta, torch.full_like(delta, NEVER))
    until, nxt = early.min(2)
    return since, until, strength.gather(1, last), strength.gather(1, nxt)


def rhythm(
    draw: Draw, n: int, lo: float, hi: float, count: int = 20, least: float = 0.16
) -> tuple[Tensor, Tensor, Tensor]:
    """Event times [n, count] (some beyond the window), strengths 0.25..1, and the mean interval [n] in seconds.

    A third of the clips is regular, a third jittered, a third has long pauses; some have one to three events only.
    """
    base = draw.logspan(lo, hi, n)
    style = draw.pick(3, n)[:, None]
    jitter = torch.where(style == 0, torch.tensor(0.015), torch.tensor(0.3))
    gaps = base[:, None] * torch.exp(jitter * draw.normal(n, count))
    pause = draw.chance(0.3, n, count) & (style == 2)
    gaps = torch.where(pause, gaps * draw.uniform(1.8, 4, n, count), gaps).clamp(min=least)
    start = draw.uniform(0.12, 0.3, n) + base * draw.uniform(0, 1, n).clamp(max=1.6)
    times = start[:, None] + gaps.cumsum(1) - gaps[:, :1]
    few = torch.where(draw.chance(0.2, n), 1 + draw.pick(3, n), torch.full((n,), count))
    times = torch.where(torch.arange(count) < few[:, None], times, torch.full_like(times, NEVER))
    even = draw.uniform(0.45, 1, n)[:, None]
    strength = (even * torch.exp(0.28 * draw.normal(n, count))).clamp(0.25, 1)
    return times, strength, base


def bounce(
    t: Tensor, release: Tensor, height: Tensor, gravity: Tensor, restitution: Tensor, rest: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Free fall from `height` at `release`, then parabolas; all [n], restitution [n, j].

    Returns height above the floor [n, len(t)], contact times [n, j] (NEVER after rest) and impact speeds [n, j].
    """
    speed = torch.sqrt(2 * gravity * height)
    time = release + speed / gravity
    times, speeds, outs = [], [], []
    for e in restitution.unbind(1):
        times.append(time)
        speeds.append(speed)
        out = speed * e
        out = torch.where(out < rest, torch.zeros_like(out), out)
        outs.append(out)
        time = torch.where(out > 0, time + 2 * out / gravity, torch.full_like(time, NEVER))
        speed = out
    times_, speeds_, outs_ = torch.stack(times, 1), torch.stack(speeds, 1), torch.stack(outs, 1)
    index = (t[None, :, None] >= times_[:, None, :]).sum(2) - 1
    at = index.clamp(min=0)
    tau = t - times_.gather(1, at)
    g = gravity[:, None]
    fall = height[:, None] - g / 2 * (t - release[:, None]).clamp(min=0) ** 2
    fly = (outs_.gather(1, at) * tau - g / 2 * tau * tau).clamp(min=0)
    return torch.where(index < 0, fall, fly), times_, speeds_
