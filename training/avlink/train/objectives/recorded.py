"""The sound generator that hears recordings, and is told when from the first step on."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ...flow import logit_normal, noised
from ...recorded_scenes import RecordedScenes, bag_of, level_of
from ...recordings import read_bank, split_of
from ...scenes import render
from ...system import AVLink
from ..auxiliary_heads import level_target
from ..batch import Batch
from ..told import MOST_HITS, hits_of_scenes, told
from .base import Objective, drop_words, level_weighed, velocity_off


class RecordedSoundObjective(Objective):
    """Velocity of the sound generator, with its words and the timing that the adapter passes on.

    A person directs with hits that are a little late, soft or hard at a guess, and often without a level. So the hits
    and their level are changed as people would, see told.py. A share of the batches is told nothing, so that the
    generator also works alone.
    """

    trains = ("audio", "timing")
    needs = ("audio_encoder",)
    reuse = 4
    rendered = 0.25  # share of scenes, which have the words and the silences that recordings lack
    untold = 0.2  # share of batches without timing
    wordless = 0.12  # share of the clips without any word, for guidance
    location = -0.3
    level_weight = 4.0

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        self.bank: RecordedScenes | None = None

    def listen(self, sounds: Path) -> None:
        """Take the training side of a bank of recordings. Without one there are rendered scenes alone."""
        grid = self.system.grid
        rate = grid.sample_rate * self.system.wide.config.factor
        self.bank = RecordedScenes(split_of(read_bank(sounds), "train"), rate, grid.window_seconds)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        encoder, grid = self.system.wide, self.system.grid
        count = batch if self.bank is None else round(self.rendered * batch)
        bags = torch.zeros(batch, self.system.vocabulary)
        hits = torch.full((batch, MOST_HITS, 2), torch.nan)
        made = render(seed, count, device=device, sight=False)
        bags[:count] = self.system.bag_of(made.bag).cpu()
        hits[:count] = hits_of_scenes(made).cpu()
        z, levels = [encoder.of_narrow(made.audio)], [level_target(made.level)]
        if self.bank is not None:
            clips = [self.bank.clip(seed * batch + row) for row in range(count, batch)]
            waves = torch.stack([torch.from_numpy(clip.wave) for clip in clips])
            whole = torch.tensor([clip.whole for clip in clips])[:, None, None]
            coded = encoder(waves)
            z.append(torch.where(whole, coded, encoder.guessed(coded[..., : encoder.config.lower_channels])))
            levels.append(level_target(level_of(waves, waves.shape[1] // grid.audio_latents)))
            for row, clip in enumerate(clips, count):
                bags[row] = bag_of(clip.words)
                told = torch.tensor(clip.hits[:MOST_HITS]).reshape(-1, 2)
                hits[row, : len(told)] = told
        found: Batch = {"z": torch.cat(z), "bag": bags, "hits": hits, "level": torch.cat(levels)}
        return found

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z, generator = scenes["z"], torch.Generator().manual_seed(seed)
        noise = torch.randn(z.shape, generator=generator).to(z.device)
        t = logit_normal(z.shape[0], self.location, 1.0, generator).to(z.device)
        bag = self.typed(scenes["bag"], generator)
        made: Batch = scenes | {"bag": bag, "noise": noise, "t": t}
        if float(torch.rand(1, generator=generator)) >= self.untold:
            made["timing"] = told(scenes["hits"], scenes["level"], self.system.grid, generator)
        return made

    def typed(self, bag: Tensor, generator: torch.Generator) -> Tensor:
        """Some of the words [B, V]. The only word of a clip is what it is: it goes with the whole caption alone."""
        some = drop_words(bag, generator, 0.0)
        some = torch.where(some.any(1, keepdim=True), some, bag)
        return some * (torch.rand(len(bag), 1, generator=generator) >= self.wordless)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        system, t = self.system, batch["t"]
        x, timing = noised(batch["z"], batch["noise"], t), batch.get("timing")
        h = system.told_end(x, t, batch["bag"], timing)
        off = velocity_off(system.audio, h, batch["z"], batch["noise"], t)
        channels = system.grid.level_channels
        weighed = level_weighed(off, batch["level"], channels, self.level_weight)
        return {
            "loss": weighed.square().mean(),
            "level": off[..., :channels].square().mean().detach(),
            "rest": off[..., channels:].square().mean().detach(),
        }
