"""What each stage of the ladder minimises, and what it draws a batch from.

A stage trains one or two parts of the system; everything else is frozen. `forward` returns named losses, of which
`loss` is minimised and the others are reported.
"""

from __future__ import annotations

import random
from abc import abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..audio_codec import spectral_loss
from ..backbone import Backbone
from ..flow import logit_normal, noised
from ..naming import seen
from ..scenes import CONTINUOUS, SceneBatch, render
from ..system import AVLink, to_frames
from ..video_codec import LATENT_NOISE
from .broaden import broadened, uniform
from .cutouts import cutouts
from .disguise import disguised
from .reading import (
    AudioReader,
    VideoReader,
    WordReader,
    level_movement,
    level_target,
    naming_error,
    onset_envelope,
    reading_error,
    shape_error,
)

WORD_DROP, TEXT_DROP = 0.3, 0.15
# Of clips that are read or linked, so many come without a caption: most people type none. With .15 the networks took
# from the caption what they ought to see: the readers' error on held-out scenes was 1.26 without one, .99 with one.
UNCAPTIONED = 0.7

Batch = dict[str, Tensor]


def drop_words(bag: Tensor, generator: torch.Generator, whole: float | Tensor = TEXT_DROP) -> Tensor:
    """People type some of the words or none: drop single words of a bag [B, V], and a share `whole` of the captions.

    whole: of all clips, or of each [B, 1].
    """
    keep = torch.rand(bag.shape, generator=generator) >= WORD_DROP
    keep &= torch.rand(bag.shape[0], 1, generator=generator) >= whole
    return bag * keep.to(bag.device)


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the device multiplies in it; a processor that only imitates it takes some forty times as long."""
    native = device.type != "cpu" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


class Objective(nn.Module):
    """A stage: the parts it trains, the parts it needs, its data and its loss."""

    trains: tuple[str, ...]
    needs: tuple[str, ...] = ()
    lr = 1e-3
    ema = 0.999
    # How often a scene is used on average, each time with other noise, before it is forgotten.
    reuse = 1
    kept = 4096  # scenes at hand to be used again, in every process

    def __init__(self, system: AVLink) -> None:
        super().__init__()
        self.system = system
        system.requires_grad_(False)
        for part in self.trains:
            getattr(system, part).requires_grad_(True)
        # A processor convolves faster this way.
        system.video_encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def prepare(self, device: torch.device) -> None:
        """Once, before the first step of a fresh run."""

    def finish(self, device: torch.device) -> None:
        """Once, whenever a budget ends: set what is measured rather than learned."""

    def encode_video(self, frames: Tensor) -> Tensor:
        """Latents of uint8 frames, in bfloat16 where it pays: in float32 this can cost more than the training step."""
        device = frames.device
        # A clip at a time stays in a processor's cache, which makes it half as fast again.
        parts = frames.split(1) if device.type == "cpu" else (frames,)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast_dtype(device) is torch.bfloat16):
            return torch.cat([self.system.video_encoder(to_frames(part)) for part in parts]).float()

    def in_disguise(self, made: SceneBatch, seed: int) -> Tensor:
        """Frames of scenes that are to be read: all but those of the studio in disguise."""
        return disguised(made.frames, ~made.studio, torch.Generator().manual_seed(seed))

    def encode_disguised(self, made: SceneBatch, seed: int) -> Tensor:
        """Latents of scenes that are to be read."""
        return self.encode_video(self.in_disguise(made, seed))

    @abstractmethod
    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        """Fresh scenes, coded: what is costly to make. Rendered without end."""

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        """Noise, flow times, dropped words: drawn anew at every use of a scene."""
        return scenes

    def draw(self, seed: int, batch: int, device: torch.device) -> Batch:
        """A fresh batch, ready for `forward`."""
        return self.corrupt(seed, self.scenes(seed, batch, device))

    @abstractmethod
    def forward(self, batch: Batch) -> dict[str, Tensor]: ...


class AudioDecoderObjective(Objective):
    """Waveform from latents of the closed-form encoder, by multi-resolution STFT and log-mel distance."""

    trains = ("audio_decoder",)
    needs = ("audio_encoder",)
    lr = 1.5e-3
    crop = 32  # latents, about one second

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        sounds = render(seed, batch, device=device, sight=False)
        generator = torch.Generator().manual_seed(seed)
        grid, crop = self.system.grid, self.crop
        audio = broadened(sounds.audio, generator)
        latents = self.system.audio_encoder(audio)
        start = int(torch.randint(0, grid.audio_latents - crop, (1,), generator=generator))
        span = grid.samples_per_latent
        z = latents[:, start : start + crop]
        # What the generator will get wrong.
        z = z + LATENT_NOISE * torch.randn(z.shape, generator=generator).to(device)
        return {"latents": z, "wave": audio[:, start * span : (start + crop) * span]}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        made = self.system.audio_decoder(batch["latents"]).float()
        real = batch["wave"]
        stft = spectral_loss(made, real)
        mel = (self.system.audio_encoder.mel(made) - self.system.audio_encoder.mel(real)).abs().mean()
        return {"loss": stft + 0.5 * mel, "stft": stft.detach(), "mel": mel.detach()}


class VideoCodecObjective(Objective):
    """Encoder and decoder at 64x64; moving places weigh more, because sync lives there."""

    trains: tuple[str, ...] = ("video_encoder", "video_decoder")
    lr = 2.5e-3
    moments = 2  # of each clip, every one a latent between its neighbours
    studio = 0.3  # what is generated has that look, and is decoded most
    change_weight = 2.0
    energy_weight = 0.03

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        return {"small": self._frames(seed, batch, device, 64, self.moments, (-1, 0, 1))}

    def _frames(
        self, seed: int, batch: int, device: torch.device, size: int, moments: int, around: tuple[int, ...]
    ) -> Tensor:
        """Pairs of frames [batch * moments, 2 * len(around), 3, size, size] of latents around random moments."""
        generator, count = torch.Generator().manual_seed(seed), self.system.grid.video_latents
        middle = torch.randint(0, count, (batch, moments, 1), generator=generator)
        first = 2 * (middle + torch.tensor(around)).clamp(0, count - 1)
        index = torch.stack([first, first + 1], dim=-1).reshape(batch, -1)
        made = render(seed, batch, device=device, size=size, frame_indices=index, sound=False, studio=self.studio)
        frames = made.frames
        return to_frames(frames.reshape(batch * moments, -1, *frames.shape[2:]))

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        frames = batch["small"]
        z = self.system.video_encoder.raw(frames)
        made = self.system.video_decoder.small(z + LATENT_NOISE * torch.randn_like(z)).float()
        real = frames[:, 2:4]
        moving = (real[:, :1] - real[:, 1:]).abs().amax(2, keepdim=True)
        error = (made - real).abs()
        # Squared error brings colour in early; absolute error keeps edges.
        weighted = ((error + 2 * error.square()) * (1 + 4 * moving)).mean()
        scale = (z.float().square().mean() - 1).clamp(min=0)
        change, shown = self._change_loss(made, real)
        return {"loss": weighted + 0.01 * scale + change, "l1": error.mean().detach(), "psnr": psnr(made, real)} | shown

    def _change_loss(self, made: Tensor, real: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """How wrong the change within pairs [B, 2, 3, S, S] is, where it is and how large; and its correlation.

        It is small beside the pictures, so that their own error hardly sees it. Where the way of a movement cannot be
        told, no change at all is the nearest; that much has to change all the same is what its energy is for.
        """
        wrong = (made[:, 1] - made[:, 0] - real[:, 1] + real[:, 0]).abs().mean()
        energies = [self.system.video_encoder.change(x.flatten(1, 2)) for x in (made, real)]
        energy = F.l1_loss(energies[0], energies[1])
        a, b = ((x[:, 1] - x[:, 0]).detach().flatten() for x in (made, real))
        correlation = F.cosine_similarity(a, b, dim=0)
        loss = self.change_weight * wrong + self.energy_weight * energy
        return loss, {"energy": energy.detach(), "change": correlation}

    @torch.no_grad()
    def finish(self, device: torch.device) -> None:
        encoder, decoder = self.system.video_encoder, self.system.video_decoder
        z = torch.cat([encoder.raw(self.draw(7_000_000 + i, 16, device)["small"]).flatten(0, 3) for i in range(8)])
        for part in (encoder, decoder):
            part.mean.copy_(z.mean(0))
            part.std.copy_(z.std(0))


class VideoDecoderObjective(VideoCodecObjective):
    """The 256x256 decoder over the frozen encoder."""

    trains = ("video_decoder",)
    needs = ("video_encoder",)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        batch = max(1, batch // 4)
        return {
            "small": self._frames(seed, batch, device, 64, 1, (-1, 0, 1)),
            "large": self._frames(seed, batch, device, self.system.grid.output_frame_size, 1, (0,)),
        }

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        small, large = batch["small"], batch["large"]
        with torch.no_grad():
            z = self.system.video_encoder(small)
        made_small, made = self.system.video_decoder.large(z + LATENT_NOISE * torch.randn_like(z))
        made_small, made = made_small.float(), made.float()
        error = (made - large).abs()

        def edges(x: Tensor) -> tuple[Tensor, Tensor]:
            return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]

        gradient = sum(F.l1_loss(a, b) for a, b in zip(edges(made), edges(large), strict=True))
        change, shown = self._change_loss(made_small, small[:, 2:4])
        loss = error.mean() + 0.5 * gradient + 0.5 * F.l1_loss(made_small, small[:, 2:4]) + change
        return {"loss": loss, "l1": error.mean().detach(), "psnr": psnr(made, large)} | shown

    def finish(self, device: torch.device) -> None:
        """The normalisation belongs to the frozen encoder."""


def psnr(made: Tensor, real: Tensor) -> Tensor:
    """In dB, of pictures in -1..1."""
    return 10 * torch.log10(4 / (made - real).detach().square().mean())


def timing(made: SceneBatch, length: int, device: torch.device) -> Batch:
    """Caption, onsets, level and kind of rendered scenes, as the readers and generators take them."""
    onsets = onset_envelope(made.events, length)
    found = {"bag": made.bag, "onsets": onsets, "level": level_target(made.level), "studio": made.studio}
    return {name: value.to(device) for name, value in found.items()}


def velocity_off(backbone: Backbone, found: Tensor, z: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """How far the velocity [B, ...] is off, by what the last segment ended in at flow time t [B]."""
    return backbone.velocity(found, noised(z, noise, t), t).float() - (z - noise)


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

    There readers sit on its tokens, of the sound's timing and of the caption's words: features that know when things
    hit and what they are is what the Fusion Blocks can link, and they are learned far faster here than through the
    frozen generators.
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
    naming = 3.0

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        width, count = system.preset.width, system.preset.segments - 1
        self.readers = nn.ModuleList(VideoReader(width, system.grid) for _ in range(count))
        self.word_readers = nn.ModuleList(WordReader(width, system.vocabulary) for _ in range(count))

    @torch.no_grad()
    def prepare(self, device: torch.device) -> None:
        video = self.system.video
        if torch.equal(video.spread, torch.ones_like(video.spread)):  # else it was trained with those it has
            made = (render(6_000_000 + i, 16, device=device, sound=False, studio=1).frames for i in range(self.fitted))
            video.fit(torch.cat([self.encode_video(frames) for frames in made]))

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, wild=self.wild, studio=self.studio)
        return {"z": self.encode_disguised(made, seed)} | timing(made, self.system.grid.audio_latents, device)

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
        aside = naming = t.new_zeros(())
        reads = ~batch["flow"]
        untold = reads & (batch["bag"] == 0).all(1)
        for index, (reader, word_reader) in enumerate(zip(self.readers, self.word_readers, strict=True)):
            h = video.segment(index, h, cond)
            error = reading_error(reader(h), batch["onsets"], batch["level"])
            aside = aside + (error * reads).mean() / len(self.readers)
            unnamed = naming_error(word_reader(h), batch["words"])
            naming = naming + (unnamed * untold).mean() / len(self.readers)
        learns = batch["flow"].nonzero()[:, 0]
        found = video.segment(len(self.readers), h[learns], cond[learns])
        errors = velocity_off(video, found, z[learns], noise[learns], t[learns]).square().flatten(1).mean(1)
        loss = errors.sum() / z.shape[0] + self.reading * aside + self.naming * naming
        # Reported per clip that learns it, so that figures compare whatever the shares are.
        flow = errors.detach().sum() / max(1, learns.numel())
        read = aside.detach() * z.shape[0] / max(1, int(reads.sum()))
        named = naming.detach() * z.shape[0] / max(1, int(untold.sum()))
        return {"loss": loss, "flow": flow, "reader": read, "words": named}


class JudgeObjective(VideoBackboneObjective):
    """Readers for pictures as the codec gives them back: it drops part of the movement, which the others rely on.

    They sit on the frozen video generator, as those of its own training do, and judge what is generated (see
    evaluate/judge.py).
    """

    trains = ()
    needs = ("video_encoder", "video_decoder", "video")
    lr = 1e-2
    reuse = 1

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        self.word_readers.requires_grad_(False)  # it judges when, not what

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, studio=self.studio)
        shown = self.system.shown(self.encode_video(made.frames))
        return {"z": self.encode_video(shown)} | timing(made, self.system.grid.audio_latents, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z, generator = scenes["z"], torch.Generator().manual_seed(seed)
        t = uniform(generator, *self.clean, z.shape[0])
        return scenes | {"noise": torch.randn(z.shape, generator=generator).to(z.device), "t": t.to(z.device)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        z, t, video = batch["z"], batch["t"], self.system.video
        with torch.no_grad():
            tokens = video.features(noised(z, batch["noise"], t), t, t.new_zeros(z.shape[0], self.system.preset.width))
        errors = [
            reading_error(reader(h.float()), batch["onsets"], batch["level"]).mean()
            for reader, h in zip(self.readers, tokens, strict=True)
        ]
        return {"loss": torch.stack(errors).sum(), "reader": errors[-1].detach()}


class NamerObjective(Objective):
    """Words off the frozen video generator's tokens: what stands in for the caption that nobody typed."""

    trains = ("namer",)
    needs = ("video_encoder", "video")
    wild = 0.85  # as in training the generator; of the studio's look nothing has to be named
    # Rendering, coding and the frozen generator are all that costs, and a small head does not learn scenes by heart.
    reuse = 8
    kept = 1024

    @torch.no_grad()
    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        made = render(seed, batch, device=device, sound=False, wild=self.wild)
        z = self.encode_disguised(made, seed)
        text = z.new_zeros(batch, self.system.preset.width)
        tokens = self.system.video.features(z, z.new_ones(batch), text)[-1]
        return {"tokens": tokens, "words": made.bag.to(device)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        words, read = batch["words"], self.system.namer(batch["tokens"]).float()
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
    reuse = 3  # each time in another disguise
    kept = 3072  # pictures, which take a thousand times the room of latents
    naming = 3.0
    shape = 1.0  # weight of the level's shape, see shape_error
    continuous = 0.25  # share of the batches that hold continuous sounds alone, of which level is all there is to read
    cut_out = 0.25  # share of the other batches that is clips made of torn-out pictures, see cutouts.py

    def __init__(self, system: AVLink) -> None:
        super().__init__(system)
        # A processor convolves faster this way.
        system.sync.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.word_reader = nn.Linear(2 * system.preset.sync_channels[2], system.vocabulary)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        families = CONTINUOUS if random.Random(seed).random() < self.continuous else None
        count = 0 if families else round(self.cut_out * batch)
        made = render(seed, batch - count, device=device, wild=self.wild, families=families)
        length = self.system.grid.audio_latents
        found = {"frames": made.frames, "named": torch.ones(batch - count, device=device)}
        found |= timing(made, length, device)
        if count == 0:
            return found
        # They are torn out of the pictures beside them.
        moments = torch.randint(made.frames.shape[1], (batch - count,), generator=torch.Generator().manual_seed(seed))
        cut = cutouts(made.frames[torch.arange(batch - count), moments], seed, count)
        more = {"frames": cut.frames, "onsets": onset_envelope(cut.events, length), "level": level_target(cut.level)}
        return {
            name: torch.cat([value, more.get(name, value.new_zeros(count, *value.shape[1:]))])
            for name, value in found.items()
        }

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        frames, generator = scenes["frames"], torch.Generator().manual_seed(seed)
        count, device = frames.shape[0], frames.device
        mirrored = (torch.rand(count, generator=generator) < 0.5).to(device)[:, None, None, None, None]
        frames = torch.where(mirrored, frames.flip(-1), frames)
        return scenes | {"frames": disguised(frames, torch.ones(count, dtype=torch.bool, device=device), generator)}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        moments = self.system.sync.moments(to_frames(batch["frames"]))
        read = self.system.sync.timing(moments).float()
        named = self.word_reader(torch.cat([moments.mean(1), moments.amax(1)], dim=-1)).float()
        error = reading_error(read, batch["onsets"], batch["level"]).mean()
        shape = shape_error(read[..., 1], batch["level"]).mean()
        naming = (naming_error(named, batch["bag"]) * batch["named"]).mean()
        loss = error + self.shape * shape + self.naming * naming
        return {"loss": loss, "reader": error.detach(), "shape": shape.detach(), "words": naming.detach()}


class FusionObjective(Objective):
    """Fusion Blocks between two frozen generators, for V2A, A2V and joint generation at once.

    The velocity loss hardly sees timing, so a small head (used in training only) reads onsets and level off the
    fused tokens of every block; it is what makes sync appear early instead of late.
    """

    trains: tuple[str, ...] = ("fusion",)
    needs: tuple[str, ...] = ("audio_encoder", "video_encoder", "audio", "video")
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
        self.read_audio = AudioReader(system.preset.fusion_width)
        self.read_video = VideoReader(system.preset.fusion_width, system.grid)

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        hints = seed % self.colourless > 0
        made = render(seed, batch, device=device, studio=self.studio, hints=hints)
        latents = {"z_a": self.system.audio_encoder(made.audio), "z_v": self.encode_disguised(made, seed)}
        latents["hints"] = torch.full((batch,), hints, device=device)
        return latents | timing(made, self.system.grid.audio_latents, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        z_a, z_v = scenes["z_a"], scenes["z_v"]
        batch, generator = z_a.shape[0], torch.Generator().manual_seed(seed)
        v2a = ~scenes["studio"].cpu()
        joint = ~v2a & (torch.rand(batch, generator=generator) < self.joint_share)
        a2v = ~v2a & ~joint
        given = uniform(generator, *self.conditioning, batch)
        # Timing is decided near noise: most of the sampled times lie there.
        sampled = logit_normal(batch, -1.2, 1.2, generator)
        other = logit_normal(batch, -0.5, 1.0, generator)
        untold = torch.where(scenes["hints"].cpu(), UNCAPTIONED, 1 - UNCAPTIONED)[:, None]
        made = {
            "bag": drop_words(scenes["bag"], generator, untold),
            "noise_a": torch.randn(z_a.shape, generator=generator),
            "noise_v": torch.randn(z_v.shape, generator=generator),
            "t_a": torch.where(v2a, sampled, torch.where(a2v, given, other)),
            "t_v": torch.where(a2v, sampled, torch.where(v2a, given, sampled)),
            "learn_a": (v2a | joint).float(),
            "learn_v": (a2v | joint).float(),
        }
        return scenes | {name: value.to(z_a.device) for name, value in made.items()}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        system, t_a, t_v = self.system, batch["t_a"], batch["t_v"]
        audio, video, bag = system.audio, system.video, batch["bag"]
        h_a, cond_a = audio.embed(noised(batch["z_a"], batch["noise_a"], t_a), t_a, audio.words(bag))
        h_v, cond_v = video.embed(noised(batch["z_v"], batch["noise_v"], t_v), t_v, video.words(bag))
        count, fusion = h_a.shape[1], system.fusion
        aside = t_a.new_zeros(())
        learn_a, learn_v = (batch[f"learn_{name}"].nonzero()[:, 0] for name in "av")
        for index in range(system.preset.segments):
            if "timing" in batch:
                h_a = system.timing.before(index)(h_a, batch["timing"], t_a)
            if (block := fusion.before(index)) is not None:
                z = block.joint(h_a, h_v, t_a, t_v)
                aside = aside + self._read(z, count, batch) / len(fusion.places)
                to_audio, to_video = block.additions(z)
                if not fusion.symmetric:
                    to_audio, to_video = (
                        to_audio * batch["learn_a"][:, None, None],
                        to_video * batch["learn_v"][:, None, None],
                    )
                h_a, h_v = h_a + to_audio, h_v + to_video
            if index == fusion.places[-1]:
                # After the last block a stream concerns its own modality alone: clips that do not make it stop here.
                h_a, h_v, cond_a, cond_v = h_a[learn_a], h_v[learn_v], cond_a[learn_a], cond_v[learn_v]
            h_a = audio.segment(index, h_a, cond_a)
            h_v = video.segment(index, h_v, cond_v)
        errors = {}
        for name, backbone, found, learns in (("a", audio, h_a, learn_a), ("v", video, h_v, learn_v)):
            z, noise, t = (batch[f"{value}_{name}"][learns] for value in ("z", "noise", "t"))
            off = velocity_off(backbone, found, z, noise, t)
            off = self.weighed(off, batch["level"][learns]) if name == "a" else off
            errors[name] = off.square().flatten(1).mean(1).sum()
        loss = (errors["a"] + errors["v"]) / t_a.shape[0] + self.auxiliary * aside
        # Reported per clip that learns it, so that figures compare whatever the shares are.
        of_audio, of_video = (
            errors[name].detach() / max(1, learns.numel()) for name, learns in (("a", learn_a), ("v", learn_v))
        )
        return {"loss": loss, "audio": of_audio, "video": of_video, "reader": aside.detach()}

    def weighed(self, off: Tensor, level: Tensor) -> Tensor:
        """How far the sound's velocity [B, Ta, C] is off, as it counts; level [B, Ta]: of the clips' sound."""
        return off

    def _read(self, z: Tensor, count: int, batch: Batch) -> Tensor:
        """Reading error on the tokens of the modality that is being made."""
        of_audio = reading_error(self.read_audio(z[:, :count]), batch["onsets"], batch["level"])
        of_video = reading_error(self.read_video(z[:, count:]), batch["onsets"], batch["level"])
        # Where the modality itself is nearly clean, the reading needs no link.
        weight_a = batch["learn_a"] * (1 - batch["t_a"])
        weight_v = batch["learn_v"] * (1 - batch["t_v"])
        return (of_audio * weight_a + of_video * weight_v).mean()


class TimingObjective(FusionObjective):
    """The adapter that tells the sound generator what is read off the pixels; all that it joins is frozen, so that
    every clip is one of V2A.

    On scenes like those of training the video generator's features know the timing nearly as well as the pixels tell
    it, and on others far less well. So that the adapter is relied on, many of its clips have a picture that is lost in
    noise: there the timing comes from the adapter or not at all.
    """

    trains = ("timing",)
    needs = (*FusionObjective.needs, "fusion", "sync")
    studio = 0.0
    lost = 0.6  # share of the clips whose picture has any flow time below that of the condition
    level_weight = 4.0  # of the channels that say how loud it is, which is what timing is heard by

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        hints = seed % self.colourless > 0
        made = render(seed, batch, device=device, hints=hints)
        frames = self.in_disguise(made, seed)
        found = {
            "z_a": self.system.audio_encoder(made.audio),
            "z_v": self.encode_video(frames),
            "timing": torch.cat([self.system.watched(part) for part in frames.split(4)]),
            "hints": torch.full((batch,), hints, device=device),
        }
        return found | timing(made, self.system.grid.audio_latents, device)

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        made = super().corrupt(seed, scenes)
        t_v, generator = made["t_v"], torch.Generator().manual_seed(seed + 1)
        noisy = uniform(generator, 0, self.conditioning[0], t_v.shape[0])
        lost = torch.rand(t_v.shape[0], generator=generator) < self.lost
        return made | {"t_v": torch.where(lost.to(t_v.device), noisy.to(t_v.device), t_v)}

    def weighed(self, off: Tensor, level: Tensor) -> Tensor:
        """The level counts more, and how it moves by its share, as it does where it is read."""
        channels = self.system.grid.level_channels
        loud, rest = off[..., :channels], off[..., channels:]
        mean = loud.mean(1, keepdim=True)
        moves = (loud - mean) / level_movement(level).sqrt()[:, None, None]
        return torch.cat([self.level_weight**0.5 * (mean + moves), rest], dim=-1)


OBJECTIVES: dict[str, type[Objective]] = {
    "audio_decoder": AudioDecoderObjective,
    "video_codec": VideoCodecObjective,
    "video_decoder": VideoDecoderObjective,
    "audio_backbone": AudioBackboneObjective,
    "video_backbone": VideoBackboneObjective,
    "judge": JudgeObjective,
    "namer": NamerObjective,
    "sync": SyncObjective,
    "fusion": FusionObjective,
    "timing": TimingObjective,
}
