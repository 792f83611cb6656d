"""Fit and train the 48 kHz codec on recordings and renders together. Stop and start at will: it resumes.

    python -m avlink.train.wideband --folder runs/next --sounds PATH --minutes 60
    python -m avlink.train.wideband --folder runs/next --minutes 60

The encoder and the first guess at the magnitudes are fitted in closed form, once; then the decoder's network is trained
on magnitudes. Without --sounds there are renders alone, which have nothing above 8 kHz: such a codec is for tests.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import write_checkpoint
from ..command_line import entry_point
from ..recorded_scenes import RecordedScenes
from ..recordings import Recording, read_bank, split_of
from ..scenes import render
from ..wideband import WIDEBANDS, Wideband, WidebandCodec
from ..wideband.codec import FILE
from ..wideband.config import UPPER_EDGES
from .objectives.base import fast_dtype

FULL_RATE = 44_100  # Hz: a recording at this rate or above has an upper band
RENDERED = 0.25  # share of renders in a batch
BOTH = 0.25  # share of recordings with another one on top
QUIETEST = -30.0  # dB that a crop is turned down by at most
COLOUR = 6.0  # dB either way, of the random equaliser
BANDS = 8  # its control points
TURNED = 0.5  # share of crops played faster or slower, by up to a fourth
LATENT_NOISE = 0.05  # what a generator will get wrong, at most
POOLS = ((1, 8), (4, 1), (4, 16), (1, 48))  # frames x bins over which power is compared, too


@dataclass
class Pool:
    """Sounds at the codec's rate as int16, and whether anything is known of each above 8 kHz."""

    waves: list[np.ndarray]
    whole: list[bool]

    def __len__(self) -> int:
        return len(self.waves)


def recorded(recordings: list[Recording], config: Wideband) -> Pool:
    waves = [np.round(np.clip(r.samples(config.sample_rate), -1, 1) * 32767).astype(np.int16) for r in recordings]
    return Pool(waves, [r.rate >= FULL_RATE for r in recordings])


