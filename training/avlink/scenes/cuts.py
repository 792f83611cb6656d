"""Cuts: within the window the picture changes to another scene, with its sound, or to another view of the same one."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .common import FRAMES, NEVER, SAMPLE_RATE, SAMPLES, WINDOW, Draw, Score, Sketch, frame_times

FADE = 480  # samples over which the sound changes at a cut


@dataclass
class Cuts:
    """When a clip changes and to what; the other scene is that of another clip of the batch."""

    time: Tensor  # [n] seconds, NEVER without a cut
    scene: Tensor  # [n] bool: picture and sound change together
    partner: Tensor  # [n] int64 the clip whose scene follows
    behind: Tensor  # [n] int64 the clip whose background follows

    def sources(self) -> tuple[Tensor, Tensor]:
        """The clips whose scene and whose background each frame shows, int64 [n, 64] each."""
        own = torch.arange(self.time.numel())[:, None]
        after = frame_times()[None] >= self.time[:, None]
        scene = torch.where(after & self.scene[:, None], self.partner[:, None], own)
        behind = torch.where(after, torch.where(self.scene, self.partner, self.behind)[:, None], own)
        return scene, behind

    def splice(self, audio: Tensor) -> Tensor:
        """The sound of the scenes as they follow each other, [n, 65536]."""
        clips = self.scene.nonzero()[:, 0]
        if clips.numel() == 0:
            return audio
        at = clips.to(audio.device)
        start = (self.time[clips] * SAMPLE_RATE).round().to(audio.device)[:, None]
        share = ((torch.arange(SAMPLES, device=audio.device) - start) / FADE).clamp(0, 1)
        out = audio.clone()
        out[at] = torch.lerp(audio[at], audio[self.partner[clips].to(audio.device)], share)
        return out

    def events(self, score: Score) -> tuple[Tensor, Tensor]:
        """Times and strengths of what is heard [n, 24]: before a cut of the own scene, after it of the partner's."""
        before, after = score.time < self.time[:, None], score.time[self.partner] >= self.time[:, None]
        cut = self.scene[:, None]
        never = torch.full_like(score.time, NEVER)
        own = torch.where(before | ~cut, score.time, never)
        other = torch.where(after & cut, score.time[self.partner], never)
        times = torch.cat([own, other], 1)
        strengths = torch.cat([score.strength, score.strength[self.partner]], 1)
        order = times.argsort(dim=1, stable=True)[:, : score.time.shape[1]]
        return times.gather(1, order), strengths.gather(1, order)


def draw_cuts(draw: Draw, sketch: Sketch, score: Score, wild: Tensor) -> Cuts:
    """About an eighth of the wild clips is cut; a new view of the same scene moves the camera of `sketch` in place."""
    n = sketch.n
    partner = (torch.arange(n) + 1) % n
    u = draw.uniform(0, 1, n)
    quiet = score.silent | score.silent[partner]
    scene = wild & (u < 0.07) & ~quiet & (partner != torch.arange(n))
    view = wild & (u > 0.93)
    # Of some moments the one that is furthest from any contact: a cut through a ringing sound would be an onset too.
    tries = draw.uniform(0.5, WINDOW - 0.5, n, 12)
    heard = torch.cat([score.time, score.time[partner]], 1)
    since = tries[:, :, None] - heard[:, None]
    gap = torch.where(since >= 0, since, 3 * -since).amin(2)
    time = tries.gather(1, gap.argmax(1, keepdim=True))[:, 0]
    time = torch.where(scene | view, time, torch.full_like(time, NEVER))
    after = ((frame_times()[None] >= time[:, None]) & view[:, None]).float()
    jump = torch.stack(
        [draw.normal(n) * 0.08, draw.normal(n) * 0.06, draw.uniform(-0.45, 0.15, n), draw.normal(n) * 0.08], 1
    )
    assert sketch.camera.shape == (n, FRAMES, 4)
    sketch.camera += after[..., None] * jump[:, None]
    own = torch.arange(n)
    return Cuts(time, scene, torch.where(scene, partner, own), torch.where(draw.chance(0.6, n), partner, own))
