"""Measure codecs on sound that was recorded: round trips, beside Griffin-Lim on the same latents.

    python -m avlink.evaluate.recorded --folder runs/next --sounds PATH
    python -m avlink.evaluate.recorded --folder runs/next --sounds PATH --shipped runs/mini --judge PATH/listen.py
    python -m avlink.evaluate.recorded --folder runs/next --clips PATH --shipped runs/mini

--sounds takes held-out recordings of a bank (see recordings.judged; --all takes every one), --clips the own sound of
real video. A judge is a program that listens: `listen.py FILE...` prints a JSON line a file with the classes it hears
best, `listen.py --fad A B` one with the Frechet distance of two folders. No weight is trained or chosen on it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import librosa
import numpy as np
import soundfile
import torch
import torch.nn.functional as F
from torch import Tensor

from ..audio_codec import AudioEncoder, LogMel, spectral_loss
from ..command_line import entry_point
from ..errors import InputError
from ..grid import GRID
from ..recordings import judged, read_bank, split_of
from ..system import AVLink
from ..train.wideband import FULL_RATE
from ..wideband import WidebandCodec
from . import metrics
from .media import VIDEOS
from .metrics import Agreement
from .references import griffin_lim
from .results import write

RATE = 48_000
TOLERANCE = 0.05
SPLIT_HZ = 8000  # the upper band begins here
SILENT = 1e-8  # mean square: what lies below -80 dB of full scale counts as -80 dB
AT_ONCE = 64  # files for one call of a judge

Coder = Callable[[Tensor], Tensor]  # samples [1, N] at 48 kHz -> as many of them


@dataclass(frozen=True)
class Sound:
    """Something to send through the codecs: samples [N] at 48 kHz; `full` if it has an upper band."""

    name: str
    samples: np.ndarray
    full: bool


class JudgeError(InputError):
    """A judge that cannot be run or says what is not understood."""


def resampled(samples: Tensor, before: int, after: int) -> Tensor:
    return torch.from_numpy(librosa.resample(samples.numpy(), orig_sr=before, target_sr=after))


def at_grid_rate(code: Callable[[Tensor], Tensor]) -> Coder:
    """A codec of the grid's rate as one at 48 kHz."""

    def run(samples: Tensor) -> Tensor:
        low = resampled(samples, RATE, GRID.sample_rate)
        made = code(F.pad(low, (0, -low.shape[1] % GRID.samples_per_latent)))
        return F.pad(resampled(made, GRID.sample_rate, RATE), (0, samples.shape[1]))[:, : samples.shape[1]]

    return run


def coders(codec: WidebandCodec, shipped: AVLink | None) -> dict[str, Coder]:
    """What is compared, by name."""
    span = codec.config.samples_per_latent
    whole = AudioEncoder(replace(GRID, audio_channels=GRID.mel_bands * GRID.mels_per_latent))
    lower = codec.encoder.lower

    def padded(samples: Tensor) -> Tensor:
        return F.pad(samples, (0, -samples.shape[1] % span))

    def first_guess(samples: Tensor) -> Tensor:
        latents = codec.encoder(padded(samples))
        decoder, shape = codec.decoder, (1, -1, codec.config.bins)
        return decoder.phases(decoder.base(latents).reshape(shape), decoder.bands(latents))[:, : samples.shape[1]]

    found: dict[str, Coder] = {}
    if shipped is not None:
        encoder, decoder = shipped.narrow, shipped.audio_decoder
        found["shipped codec"] = at_grid_rate(lambda low: decoder(encoder(low)))
        found["shipped latents, Griffin-Lim"] = at_grid_rate(lambda low: griffin_lim(encoder, encoder(low)))
    found["log-mel, Griffin-Lim"] = at_grid_rate(lambda low: griffin_lim(whole, whole(low)))
    found["codec's latents, Griffin-Lim"] = at_grid_rate(lambda low: griffin_lim(lower, lower(low)))
    found["codec without its network"] = first_guess
    found["codec"] = lambda samples: codec(padded(samples))[:, : samples.shape[1]]
    return found


