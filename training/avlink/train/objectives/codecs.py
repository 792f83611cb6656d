"""The codecs' objectives: sound decoded from latents, pictures through both ways of their codec."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ...audio_codec import spectral_loss
from ...scenes import render
from ...system import to_frames
from ...video_codec import LATENT_NOISE
from ..batch import Batch
from ..broaden import broadened
from .base import Objective


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
        mel = (self.system.narrow.mel(made) - self.system.narrow.mel(real)).abs().mean()
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
