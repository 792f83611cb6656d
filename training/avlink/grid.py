"""The one place where rates, lengths and shapes are decided. Export writes it into the pack's manifest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """Time and space grid of one window. Lengths that follow from others are properties."""

    sample_rate: int = 16_000
    window_samples: int = 65_536
    samples_per_latent: int = 512
    mel_hop: int = 256
    mel_bands: int = 64
    audio_channels: int = 32
    level_channels: int = 1  # the first of the audio channels: how loud it is, see AudioEncoder
    frames: int = 64
    frame_size: int = 64
    output_frame_size: int = 256
    frames_per_latent: int = 2
    video_latent_size: int = 8
    video_channels: int = 16
    decoder_context: int = 1  # latent frames that the video decoder sees beyond either end of what it decodes
    motion_channels: int = 4  # the last of the video channels: see VideoEncoder

    @property
    def window_seconds(self) -> float:
        return self.window_samples / self.sample_rate

    @property
    def fps(self) -> float:
        return self.frames / self.window_seconds

    @property
    def audio_latents(self) -> int:
        return self.window_samples // self.samples_per_latent

    @property
    def audio_shape(self) -> tuple[int, int]:
        """Shape of one window's audio latents."""
        return (self.audio_latents, self.audio_channels)

    @property
    def video_shape(self) -> tuple[int, int, int, int]:
        """Shape of one window's video latents."""
        return (self.video_latents, self.video_latent_size, self.video_latent_size, self.video_channels)

    @property
    def audio_latent_rate(self) -> float:
        """Audio latents a second; also the unit of RoPE positions for both modalities."""
        return self.sample_rate / self.samples_per_latent

    @property
    def mels_per_latent(self) -> int:
        return self.samples_per_latent // self.mel_hop

    @property
    def video_latents(self) -> int:
        return self.frames // self.frames_per_latent

    @property
    def audio_per_video_latent(self) -> int:
        """Audio latents that span one video latent."""
        return self.audio_latents // self.video_latents


GRID = Grid()