def rendered(clips: int, config: Wideband, seed: int = 5_000_000) -> Pool:
    """Sounds of scenes, brought up to the codec's rate."""
    waves: list[np.ndarray] = []
    for k in range(-(-clips // 32)):
        sounds = render(seed + k, min(32, clips - 32 * k), sight=False).audio
        for sound in _stretched(sounds, sounds.shape[1] * config.factor).numpy():
            waves.append(np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16))
    return Pool(waves, [False] * len(waves))


def staged(recordings: list[Recording], clips: int, config: Wideband, seed: int = 6_000_000) -> Pool:
    """Clips as the sound generator hears them: recordings at drawn moments, and the silence between them."""
    scenes = RecordedScenes(recordings, config.sample_rate, config.grid.window_seconds)
    made = [scenes.clip(seed + k) for k in range(clips)]
    return Pool([np.round(clip.wave * 32767).astype(np.int16) for clip in made], [clip.whole for clip in made])


def _stretched(samples: Tensor, length: int) -> Tensor:
    """samples [B, N] -> [B, length], band-limited."""
    return torch.fft.irfft(torch.fft.rfft(samples), n=length) * (length / samples.shape[-1])


class Crops:
    """Crops of sounds, changed at random, with their latents."""

    def __init__(
        self, codec: WidebandCodec, recordings: Pool, renders: Pool, latents: int = 20, margin: int = 2
    ) -> None:
        self.encoder, self.config = codec.encoder, codec.config
        self.recordings, self.renders = recordings, renders
        self.latents, self.margin = latents, margin

    def piece(self, rng: np.random.Generator, pool: Pool, length: int) -> tuple[np.ndarray, bool]:
        """`length` samples of one sound, which starts up to half of them late or is cut out of a longer one."""
        k = int(rng.integers(len(pool)))
        wave = pool.waves[k]
        start = int(rng.integers(-length // 2, max(1, wave.size - length // 4)))
        out = np.zeros(length, np.float32)
        first, last = max(0, start), min(wave.size, start + length)
        if last > first:
            out[first - start : last - start] = wave[first:last].astype(np.float32) / 32768
        return out, pool.whole[k]

    def clip(self, rng: np.random.Generator, length: int) -> tuple[Tensor, bool]:
        speed = float(rng.uniform(0.8, 1.25)) if rng.random() < TURNED else 1.0
        taken = round(length * speed)
        bare = not len(self.recordings) or (len(self.renders) and rng.random() < RENDERED)
        wave, whole = self.piece(rng, self.renders if bare else self.recordings, taken)
        if not bare and rng.random() < BOTH:
            other, too = self.piece(rng, self.recordings, taken)
            wave, whole = wave + other * 10 ** (rng.uniform(-20, 0) / 20), whole and too
        spectrum = torch.fft.rfft(torch.from_numpy(wave))
        half = length // 2 + 1
        spectrum = F.pad(torch.view_as_real(spectrum), (0, 0, 0, max(0, half - len(spectrum))))[:half]
        points = torch.from_numpy(rng.uniform(-COLOUR, COLOUR, BANDS).astype(np.float32))
        place = torch.linspace(0, 1, half).sqrt() * (BANDS - 1)
        left = place.long().clamp(max=BANDS - 2)
        curve = points[left] + (points[left + 1] - points[left]) * (place - left)
        gain = 10 ** ((curve + float(rng.uniform(QUIETEST, 0))) / 20) * (length / taken)
        changed = torch.fft.irfft(torch.view_as_complex(spectrum * gain[:, None]), n=length)
        # What is played slower has an upper band that is empty where the original's ended.
        return changed.clamp(-1, 1), whole and speed >= 1

    @torch.no_grad()
    def batch(self, seed: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """latents [B, L, C], log magnitudes [B, T, bins], and whether anything is known above 8 kHz [B]."""
        rng = np.random.default_rng(seed)
        span = self.config.samples_per_latent
        clips = [self.clip(rng, (self.latents + 2 * self.margin) * span) for _ in range(size)]
        waves = torch.stack([wave for wave, _ in clips])
        known = torch.tensor([whole for _, whole in clips])
        z = self.encoder(waves)
        z = torch.where(known[:, None, None], z, self.encoder.guessed(z[..., : self.config.lower_channels]))
        m = targets(waves, self.config)
        per = self.config.frames_per_latent
        keep = slice(self.margin, self.margin + self.latents)
        return z[:, keep], m[:, keep.start * per : keep.stop * per], known


def targets(samples: Tensor, config: Wideband) -> Tensor:
    """Log magnitudes [B, T, bins] of samples [B, N] in the decoder's frames, floored at about -80 dB of a tone."""
    pad = (config.fft - config.hop) // 2
    window = torch.hann_window(config.fft, device=samples.device)
    spectrum = torch.stft(
        F.pad(samples, (pad, pad)), config.fft, config.hop, window=window, center=False, return_complex=True
    )
    return 0.5 * torch.log(spectrum.real.square() + spectrum.imag.square() + 1e-3).transpose(1, 2)


def magnitude_loss(made: Tensor, real: Tensor, known: Tensor, config: Wideband) -> dict[str, Tensor]:
    """Distance of log magnitudes [B, T, bins], bin by bin and of the power pooled over neighbours.

    Bins weigh as the mel scale spaces them; those above the log-mel count where the recording has them (`known` [B]).
    """
    hertz = torch.arange(config.bins, device=made.device) * config.sample_rate / config.fft
    weight = (1 / (700 + hertz)).expand(len(made), -1)
    weight = torch.where((hertz[None] < UPPER_EDGES[0]) | known[:, None], weight, torch.zeros_like(weight))
    fine = ((made - real).abs().mean(1) * weight).sum() / weight.sum()
    pooled = []
    for pool in POOLS:
        a, b = (F.avg_pool2d(torch.exp(2 * x)[:, None], pool)[:, 0].clamp(min=1e-3).log() for x in (made, real))
        bins = F.avg_pool1d(weight[:, None], pool[1])[:, 0]
        pooled.append(0.5 * ((a - b).abs().mean(1) * bins).sum() / bins.sum())
    coarse = torch.stack(pooled).mean()
    return {"loss": fine + coarse, "fine": fine.detach(), "coarse": coarse.detach()}


@torch.no_grad()
def fit(codec: WidebandCodec, recordings: Pool, renders: Pool, scenes: Pool, most: int = 60_000) -> dict[str, float]:
    """The closed-form part: encoder, then the decoder's first guess. Returns what was kept and what is left.

    Half of what the encoder is fitted to are whole scenes, with their silence: fitted to recordings alone, it holds
    digital silence to be far outside of what there is, and a generator would spend its effort on that distance.
    """
    encoder, config = codec.encoder, codec.config
    generator = torch.Generator().manual_seed(0)
    span = config.samples_per_latent

    def clips(pool: Pool, quietest: float = QUIETEST) -> list[Tensor]:
        gains = 10 ** (torch.rand(len(pool), generator=generator) * quietest / 20)
        whole = [torch.from_numpy(w.astype(np.float32) / 32768) * g for w, g in zip(pool.waves, gains, strict=True)]
        return [F.pad(wave, (0, -len(wave) % span))[None] for wave in whole]

    def some(waves: list[Tensor], features: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        """Some features, and which they are."""
        joined = torch.cat([features(wave)[0] for wave in waves])
        pick = torch.randperm(len(joined), generator=generator)[:most]
        return joined[pick], pick

    def lower_features(wave: Tensor) -> Tensor:
        return encoder.lower.features(encoder.down(wave))

    turned, played, own = clips(recordings), clips(scenes, 0.0), clips(renders)
    full = [wave for wave, whole in zip(turned, recordings.whole, strict=True) if whole]
    known = full + [wave for wave, whole in zip(played, scenes.whole, strict=True) if whole]
    lower = [some(waves, lower_features)[0] for waves in (turned, played, own) if waves]
    # Renders stand in for recordings where there are none.
    known, full = known or own, full or own
    below, pick = some(known, lower_features)
    above = torch.cat([encoder.upper_features(wave)[0] for wave in known])[pick]
    kept = encoder.fit(torch.cat(lower), (below, above))
    codec.decoder.phases.tell(encoder)
    latents, magnitudes = [], []
    for wave in full:
        z, m = encoder(wave)[0], targets(wave, config)[0].reshape(-1, config.frames_per_latent * config.bins)
        pick = torch.randperm(len(z), generator=generator)[: max(4, len(z) // 3)]
        latents.append(z[pick])
        magnitudes.append(m[pick].half())
    left = codec.decoder.fit_base(torch.cat(latents), torch.cat(magnitudes))
    return {"kept below 8 kHz": kept[0], "kept above": kept[1], "first guess, RMS log magnitude": left}


def train(
    codec: WidebandCodec,
    crops: Crops,
    folder: Path,
    *,
    minutes: float,
    batch: int,
    lr: float,
    steps: int | None = None,
    save_every: float = 180.0,
) -> None:
    """Train the decoder's network until the budget ends; the learning rate falls over its last third.

    Writes the averaged weights to `<folder>/wideband.pt`, the rest to `<folder>/wideband.resume.pt`, reports to
    `<folder>/wideband.log`.
    """
    decoder: nn.Module = codec.decoder
    decoder.requires_grad_(True)
    average = copy.deepcopy(decoder).requires_grad_(False)
    optimizer = torch.optim.AdamW(decoder.parameters(), lr=lr, betas=(0.9, 0.98), weight_decay=0.01)
    resume = folder / "wideband.resume.pt"
    step, spent = 0, 0.0
    if resume.exists():
        state = torch.load(resume, map_location="cpu", weights_only=True)
        decoder.load_state_dict(state["decoder"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        step, spent = state["step"], state["seconds"]

    def save() -> None:
        whole = WidebandCodec(codec.config)
        whole.encoder.load_state_dict(codec.encoder.state_dict())
        whole.decoder.load_state_dict(average.state_dict())
        whole.store(folder, step, spent)
        state = {"decoder": decoder.state_dict(), "average": average.state_dict(), "step": step, "seconds": spent}
        write_checkpoint(resume, state | {"optimizer": optimizer.state_dict()})

    fast = fast_dtype(torch.device("cpu")) is torch.bfloat16
    began = saved = reported = time.monotonic()
    sums: dict[str, float] = {}
    count = 0
    first = step
    while (elapsed := time.monotonic() - began) < minutes * 60 and (steps is None or step - first < steps):
        left = min(1.0, 3 * (1 - elapsed / (minutes * 60)))
        for group in optimizer.param_groups:
            group["lr"] = lr * min(1.0, (step + 1) / 100) * max(left, 0.02)
        latents, real, known = crops.batch(1 + step, batch)
        noise = torch.Generator().manual_seed(step)
        scale = LATENT_NOISE * torch.rand(batch, 1, 1, generator=noise)
        latents = latents + scale * torch.randn(latents.shape, generator=noise)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            made = codec.decoder.magnitudes(latents)
        losses = magnitude_loss(made, real, known, codec.config)
        optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        step += 1
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for mine, theirs in zip(average.parameters(), decoder.parameters(), strict=True):
                mine.lerp_(theirs, 1 - decay)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        count += 1
        now = time.monotonic()
        if now - reported > 20:
            spent += now - reported
            row = {"step": step, "seconds": round(spent)} | {k: round(v / count, 4) for k, v in sums.items()}
            print(json.dumps(row), flush=True)
            with (folder / "wideband.log").open("a") as log:
                log.write(json.dumps(row) + "\n")
            sums, count, reported = {}, 0, now
        if now - saved > save_every:
            save()
            saved = now
    save()


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/next"))
    parser.add_argument("--config", choices=list(WIDEBANDS), default="next")
    parser.add_argument("--sounds", type=Path, help="a bank of recordings, read where it lies")
    parser.add_argument("--minutes", type=float, default=60.0, help="time budget of the training; 0 only fits")
    parser.add_argument("--clips", type=int, default=384, help="renders at hand, and scenes of recordings for the fit")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    args.folder.mkdir(parents=True, exist_ok=True)
    codec = WidebandCodec(WIDEBANDS[args.config])
    bank = split_of(read_bank(args.sounds), "train") if args.sounds else []
    recordings = recorded(bank, codec.config)
    renders = rendered(args.clips, codec.config)
    print(f"{len(recordings)} recordings, {len(renders)} renders", flush=True)
    if (args.folder / FILE).exists():
        codec = WidebandCodec.load(args.folder)
    else:
        scenes = staged(bank, args.clips, codec.config) if bank else Pool([], [])
        figures = fit(codec, recordings, renders, scenes)
        print(json.dumps(figures), flush=True)
        (args.folder / "wideband.fit.json").write_text(json.dumps(figures, indent=2) + "\n")
        codec.store(args.folder, 0, 0.0)
    if args.minutes:
        crops = Crops(codec, recordings, renders)
        train(codec, crops, args.folder, minutes=args.minutes, batch=args.batch, lr=args.lr)


if __name__ == "__main__":
    main()