def level_above(samples: Tensor, hertz: float = SPLIT_HZ) -> float:
    """Mean square above a frequency of samples [1, N] at 48 kHz, in dB of full scale."""
    spectrum = torch.fft.rfft(samples[0].double())
    first = round(hertz * samples.shape[1] / RATE)
    power = 2 * spectrum[first:].abs().square().sum() / samples.shape[1] ** 2
    return float(10 * torch.log10(power + SILENT))


@dataclass
class Figures:
    """Of one codec, a value a sound."""

    mel: list[float] = field(default_factory=list)
    stft: list[float] = field(default_factory=list)
    above: list[float] = field(default_factory=list)  # dB, made less real
    onsets: list[Agreement] = field(default_factory=list)

    def add(self, sound: Sound, made: Tensor, mel: LogMel) -> None:
        real = torch.from_numpy(sound.samples)[None]
        low, made_low = (resampled(x, RATE, GRID.sample_rate) for x in (real, made))
        short = low.shape[1] // GRID.mel_hop * GRID.mel_hop
        if short:
            distance = mel(made_low[:, :short]) - mel(low[:, :short])
            self.mel.append(float(distance.abs().mean()))
        # The longest of the spectra needs half its window on either side.
        beside = (0, max(0, 4096 - low.shape[1]))
        self.stft.append(float(spectral_loss(F.pad(made_low, beside), F.pad(low, beside))))
        if sound.full:
            self.above.append(level_above(made) - level_above(real))
        marks = metrics.onset_samples(metrics.resampled(sound.samples, RATE))
        if marks:
            self.onsets.append(metrics.compare(marks, metrics.resampled(made[0].numpy(), RATE), TOLERANCE))

    def report(self) -> dict[str, float]:
        found = {
            "log-mel distance": float(np.mean(self.mel)),
            "STFT distance": float(np.mean(self.stft)),
            f"onset F1, {TOLERANCE} s": metrics.total(self.onsets)["f1"],
        }
        if self.above:
            found["above 8 kHz, mean error in dB"] = float(np.abs(self.above).mean())
            found["above 8 kHz, median error in dB"] = float(np.median(np.abs(self.above)))
            found["above 8 kHz, mean level in dB"] = float(np.mean(self.above))
        return found


