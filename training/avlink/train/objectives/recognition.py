"""The objectives of whatever reads timing or words off pictures: the onset evaluator, the tagger, the sync encoder."""

from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...flow import noised
from ...scenes import CONTINUOUS, render
from ...system import AVLink, to_frames
from ...tagger import seen
from ..augmentation import augmented
from ..auxiliary_heads import level_target, onset_envelope, reading_error, shape_error, word_error
from ..batch import Batch, collated
from ..broaden import uniform
from ..cutouts import cutouts
from .base import Objective, timing
from .generators import VideoBackboneObjective


class EvaluatorObjective(VideoBackboneObjective):
    """Heads for pictures as the codec gives them back: it drops part of the movement, which the others rely on.

    They sit on the frozen video generator, as those of its own training do, and measure what is generated (see
    evaluate/onset_evaluator.py).
    """

    trains = ()
    needs = ("video_encoder", "video_decoder", "video")
    lr = 1e-2
    reuse = 1

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        self.word_heads.requires_grad_(False)  # it is asked when, not what

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, studio=self.studio)
        shown = self.system.shown(self.encode_video(made.frames))
        return {"z": self.encode_video(shown)} | timing(made, self.system, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z, generator = scenes["z"], torch.Generator().manual_seed(seed)
        t = uniform(generator, *self.clean, z.shape[0])
        return scenes | {"noise": torch.randn(z.shape, generator=generator).to(z.device), "t": t.to(z.device)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        z, t, video = batch["z"], batch["t"], self.system.video
        with torch.no_grad():
            tokens = video.features(noised(z, batch["noise"], t), t, t.new_zeros(z.shape[0], self.system.preset.width))
        errors = [
            reading_error(head(h.float()), batch["onsets"], batch["level"]).mean()
            for head, h in zip(self.heads, tokens, strict=True)
        ]
        return {"loss": torch.stack(errors).sum(), "heads": errors[-1].detach()}


class TaggerObjective(Objective):
    """Words off the frozen video generator's tokens: what stands in for the caption that nobody typed."""

    trains = ("tagger",)
    needs = ("video_encoder", "video")
    wild = 0.85  # as in training the generator; of the studio's look nothing has to be named
    # Rendering, coding and the frozen generator are all that costs, and a small head does not learn scenes by heart.
    reuse = 8
    kept = 1024

    @torch.no_grad()
    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, sound=False, wild=self.wild)
        z = self.encode_augmented(made, seed)
        text = z.new_zeros(batch, self.system.preset.width)
        tokens = self.system.video.features(z, z.new_ones(batch), text)[-1]
        return {"tokens": tokens, "words": made.bag.to(device)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        words, read = batch["words"], self.system.tagger(batch["tokens"]).float()
        said, right = seen(read).bool(), words.bool()
        both = (said & right).sum()
        return {
            "loss": F.binary_cross_entropy_with_logits(read, words),
            "precision": both / said.sum().clamp(min=1),
            "recall": both / right.sum().clamp(min=1),
        }


class SyncObjective(Objective):
    """Timing off the pixels. Words are read beside it: whoever knows what something is knows better when it sounds."""

    trains = ("sync",)
    lr = 2e-3
    wild = 0.85  # as in training the generator
    reuse = 3  # each time augmented anew
    kept = 3072  # pictures, which take a thousand times the room of latents
    word_weight = 3.0
    shape = 1.0  # weight of the level's shape, see shape_error
    continuous = 0.25  # share of the batches that hold continuous sounds alone, of which level is all there is to read
    cut_out = 0.25  # share of the other batches that is clips made of torn-out pictures, see cutouts.py

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        # A processor convolves faster this way.
        system.sync.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.word_head = nn.Linear(2 * system.preset.sync_channels[2], system.vocabulary)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        families = CONTINUOUS if random.Random(seed).random() < self.continuous else None
        count = 0 if families else round(self.cut_out * batch)
        made = render(seed, batch - count, device=device, wild=self.wild, families=families)
        length = self.system.grid.audio_latents
        found: Batch = {"frames": made.frames, "named": torch.ones(batch - count, device=device)}
        found |= timing(made, self.system, device)
        if count == 0:
            return found
        # They are torn out of the pictures beside them.
        moments = torch.randint(made.frames.shape[1], (batch - count,), generator=torch.Generator().manual_seed(seed))
        cut = cutouts(made.frames[torch.arange(batch - count), moments], seed, count)
        more: Batch = {
            "frames": cut.frames,
            "named": found["named"].new_zeros(count),
            "bag": found["bag"].new_zeros(count, found["bag"].shape[1]),
            "onsets": onset_envelope(cut.events, length),
            "level": level_target(cut.level),
            "studio": found["studio"].new_zeros(count),
        }
        return collated(torch.cat, [found, more])

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        frames, generator = scenes["frames"], torch.Generator().manual_seed(seed)
        count, device = frames.shape[0], frames.device
        mirrored = (torch.rand(count, generator=generator) < 0.5).to(device)[:, None, None, None, None]
        frames = torch.where(mirrored, frames.flip(-1), frames)
        return scenes | {"frames": augmented(frames, torch.ones(count, dtype=torch.bool, device=device), generator)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        moments = self.system.sync.moments(to_frames(batch["frames"]))
        read = self.system.sync.timing(moments).float()
        named = self.word_head(torch.cat([moments.mean(1), moments.amax(1)], dim=-1)).float()
        error = reading_error(read, batch["onsets"], batch["level"]).mean()
        shape = shape_error(read[..., 1], batch["level"]).mean()
        word_loss = (word_error(named, batch["bag"]) * batch["named"]).mean()
        loss = error + self.shape * shape + self.word_weight * word_loss
        return {"loss": loss, "heads": error.detach(), "shape": shape.detach(), "words": word_loss.detach()}
