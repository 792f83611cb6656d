"""The objectives of what joins the two generators: Fusion Blocks and the timing adapter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from ...errors import InputError
from ...flow import logit_normal, noised
from ...presets import Preset
from ...recorded_scenes import level_of
from ...recorded_sight import RecordedSight
from ...recordings import read_bank, split_of
from ...scenes import SceneBatch, render
from ...system import ALONE, AVLink, fusion_part
from ...wideband import WidebandEncoder
from ..auxiliary_heads import AudioHead, VideoHead, reading_error
from ..batch import Batch
from ..broaden import uniform
from ..told import hits_of_scenes, told
from .base import UNCAPTIONED, Objective, drop_words, level_weighed, timing, velocity_off


class FusionObjective(Objective):
    """Fusion Blocks between two frozen generators, for V2A, A2V and joint generation at once.

    The velocity loss hardly sees timing, so a small head (used in training only) reads onsets and level off the
    fused tokens of every block; it is what makes sync appear early instead of late.
    """

    trains: tuple[str, ...] = ("fusion",)
    needs: tuple[str, ...] = ("audio_encoder", "video_encoder", "audio", "video")
    task = "joint"
    # Pictures are made in the studio, as by the video generator alone, and sound for all the others.
    studio = 0.42
    joint_share = 0.2  # of the studio's scenes, which make their sound, too
    conditioning = (0.88, 0.98)
    auxiliary = 1.5
    reuse = 2
    # Every so many batches have colours that tell no material. Most of these clips are told it: there the words decide,
    # where the picture and they always agree elsewhere.
    colourless = 3

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        self.audio_head = AudioHead(system.preset.fusion_width)
        self.video_head = VideoHead(system.preset.fusion_width, system.grid)
        self.bank: RecordedSight | None = None

    def listen(self, sounds: Path) -> None:
        """Have recordings heard in the scenes, which a preset with the 48 kHz codec can. Raises InputError."""
        grid, encoder = self.system.grid, self.system.wide
        recordings = split_of(read_bank(sounds), "train")
        self.bank = RecordedSight(recordings, encoder.config.sample_rate, grid.window_seconds)

    def heard(self, made: SceneBatch, seed: int) -> tuple[Tensor, SceneBatch]:
        """Latents of the scenes' sound, and the scenes with the level of what is heard."""
        encoder = self.system.audio_encoder
        if not isinstance(encoder, WidebandEncoder):
            return encoder(made.audio), made
        z = encoder.of_narrow(made.audio)
        if self.bank is None:
            return z, made
        sound = self.bank.dress(made, seed)
        which = sound.recorded.nonzero()[:, 0]
        waves = sound.waves[which].to(z.device)
        coded = encoder(waves)
        guessed = encoder.guessed(coded[..., : encoder.config.lower_channels])
        z[which] = torch.where(sound.whole[which].to(z.device)[:, None, None], coded, guessed)
        level = made.level.clone()
        level[which] = level_of(waves, waves.shape[1] // level.shape[1])
        return z, replace(made, level=level)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        hints = seed % self.colourless > 0
        made = render(seed, batch, device=device, studio=self.studio, hints=hints)
        z_a, made = self.heard(made, seed)
        found: Batch = {
            "z_a": z_a,
            "z_v": self.encode_augmented(made, seed),
            "hints": torch.full((batch,), hints, device=device),
        }
        return found | timing(made, self.system, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z_a, z_v, device = scenes["z_a"], scenes["z_v"], scenes["z_a"].device
        batch, generator = z_a.shape[0], torch.Generator().manual_seed(seed)
        v2a = ~scenes["studio"].cpu()
        joint = ~v2a & (torch.rand(batch, generator=generator) < self.joint_share)
        a2v = ~v2a & ~joint
        given = uniform(generator, *self.conditioning, batch)
        # Timing is decided near noise: most of the sampled times lie there.
        sampled = logit_normal(batch, -1.2, 1.2, generator)
        other = logit_normal(batch, -0.5, 1.0, generator)
        untold = torch.where(scenes["hints"].cpu(), UNCAPTIONED, 1 - UNCAPTIONED)[:, None]
        return scenes | {
            "bag": drop_words(scenes["bag"], generator, untold).to(device),
            "noise_a": torch.randn(z_a.shape, generator=generator).to(device),
            "noise_v": torch.randn(z_v.shape, generator=generator).to(device),
            "t_a": torch.where(v2a, sampled, torch.where(a2v, given, other)).to(device),
            "t_v": torch.where(a2v, sampled, torch.where(v2a, given, sampled)).to(device),
            "learn_a": (v2a | joint).float().to(device),
            "learn_v": (a2v | joint).float().to(device),
        }

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        system, t_a, t_v = self.system, batch["t_a"], batch["t_v"]
        learns = {"audio": batch["learn_a"].nonzero()[:, 0], "video": batch["learn_v"].nonzero()[:, 0]}
        readings: list[Tensor] = []
        ends = system.fused_ends(
            noised(batch["z_a"], batch["noise_a"], t_a),
            t_a,
            noised(batch["z_v"], batch["noise_v"], t_v),
            t_v,
            batch["bag"],
            learns,
            system.fusion_for(self.task),
            batch.get("timing"),
            observe=lambda z: readings.append(self._read(z, batch)),
        )
        sound = (x[learns["audio"]] for x in (batch["z_a"], batch["noise_a"], t_a))
        picture = (x[learns["video"]] for x in (batch["z_v"], batch["noise_v"], t_v))
        off_a = velocity_off(system.audio, ends["audio"], *sound)
        off_v = velocity_off(system.video, ends["video"], *picture)
        off_a = self.weighed(off_a, batch["level"][learns["audio"]])
        errors = {"audio": off_a.square().flatten(1).mean(1).sum(), "video": off_v.square().flatten(1).mean(1).sum()}
        aside = torch.stack(readings).mean()
        loss = (errors["audio"] + errors["video"]) / t_a.shape[0] + self.auxiliary * aside
        # Reported per clip that learns it, so that figures compare whatever the shares are.
        each = {name: error.detach() / max(1, learns[name].numel()) for name, error in errors.items()}
        return {"loss": loss, **each, "heads": aside.detach()}

    def weighed(self, off: Tensor, level: Tensor) -> Tensor:
        """How far the sound's velocity [B, Ta, C] is off, as it counts; level [B, Ta]: of the clips' sound."""
        return off

    def _read(self, z: Tensor, batch: Batch) -> Tensor:
        """Reading error on the tokens of the modality that is being made."""
        count = self.system.grid.audio_latents
        of_audio = reading_error(self.audio_head(z[:, :count]), batch["onsets"], batch["level"])
        of_video = reading_error(self.video_head(z[:, count:]), batch["onsets"], batch["level"])
        # Where the modality itself is nearly clean, the reading needs no link.
        weight_a = batch["learn_a"] * (1 - batch["t_a"])
        weight_v = batch["learn_v"] * (1 - batch["t_v"])
        return (of_audio * weight_a + of_video * weight_v).mean()


class FusionV2AObjective(FusionObjective):
    """A set of Fusion Blocks for sound alone, as in the paper: every clip makes its sound for its picture."""

    task = "v2a"
    trains = (ALONE[task],)
    starts_from = "fusion"
    studio = 0.0

    @classmethod
    def needed(cls, preset: Preset) -> tuple[str, ...]:
        if cls.task not in preset.sets_alone:
            raise InputError(f"the preset {preset.name} has no set for {cls.task} alone: train the stage fusion")
        return cls.needs


class FusionA2VObjective(FusionV2AObjective):
    """A set of Fusion Blocks for pictures alone: every clip makes its picture for its sound."""

    task = "a2v"
    trains = (ALONE[task],)
    studio = 1.0
    joint_share = 0.0


class TimingObjective(FusionObjective):
    """The adapter that tells the sound generator what is read off the pixels; all that it joins is frozen, so that
    every clip is one of V2A.

    On scenes like those of training the video generator's features know the timing nearly as well as the pixels tell
    it, and on others far less well. So that the adapter is relied on, many of its clips have a picture that is lost in
    noise: there the timing comes from the adapter or not at all.

    An adapter that was trained with its generator (see recorded.py) obeys what a person tells. So that it keeps to
    that, a share of the clips is told the scene's own hits as people would give them.
    """

    trains = ("timing",)
    needs = (*FusionObjective.needs, "fusion", "sync")
    task = "v2a"
    studio = 0.0
    lost = 0.6  # share of the clips whose picture has any flow time below that of the condition
    directed = 0.5  # share of the clips that a person tells, where the adapter was trained for that
    level_weight = 4.0  # of the channels that say how loud it is, which is what timing is heard by

    @classmethod
    def needed(cls, preset: Preset) -> tuple[str, ...]:
        return tuple(fusion_part(preset, cls.task) if part == "fusion" else part for part in cls.needs)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        hints = seed % self.colourless > 0
        made = render(seed, batch, device=device, hints=hints)
        z_a, made = self.heard(made, seed)
        frames = self.augmented_frames(made, seed)
        found: Batch = {
            "z_a": z_a,
            "z_v": self.encode_video(frames),
            "timing": torch.cat([self.system.watched(part) for part in frames.split(4)]),
            "hits": hits_of_scenes(made).to(device),
            "hints": torch.full((batch,), hints, device=device),
        }
        return found | timing(made, self.system, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        made = super().corrupt(seed, scenes)
        t_v, generator = made["t_v"], torch.Generator().manual_seed(seed + 1)
        noisy = uniform(generator, 0, self.conditioning[0], t_v.shape[0])
        lost = torch.rand(t_v.shape[0], generator=generator) < self.lost
        if self.system.preset.codec:
            person = torch.rand(t_v.shape[0], generator=generator) < self.directed
            of_person = told(scenes["hits"].cpu(), scenes["level"].cpu(), self.system.grid, generator).to(t_v.device)
            made["timing"] = torch.where(person.to(t_v.device)[:, None, None], of_person, scenes["timing"])
        return made | {"t_v": torch.where(lost.to(t_v.device), noisy.to(t_v.device), t_v)}

    def weighed(self, off: Tensor, level: Tensor) -> Tensor:
        """The level counts more, and how it moves by its share, as it does where it is read."""
        return level_weighed(off, level, self.system.grid.level_channels, self.level_weight)
