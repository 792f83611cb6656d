"""How a sound is made for a picture and a picture for a sound: every rule of the sampler, once.

The app has the same rules in TypeScript (src/sampler, src/engine). Both replay the runs that `avlink.export.runs`
writes, so a rule that is changed here alone fails a test there.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from .directed import reach_of_words
from .flow import noised, schedule, solve
from .grid import Grid
from .level_guidance import level_guided

CONDITIONING_T = 0.95  # flow time of what is given
OVERLAP = 0.25  # part of a window that the next one covers again
UNIT_SLACK = 1e-6  # of durations that carry rounding errors, in units

Noise = tuple[Tensor, Tensor]  # of the sound and of the picture, shaped like their latents
OnStep = Callable[[int, Tensor], None]  # called with the steps done, from 1, and the latents after the last of them


@dataclass(frozen=True)
class Sampling:
    """Settings of a run. A pack's manifest recommends them under `sampler` and has their meaning.

    v = v_full + (guidance_text - 1) (v_full - v_none) + (guidance_av - 1) (v_full - v_text): v_full with words and
    the other modality, v_none with the negative words in their stead, v_text with words by the generator alone.
    """

    solver: str = "euler"
    steps: int = 25
    guidance_text: float = 1.0
    # Of the channels that hold how loud a sound is, guidance_text is this at most: when things hit is written there,
    # and "quiet", exaggerated like a material, is silence. None: as of the others.
    guidance_level: float | None = None
    # RMS, at most, of what guidance over text adds to the velocity of a window, the level aside (the threshold of
    # Sadat et al., arXiv 2410.02416): a word or two take a large scale, which many words together cannot bear.
    guidance_most: float | None = None
    # Whether words and timing are told together, in every branch. A generator that knows timing only from an adapter
    # trained after it changes little by words beside it.
    words_with_timing: bool = False
    guidance_av: float = 1.0
    guidance_av_until: float = 1.0  # flow time from which on guidance_av is 1 at most (arXiv 2404.07724)
    shift: float = 1.0
    conditioning_t: float = CONDITIONING_T

    def changed(self, **changes: object) -> Sampling:
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


class Networks(Protocol):
    """What of AVLink makes velocities."""

    vocabulary: int
    grid: Grid

    @property
    def audio(self) -> Callable[[Tensor, Tensor, Tensor], Tensor]: ...

    @property
    def video(self) -> Callable[[Tensor, Tensor, Tensor], Tensor]: ...

    def fused_velocity(
        self, x_a: Tensor, t_a: Tensor, x_v: Tensor, t_v: Tensor, bag: Tensor, makes: str, timing: Tensor | None = None
    ) -> dict[str, Tensor]: ...


@dataclass(frozen=True)
class WindowPlan:
    """Windows over a clip of any length, counted in units: the shortest time of whole latents in both modalities."""

    window_units: int
    total_units: int  # of the padded clip
    starts: tuple[int, ...]  # rising; the last window ends with the clip

    def split(self, clip: Tensor) -> Tensor:
        """Latents of clips [B, total, ...] -> those of their windows, clip by clip [B * W, window, ...]."""
        if len(self.starts) == 1:
            return clip
        per = clip.shape[1] // self.total_units
        length = self.window_units * per
        return torch.stack([clip[:, s * per : s * per + length] for s in self.starts], dim=1).flatten(0, 1)

    def join(self, windows: Tensor) -> Tensor:
        """The other way round: where windows overlap, the mean of both by the triangles of `weights`."""
        if len(self.starts) == 1:
            return windows
        length = windows.shape[1]
        per = length // self.window_units
        parts = windows.unflatten(0, (-1, len(self.starts)))
        clip = windows.new_zeros(parts.shape[0], self.total_units * per, *windows.shape[2:])
        for index, (start, weight) in enumerate(zip(self.starts, self.weights(per), strict=True)):
            shaped = weight.to(windows).view(-1, *([1] * (windows.dim() - 2)))
            clip[:, start * per : start * per + length] += shaped * parts[:, index]
        return clip

    def weights(self, per: int) -> Tensor:
        """How much each window counts at each of its latents [W, window]: a triangle over the window, normalised so
        that the weights of all windows that cover a latent sum to 1. `per`: latents in a unit."""
        length = self.window_units * per
        place = torch.arange(length, dtype=torch.float64)
        triangle = torch.minimum(place + 0.5, length - place - 0.5)
        sums = torch.zeros(self.total_units * per, dtype=torch.float64)
        for start in self.starts:
            sums[start * per : start * per + length] += triangle
        return torch.stack([triangle / sums[s * per : s * per + length] for s in self.starts]).float()


def plan_windows(grid: Grid, duration: float) -> WindowPlan:
    """Windows that cover `duration` seconds. Raises ValueError for a duration that is not above 0."""
    if not (duration > 0 and math.isfinite(duration)):
        raise ValueError(f"a clip cannot last {duration} seconds")
    window = math.gcd(grid.audio_latents, grid.video_latents)
    unit = grid.window_seconds / window
    return plan_units(grid, max(window, math.ceil(duration / unit - UNIT_SLACK)))


def plan_units(grid: Grid, units: int) -> WindowPlan:
    """Windows that cover so many units, which are one window at least."""
    window = math.gcd(grid.audio_latents, grid.video_latents)
    stride = max(1, round(window * (1 - OVERLAP)))
    starts = [*range(0, units - window, stride), units - window]
    return WindowPlan(window, units, tuple(starts))


def draw_noise(grid: Grid, count: int, seed: int, units: int | None = None) -> Noise:
    """Noise of `count` clips, of a window or of so many units."""
    generator = torch.Generator().manual_seed(seed)
    window = math.gcd(grid.audio_latents, grid.video_latents)

    def draw(latents: int, *rest: int) -> Tensor:
        length = latents if units is None else latents // window * units
        return torch.randn(count, length, *rest, generator=generator)

    return draw(*grid.audio_shape), draw(*grid.video_shape)


def sample(
    system: Networks,
    task: str,
    given: Tensor,
    bag: Tensor | None,
    negative: Tensor | None,
    timing: Tensor | None,
    noise: Noise,
    settings: Sampling,
    on_step: OnStep | None = None,
    directed: bool = False,
) -> Tensor:
    """Latents of the other modality, as long as those given.

    given: clean latents of whole clips [B, ...], of one window or of more: see `plan_units`.
    bag, negative: words [B, V] or [1, V]; None is none.
    timing: what `AVLink.watched` reads off each window's frames [B, Ta, 2] or, of clips of W windows, [B, W, Ta, 2];
    None for pictures that nobody watched. The generator is told it, and the level follows it (see level_guidance.py).
    directed: whether the timing is a person's (`directed.timing_track`): it is told whatever the words are. What the
    words change is then seen where nothing is told, for beside a told timing they change little, and counts at hits.
    """
    batch, device, grid = given.shape[0], given.device, system.grid
    own = grid.video_latents if task == "v2a" else grid.audio_latents
    window_units = math.gcd(grid.audio_latents, grid.video_latents)
    plan = plan_units(grid, given.shape[1] * window_units // own)
    windows = len(plan.starts)
    alone = system.audio if task == "v2a" else system.video
    noise_a, noise_v = (each.to(device) for each in noise)
    start, other = (noise_a, noise_v) if task == "v2a" else (noise_v, noise_a)

    def words(some: Tensor | None) -> Tensor:
        found = torch.zeros(1, system.vocabulary, device=device) if some is None else some
        return found.expand(batch, -1).repeat_interleave(windows, dim=0)

    bag, avoided = words(bag), words(negative)
    told = exaggerates(settings, bag, avoided)
    # With what was read, fewer sounds have the material that was asked for (.66 instead of .81).
    told_both = directed or settings.words_with_timing
    timing = None if (told and not told_both) or timing is None else timing.reshape(batch * windows, -1, 2)
    apart = directed and not settings.words_with_timing
    beside = None if apart else timing  # what is told where words are contrasted
    reach = reach_of_words(timing)[..., None] if apart and timing is not None else None
    levels = grid.level_channels if task == "v2a" else 0
    text_weight = torch.full((start.shape[-1],), settings.guidance_text - 1, device=device)
    if settings.guidance_level is not None:
        text_weight[:levels] = min(settings.guidance_level, settings.guidance_text) - 1
    fixed_t = torch.full((batch,), settings.conditioning_t, device=device)
    fixed = plan.split(noised(given, other, fixed_t))
    fixed_t = fixed_t.repeat_interleave(windows)

    def fused(x: Tensor, t: Tensor, words: Tensor, timing: Tensor | None = timing) -> Tensor:
        if task == "v2a":
            return system.fused_velocity(x, t, fixed, fixed_t, words, "audio", timing)["audio"]
        return system.fused_velocity(fixed, fixed_t, x, t, words, "video")["video"]

    def velocity(clip: Tensor, now: float) -> Tensor:
        x = plan.split(clip)
        t = torch.full((x.shape[0],), now, device=device)
        full = guided = fused(x, t, bag)
        if told:
            with_words = full if beside is timing else fused(x, t, bag, None)
            pull = text_weight * (with_words - fused(x, t, avoided, beside))
            pull = limited(pull, settings.guidance_most, levels)
            guided = guided + (pull if reach is None else pull * reach)
        av = settings.guidance_av
        if av < 1 or (av > 1 and now < settings.guidance_av_until):
            guided = guided + (av - 1) * (full - alone(x, t, bag))
        if timing is not None:
            guided = level_guided(guided, x, now, timing, levels, directed)
        return plan.join(guided)

    return solve(velocity, start, schedule(settings.steps, settings.shift), settings.solver, on_step)


def exaggerates(settings: Sampling, bag: Tensor, avoided: Tensor) -> bool:
    """Whether words count for more, or less, than they do by themselves."""
    return settings.guidance_text != 1 and not bool((bag == avoided).all())


def limited(pull: Tensor, most: float | None, levels: int) -> Tensor:
    """What guidance over text adds to windows [B, ..., C], with an RMS of `most` at most; the first `levels` channels
    neither count nor change."""
    if most is None:
        return pull
    rms = pull[..., levels:].flatten(1).square().mean(1).sqrt()
    scale = (most / rms.clamp(min=1e-9)).clamp(max=1).view(-1, *([1] * (pull.dim() - 1)))
    return torch.cat([pull[..., :levels], pull[..., levels:] * scale], dim=-1)
