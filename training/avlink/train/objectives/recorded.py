"""The sound generator that hears recordings, and is told when from the first step on."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ...directed import DIRECTING
from ...flow import logit_normal, noised
from ...recorded_scenes import RecordedScenes, bag_of, level_of
from ...recordings import read_bank, split_of
from ...scenes import render
from ...system import AVLink
from ..auxiliary_heads import level_target
from ..batch import Batch
from .base import Objective, drop_words, level_weighed, velocity_off

MOST_HITS = 48  # of a clip that are told


class RecordedSoundObjective(Objective):
    """Velocity of the sound generator, with its words and the timing that the adapter passes on.

    A person directs with hits that are a little late, soft or hard at a guess, and often without a level. So the hits
    are jittered, their certainty varies, and the level is exact, smoothed, made of the hits alone, or off by a constant
    (random filters over the controls: Garcia et al., Sketch2Sound, arXiv 2412.08550). A share of the batches is told
    nothing, so that the generator also works alone.
    """

    trains = ("audio", "timing")
    needs = ("audio_encoder",)
    reuse = 4
    rendered = 0.25  # share of scenes, which have the words and the silences that recordings lack
    untold = 0.2  # share of batches without timing
    wordless = 0.25
    location = -0.3
    level_weight = 4.0
    jitter = 0.018  # seconds, standard deviation of half of the clips' hits

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
        bags[:count, : made.bag.shape[1]] = made.bag.cpu()
        most = min(MOST_HITS, made.events.shape[1])
        hits[:count, :most, 0] = made.events[:, :most].cpu()
        hits[:count, :most, 1] = made.strengths[:, :most].cpu()
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
        bag = drop_words(scenes["bag"], generator, self.wordless)
        made: Batch = scenes | {"bag": bag, "noise": noise, "t": t}
        if float(torch.rand(1, generator=generator)) >= self.untold:
            made["timing"] = self.told(scenes["hits"], scenes["level"], generator)
        return made

    def told(self, hits: Tensor, level: Tensor, generator: torch.Generator) -> Tensor:
        """Hits [B, H, 2] and level [B, Ta] -> timing [B, Ta, 2] as one of many people would give it."""
        batch, length = level.shape

        def draw(low: float, high: float) -> Tensor:
            return low + (high - low) * torch.rand(batch, 1, generator=generator)

        late = self.jitter * torch.randn(hits.shape[:2], generator=generator) * (draw(0, 1) < 0.5)
        places = torch.nan_to_num((hits[..., 0] + late) * self.system.grid.audio_latent_rate, nan=-1e4)[:, :, None]
        middles = torch.arange(length) + 0.5
        width, height = draw(0.7, 1.5)[..., None], draw(0.6, DIRECTING.height)[..., None]
        onset = (height * torch.exp(-0.5 * ((middles - places) / width) ** 2)).amax(1)
        logit = torch.logit(onset.clamp(1e-6, 1 - 1e-6)).clamp(DIRECTING.least, DIRECTING.most) - DIRECTING.onset_bias
        way = draw(0, 1)
        strength = torch.nan_to_num(hits[..., 1])[:, :, None]
        peak = DIRECTING.quiet + DIRECTING.span * DIRECTING.lifted(strength)
        after = middles + 0.5 - places
        falling = torch.where(after > 0, peak - DIRECTING.decay * (after - 1).clamp(min=0), torch.tensor(-9.0))
        of_hits = falling.amax(1).clamp(min=DIRECTING.quiet)
        reach = 2 * int(torch.randint(1, 13, (1,), generator=generator)) + 1
        smooth = F.avg_pool1d(level[:, None], reach, 1, reach // 2, count_include_pad=False)[:, 0]
        # Where nothing hits, a level made of hits alone would ask for silence: there it stays as it is.
        struck = hits[..., 0].isfinite().any(1, keepdim=True)
        shape = torch.where((way < 0.35) & struck, of_hits, torch.where(way < 0.65, smooth, level))
        return torch.stack([logit, (shape + draw(-0.4, 0.4) * (way < 0.8)).clamp(min=DIRECTING.quiet)], dim=-1)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        system, t = self.system, batch["t"]
        x, timing = noised(batch["z"], batch["noise"], t), batch.get("timing")
        h, cond = system.audio.embed(x, t, system.audio.words(batch["bag"]))
        for index in range(system.preset.segments):
            if timing is not None:
                h = system.timing.before(index)(h, timing, t)
            h = system.audio.segment(index, h, cond)
        off = velocity_off(system.audio, h, batch["z"], batch["noise"], t)
        channels = system.grid.level_channels
        weighed = level_weighed(off, batch["level"], channels, self.level_weight)
        return {
            "loss": weighed.square().mean(),
            "level": off[..., :channels].square().mean().detach(),
            "rest": off[..., channels:].square().mean().detach(),
        }