def film_sound(path: Path, seconds: float) -> np.ndarray:
    """Mono samples of a file's sound at 48 kHz."""
    args = ["ffmpeg", "-v", "error", "-i", str(path), "-t", str(seconds), "-vn", "-ac", "1", "-ar", str(RATE)]
    done = subprocess.run([*args, "-f", "f32le", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32).copy()


def classes(judge: list[str], files: list[Path], by: Literal["mean", "max"] = "mean") -> dict[str, list[str]]:
    """The classes that a judge hears best in every file, the best first, by stem. Raises JudgeError."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(files), AT_ONCE):
        done = subprocess.run([*judge, *map(str, files[start : start + AT_ONCE])], capture_output=True, text=True)
        for line in done.stdout.splitlines():
            try:
                row = json.loads(line)
                found[Path(row["file"]).stem] = [name for name, _ in row[by]]
            except (ValueError, KeyError) as error:
                raise JudgeError(f"{judge[-1]}: {line}: {error}") from error
    if len(found) < len(files):
        raise JudgeError(f"{judge[-1]} heard {len(found)} of {len(files)} files")
    return found


def heard(judge: list[str], files: list[Path]) -> dict[str, str]:
    """The class that a judge hears best in every file, by stem. Raises JudgeError."""
    try:
        return {stem: names[0] for stem, names in classes(judge, files).items()}
    except IndexError as error:
        raise JudgeError(f"{judge[-1]} hears no class at all in a file") from error


def distance(judge: list[str], real: Path, made: Path) -> float:
    """Frechet distance that a judge finds between two folders. Raises JudgeError."""
    done = subprocess.run([*judge, "--fad", str(real), str(made)], capture_output=True, text=True)
    try:
        return float(json.loads(done.stdout)["fad"])
    except (ValueError, KeyError) as error:
        raise JudgeError(f"{judge[-1]}: {done.stderr.strip() or done.stdout}") from error


@torch.no_grad()
def measure(sounds: list[Sound], compared: dict[str, Coder], out: Path, judge: list[str] | None) -> dict[str, Any]:
    """Figures of every codec by name; writes what was made to out/CODEC/NAME.wav, and the real sounds to out/real."""
    mel = LogMel(GRID)
    figures: dict[str, Figures] = defaultdict(Figures)
    for kind in ("real", *compared):
        (out / kind).mkdir(parents=True, exist_ok=True)
        for stale in (out / kind).glob("*.wav"):
            stale.unlink()
    for sound in sounds:
        real = torch.from_numpy(sound.samples)[None]
        soundfile.write(out / "real" / f"{sound.name}.wav", sound.samples, RATE)
        for name, code in compared.items():
            made = code(real)
            figures[name].add(sound, made, mel)
            soundfile.write(out / name / f"{sound.name}.wav", made[0].clamp(-1, 1).numpy(), RATE)
    report: dict[str, Any] = {name: each.report() for name, each in figures.items()}
    if judge is not None:
        real_classes = heard(judge, sorted((out / "real").glob("*.wav")))
        for name in compared:
            classes = heard(judge, sorted((out / name).glob("*.wav")))
            same = sum(classes[stem] == best for stem, best in real_classes.items())
            report[name]["judge: same best class"] = float(same)
            report[name]["judge: Frechet distance"] = distance(judge, out / "real", out / name)
    return report


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/next"))
    parser.add_argument("--sounds", type=Path, help="a bank of recordings")
    parser.add_argument("--all", action="store_true", help="every held-out recording, not two of each class")
    parser.add_argument("--any-length", action="store_true", help="two of each class as they come, however short")
    parser.add_argument("--coders", default="", help="regular expression that the names of what is compared contain")
    parser.add_argument("--clips", type=Path, help="a folder of real videos")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each clip")
    parser.add_argument("--shipped", type=Path, help="the run folder of a system at 16 kHz")
    parser.add_argument("--preset", default="mini", help="of that system")
    parser.add_argument("--judge", type=Path, help="a program that listens")
    parser.add_argument("--judge-python", default=sys.executable, help="what runs it")
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    if (args.sounds is None) == (args.clips is None):
        parser.error("one of --sounds and --clips is needed")
    if args.threads:
        torch.set_num_threads(args.threads)
    shipped = AVLink.load(args.shipped, args.preset, ("audio_encoder", "audio_decoder")) if args.shipped else None
    if args.clips:
        task = "recorded-clips"
        paths = sorted(p for p in args.clips.iterdir() if p.suffix.lower() in VIDEOS)
        sounds = [Sound(path.stem, film_sound(path, args.seconds), True) for path in paths]
    else:
        task = "recorded-all" if args.all else "recorded-any-length" if args.any_length else "recorded"
        bank = read_bank(args.sounds)
        chosen = judged(bank, seconds=0.0 if args.any_length else 1.0)
        if args.all:
            chosen = split_of(bank, "heldout")
        sounds = [Sound(r.name, r.samples(RATE), r.rate >= FULL_RATE) for r in chosen]
    judge = [args.judge_python, str(args.judge)] if args.judge else None
    compared = coders(WidebandCodec.load(args.folder), shipped)
    compared = {name: code for name, code in compared.items() if re.search(args.coders, name)}
    report = {"task": task, **measure(sounds, compared, args.folder / task, judge)}
    report["settings"] = {"sounds": len(sounds), "seconds": float(sum(s.samples.size for s in sounds) / RATE)}
    print(write(report, args.folder))


if __name__ == "__main__":
    main()
