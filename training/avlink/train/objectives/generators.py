"""The objectives of the two generators, each alone with its caption."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...flow import logit_normal, noised
from ...scenes import render
from ...system import AVLink
from ..auxiliary_heads import VideoHead, WordHead, reading_error, word_error
from ..batch import Batch
from ..broaden import uniform
from .base import UNCAPTIONED, Objective, drop_words, timing, velocity_off


class BackboneObjective(Objective):
    """Velocity of one generator alone, with its caption."""

    needs: tuple[str, ...]
    location = -0.5

    def _flow_loss(self, name: str, z: Tensor, bag: Tensor, noise: Tensor, t: Tensor) -> dict[str, Tensor]:
        velocity = getattr(self.system, name)(noised(z, noise, t), t, bag).float()
        loss = (velocity - (z - noise)).square().mean()
        return {"loss": loss}

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z, generator = scenes["z"], torch.Generator().manual_seed(seed)
        noise = torch.randn(z.shape, generator=generator).to(z.device)
        t = logit_normal(z.shape[0], self.location, 1.0, generator).to(z.device)
        return scenes | {"bag": drop_words(scenes["bag"], generator), "noise": noise, "t": t}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        return self._flow_loss(self.trains[0], batch["z"], batch["bag"], batch["noise"], batch["t"])


class AudioBackboneObjective(BackboneObjective):
    trains = ("audio",)
    needs = ("audio_encoder",)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, sight=False)
        return {"z": self.system.audio_encoder(made.audio), "bag": made.bag.to(device)}


class VideoBackboneObjective(BackboneObjective):
    """The video generator; part of its flow times are those at which it will serve as the condition.

    There auxiliary heads sit on its tokens, of the sound's timing and of the caption's words: features that know when
    things hit and what they are is what the Fusion Blocks can link, and they are learned far faster here than through
    the frozen generators.
    """

    trains: tuple[str, ...] = ("video",)
    needs: tuple[str, ...] = ("video_encoder",)
    reuse = 2
    # The generator makes pictures of the studio alone: what it can make of found video is a blur. Of those, so many
    # learn the velocity; all the others are nearly clean and learn to be read.
    studio = 0.4
    wild = 0.85  # of the others
    flow_share = 0.6
    fitted = 16  # batches of 16 scenes whose latents decide the linear guess
    clean = (0.9, 1.0)
    reading = 3.0
    word_weight = 3.0

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        width, count = system.preset.width, system.preset.segments - 1
        self.heads = nn.ModuleList(VideoHead(width, system.grid) for _ in range(count))
        self.word_heads = nn.ModuleList(WordHead(width, system.vocabulary) for _ in range(count))

    @torch.no_grad()
    def prepare(self, device: torch.device) -> None:
        video = self.system.video
        if torch.equal(video.spread, torch.ones_like(video.spread)):  # else it was trained with those it has
            made = (render(6_000_000 + i, 16, device=device, sound=False, studio=1).frames for i in range(self.fitted))
            video.fit(torch.cat([self.encode_video(frames) for frames in made]))

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, wild=self.wild, studio=self.studio)
        return {"z": self.encode_augmented(made, seed)} | timing(made, self.system, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        made = super().corrupt(seed, scenes)
        generator = torch.Generator().manual_seed(seed + 1)
        count, device = made["t"].shape[0], made["t"].device
        flow = scenes["studio"] & (torch.rand(count, generator=generator) < self.flow_share).to(device)
        near = uniform(generator, *self.clean, count).to(device)
        read = drop_words(scenes["bag"], generator, UNCAPTIONED)
        return made | {
            "t": torch.where(flow, made["t"], near),
            "bag": torch.where(flow[:, None], made["bag"], read),
            "words": scenes["bag"],
            "flow": flow,
        }

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        video, z, noise, t = self.system.video, batch["z"], batch["noise"], batch["t"]
        h, cond = video.embed(noised(z, noise, t), t, video.words(batch["bag"]))
        aside = word_loss = t.new_zeros(())
        reads = ~batch["flow"]
        untold = reads & (batch["bag"] == 0).all(1)
        for index, (head, word_head) in enumerate(zip(self.heads, self.word_heads, strict=True)):
            h = video.segment(index, h, cond)
            error = reading_error(head(h), batch["onsets"], batch["level"])
            aside = aside + (error * reads).mean() / len(self.heads)
            unnamed = word_error(word_head(h), batch["words"])
            word_loss = word_loss + (unnamed * untold).mean() / len(self.heads)
        learns = batch["flow"].nonzero()[:, 0]
        found = video.segment(len(self.heads), h[learns], cond[learns])
        errors = velocity_off(video, found, z[learns], noise[learns], t[learns]).square().flatten(1).mean(1)
        loss = errors.sum() / z.shape[0] + self.reading * aside + self.word_weight * word_loss
        # Reported per clip that learns it, so that figures compare whatever the shares are.
        flow = errors.detach().sum() / max(1, learns.numel())
        read = aside.detach() * z.shape[0] / max(1, int(reads.sum()))
        named = word_loss.detach() * z.shape[0] / max(1, int(untold.sum()))
        return {"loss": loss, "flow": flow, "heads": read, "words": named}
