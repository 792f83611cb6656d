"""Measure round trips through both codecs, on held-out rendered scenes and on real video.

    python -m avlink.evaluate --task codec --folder runs/mini
    python -m avlink.evaluate.codecs CLIPS --folder runs/mini

Sound: onsets within 0.05 s, distance of log-mels, and multi-resolution STFT distance, with Griffin-Lim from the same
latents for comparison. Pictures: PSNR and SSIM at 64 x 64, PSNR at 256 x 256 (only for rendered scenes, which can be
drawn that large), and the correlation of motion energy, frame by frame and within the pairs that share a latent. Real
video needs ffmpeg.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..audio_codec import AudioEncoder, LogMel, spectral_loss
from ..command_line import add_preset, entry_point, existing_folder
from ..scenes import CONTINUOUS, FAMILIES, render
from ..system import AVLink, to_frames
from ..video_codec import with_context
from . import metrics
from .media import VIDEOS, read_frames, read_sound
from .metrics import Agreement
from .references import griffin_lim
from .results import write
from .tasks import PART, PER_SEED, Settings, draws, parts

TOLERANCE = 0.05
SSIM_WINDOW = 7  # pixels a side
DECODERS = ("codec", "Griffin-Lim")


def ssim(made: Tensor, real: Tensor) -> Tensor:
    """Structural similarity of pictures [N, 3, H, W] in -1..1, one value each (Wang et al. 2004, a square window)."""
    first, second = (0.01 * 2) ** 2, (0.03 * 2) ** 2

    def mean(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, SSIM_WINDOW, stride=1)

    a, b = mean(made), mean(real)
    var_a, var_b = mean(made * made) - a * a, mean(real * real) - b * b
    both = mean(made * real) - a * b
    value = (2 * a * b + first) * (2 * both + second) / ((a * a + b * b + first) * (var_a + var_b + second))
    return value.mean((1, 2, 3))


def psnr(made: Tensor, real: Tensor) -> list[float]:
    """Of clips [B, ...] in -1..1, in dB."""
    error = (made - real).square().flatten(1).mean(1)
    return (10 * torch.log10(4 / error.clamp(min=1e-10))).tolist()


def pair_energy(frames: np.ndarray) -> np.ndarray:
    """Frames [T, 3, H, W], T even -> mean absolute change within each pair that shares a latent, [T / 2]."""
    return np.abs(frames[1::2] - frames[::2]).mean((1, 2, 3))


@dataclass
class RoundTrips:
    """Figures of every clip so far."""

    onsets: dict[str, list[Agreement]] = field(default_factory=lambda: {name: [] for name in DECODERS})
    mel: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in DECODERS})
    stft: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in DECODERS})
    small: list[float] = field(default_factory=list)
    alike: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)
    motion: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)

    def add_sound(self, system: AVLink, samples: Tensor, hits: list[bool]) -> None:
        """samples [B, N] at the grid's rate; `hits` tells which clips' onsets count.

        The 48 kHz codec is compared at that rate, too. It finds phases by Griffin-Lim itself, so that there is no row
        of that alone.
        """
        rate, encoder, mel = system.grid.sample_rate, system.audio_encoder, LogMel(system.grid)
        latents = system.code_sound(samples)
        decoded = {"codec": system.at_grid_rate(system.audio_decoder(latents))[:, : samples.shape[1]]}
        if isinstance(encoder, AudioEncoder):
            decoded["Griffin-Lim"] = griffin_lim(encoder, latents)
        real = mel(samples)
        for name, made in decoded.items():
            self.mel[name].append(float((mel(made) - real).abs().mean()))
            self.stft[name].append(float(spectral_loss(made, samples)))
        for clip in (i for i, hit in enumerate(hits) if hit):
            marks = metrics.onset_samples(metrics.resampled(samples[clip].numpy(), rate))
            for name, made in decoded.items() if marks else ():
                wave = metrics.resampled(made[clip].numpy(), rate)
                self.onsets[name].append(metrics.compare(marks, wave, TOLERANCE))

    def add_pictures(self, system: AVLink, pixels: Tensor) -> None:
        """uint8 pixels [B, T, 3, 64, 64], T even."""
        frames = to_frames(pixels)
        again = system.video_decoder.small(with_context(system.video_encoder(frames)))
        self.small += psnr(again, frames)
        self.alike += [float(ssim(a, b).mean()) for a, b in zip(again, frames, strict=True)]
        for before, after in zip(frames.numpy(), again.numpy(), strict=True):
            self.motion.append(metrics.correlation(metrics.motion_energy(before), metrics.motion_energy(after)))
            self.within.append(metrics.correlation(pair_energy(before), pair_energy(after)))

    def report(self, task: str) -> dict[str, Any]:
        def means(values: dict[str, list[float]]) -> dict[str, float]:
            return {name: float(np.mean(each)) for name, each in values.items() if each}

        return {
            "task": task,
            f"audio round trip onset F1, {TOLERANCE} s": {
                n: metrics.total(r)["f1"] for n, r in self.onsets.items() if r
            },
            "audio round trip log-mel distance": means(self.mel),
            "audio round trip STFT distance": means(self.stft),
            "video PSNR 64x64, dB": float(np.mean(self.small)),
            "video SSIM 64x64": float(np.mean(self.alike)),
            **({"video PSNR 256x256, dB": float(np.mean(self.large))} if self.large else {}),
            "motion energy correlation": float(np.mean(self.motion)),
            "motion energy correlation, within pairs": float(np.mean(self.within)),
        }


@torch.no_grad()
def codec(system: AVLink, settings: Settings, run: Path) -> dict[str, Any]:
    """Round trips of held-out scenes."""
    found = RoundTrips()
    for k, scenes in zip(draws(settings), parts(settings), strict=True):
        families = [FAMILIES[i] for i in scenes.family.tolist()]
        found.add_sound(system, scenes.audio, [name not in (*CONTINUOUS, "silent") for name in families])
        found.add_pictures(system, scenes.frames)
        pair = torch.tensor([30, 31])
        seed = 9_000_000 + PER_SEED * settings.seed + k
        big = to_frames(render(seed, PART, split="heldout", size=256, frame_indices=pair, sound=False).frames)
        found.large += psnr(system.video_decoder(system.video_encoder(to_frames(scenes.frames[:, 28:34]))), big)
    return found.report("codec")


@torch.no_grad()
def filmed(system: AVLink, folder: Path, seconds: float) -> dict[str, Any]:
    """Round trips of real video and of its own sound, clip by clip."""
    found, span = RoundTrips(), system.grid.samples_per_latent
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in VIDEOS):
        sound = read_sound(path, seconds)
        samples = librosa.resample(sound, orig_sr=metrics.RATE, target_sr=system.grid.sample_rate)
        whole = samples[: len(samples) // span * span]
        found.add_sound(system, torch.from_numpy(whole.copy())[None], [True])
        frames = read_frames(path, seconds)
        found.add_pictures(system, torch.from_numpy(frames[: len(frames) // 2 * 2].copy())[None])
    return found.report("codec-clips")


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=existing_folder)
    parser.add_argument("--folder", type=Path, required=True)
    add_preset(parser)
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of each clip")
    args = parser.parse_args()
    coders = ("audio_encoder", "audio_decoder", "video_encoder", "video_decoder")
    report = filmed(AVLink.load(args.folder, args.preset, coders), args.clips, args.seconds)
    report["settings"] = {"seconds": args.seconds}
    print(write(report, args.folder))


if __name__ == "__main__":
    main()
