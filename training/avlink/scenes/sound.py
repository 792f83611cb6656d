"""Sound: modal banks and shaped noise bursts at the events, filtered noise and pulses for what goes on.

A mode is a decaying sinusoid, a power z^n of one complex number; z^(64 a + b) = z^(64 a) z^b turns a whole bank into a
small matrix product instead of one exponential and one sine per mode and sample.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from .common import LEVELS, MATERIAL, MATERIALS, SAMPLE_RATE, SAMPLES, VOICES, Draw, Score

MODES = 12
SHORT, LONG = 8_192, 40_960
BURST = 8_192
FFT = 73_728  # 65,536 plus the reverberation's 8,192, a product of small primes
ROOM = 8_192

# Lowest mode (Hz, from..to), spread of the modes, decay of the lowest mode (s), damping of the higher modes,
# noise decay (s), noise centre (Hz), noise width (octaves), share of noise
_TABLE = {
    "wood": (180, 700, 0.95, 0.03, 0.07, 0.35, 0.006, 1800, 2.0, 0.35),
    "metal": (450, 1800, 0.85, 0.12, 0.40, 0.10, 0.003, 4000, 2.0, 0.18),
    "glass": (1200, 3200, 0.55, 0.06, 0.20, 0.12, 0.004, 5000, 1.5, 0.30),
    "skin": (70, 200, 0.55, 0.07, 0.18, 0.35, 0.012, 900, 2.5, 0.30),
    "plastic": (350, 1000, 0.80, 0.012, 0.03, 0.30, 0.006, 2200, 2.0, 0.45),
    "stone": (500, 1500, 0.70, 0.010, 0.03, 0.20, 0.010, 2600, 2.5, 0.60),
    "rubber": (90, 260, 0.90, 0.025, 0.06, 0.60, 0.008, 700, 2.0, 0.30),
    "water": (500, 1600, 0.25, 0.025, 0.06, 0.10, 0.012, 2500, 2.0, 0.25),
    "gravel": (200, 500, 0.80, 0.008, 0.02, 0.30, 0.045, 3000, 2.5, 0.92),
    "snow": (300, 900, 0.70, 0.006, 0.012, 0.30, 0.016, 1700, 1.8, 0.93),
    "bell": (280, 1000, 0.62, 0.35, 0.9, 0.14, 0.003, 4500, 2.0, 0.12),
    "boom": (38, 75, 0.60, 0.15, 0.35, 0.15, 0.28, 160, 4.2, 0.80),
}
TABLE = torch.tensor([_TABLE[name] for name in MATERIALS])
_BELL = torch.tensor([1.0, 2.0, 2.4, 3.0, 4.0, 5.33, 6.67, 8.0, 9.5, 11.0, 12.6, 14.0]) / 2 + 0.5


def draw_voices(draw: Draw, score: Score) -> dict[str, Tensor]:
    """Modal parameters of every clip's voices; the splits differ in pitch and decay ranges."""
    n = score.material.shape[0]
    row = TABLE[score.material]  # [n, V, 10]
    large = score.size
    low = row[..., 1] * (row[..., 0] / row[..., 1]) ** large * draw.logspan(0.85, 1.18, n, VOICES)
    steps = torch.arange(MODES).float()
    ratio = 1 + row[..., 2, None] * steps * torch.exp(0.12 * draw.normal(n, VOICES, MODES))
    ratio[..., 0] = 1
    bell = score.material[..., None] == MATERIAL["bell"]
    ratio = torch.where(bell, _BELL * torch.exp(0.01 * draw.normal(n, VOICES, MODES)), ratio)
    freq = low[..., None] * ratio
    decay0 = row[..., 3] * (row[..., 4] / row[..., 3]) ** draw.span(0, 1, n, VOICES)
    decay = decay0[..., None] / (1 + row[..., 5, None] * (ratio - 1))
    gain = draw.uniform(0.3, 1, n, VOICES, MODES) * ratio ** -draw.uniform(0.3, 1.2, n, VOICES, 1)
    gain = torch.where(freq < 7600, gain, torch.zeros_like(gain))
    return {
        "freq": freq,
        "decay": decay,
        "gain": gain,
        "burst_decay": row[..., 6] * draw.logspan(0.7, 1.4, n, VOICES),
        "burst_centre": row[..., 7] * draw.logspan(0.75, 1.35, n, VOICES),
        "burst_width": row[..., 8],
        "burst_share": row[..., 9] * draw.uniform(0.8, 1.1, n, VOICES).clamp(max=1.05),
        "room": torch.stack([draw.logspan(0.06, 0.35, n), draw.uniform(0, 1, n) ** 2 * 0.3], 1),
        "floor_db": draw.uniform(-60, -45, n),
        "floor_tilt": draw.uniform(0, 1, n),
        "hush_db": draw.uniform(-78, -63, n),
        "peak_unit": draw.uniform(0, 1, n),
        "tilt": draw.uniform(0, 1, n),
        "partials": draw.uniform(0.2, 1, n, 8),
    }


def _modes(freq: Tensor, decay: Tensor, gain: Tensor, length: int) -> Tensor:
    """Sum of decaying sines: freq (Hz), decay (s), gain, each [e, m] -> [e, length]."""
    width = 64
    omega = 2 * math.pi * freq / SAMPLE_RATE
    alpha = 1 / (decay * SAMPLE_RATE)

    def power(step: Tensor) -> tuple[Tensor, Tensor]:
        size = torch.exp(-alpha[..., None] * step)
        return size * torch.cos(omega[..., None] * step), size * torch.sin(omega[..., None] * step)

    fine_c, fine_s = power(torch.arange(width, device=freq.device, dtype=torch.float32))
    coarse_c, coarse_s = power(torch.arange(length // width, device=freq.device, dtype=torch.float32) * width)
    # sin(a + b) = sin a cos b + cos a sin b
    left = torch.cat([coarse_s * gain[..., None], coarse_c * gain[..., None]], 1).transpose(1, 2)
    right = torch.cat([fine_c, fine_s], 1)
    return (left @ right).reshape(freq.shape[0], length)


def _bursts(decay: Tensor, centre: Tensor, width: Tensor, gen: torch.Generator) -> Tensor:
    """Band-passed noise that starts at full level and decays, [e, BURST]; all [e]: s, Hz, octaves."""
    device = decay.device
    noise = torch.randn(decay.numel(), BURST, device=device, generator=gen)
    freq = torch.linspace(0, SAMPLE_RATE / 2, BURST // 2 + 1, device=device).clamp(min=10)
    octaves = torch.log2(freq[None] / centre[:, None]) / (width[:, None] / 2)
    shaped = torch.fft.irfft(torch.fft.rfft(noise) * torch.exp(-0.5 * octaves**2), n=BURST)
    shaped = shaped / shaped.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)
    time = torch.arange(BURST, device=device) / SAMPLE_RATE
    tail = ((BURST / SAMPLE_RATE - time) / 0.05).clamp(0, 1)
    return shaped * torch.exp(-time[None] / decay[:, None]) * tail * 0.4


def _impacts(score: Score, voice: dict[str, Tensor], device: torch.device, gen: torch.Generator) -> Tensor:
    """All discrete events, [n, SAMPLES]."""
    n = score.time.shape[0]
    out = torch.zeros(n, SAMPLES, device=device)
    clip, place = (score.time < SAMPLES / SAMPLE_RATE).nonzero(as_tuple=True)
    if clip.numel() == 0:
        return out
    which = score.voice[clip, place]
    strength = score.strength[clip, place].clamp(0.05, 1)
    start = (score.time[clip, place] * SAMPLE_RATE).round().long().clamp(0, SAMPLES - 1)
    pitch = score.pitch[clip, place]
    freq = voice["freq"][clip, which] * pitch[:, None]
    decay, gain = voice["decay"][clip, which], voice["gain"][clip, which]
    gain = torch.where(freq < 7600, gain, torch.zeros_like(gain))
    # A softer hit excites the higher modes less.
    gain = gain * (freq / freq[:, :1]) ** (-1.2 * (1 - strength))[:, None]
    share = voice["burst_share"][clip, which] * (0.55 + 0.45 * strength)
    burst = [
        voice["burst_decay"][clip, which],
        voice["burst_centre"][clip, which] * pitch * (0.7 + 0.4 * strength),
        voice["burst_width"][clip, which],
    ]
    long = voice["decay"][clip, which, 0] > 0.1
    boom = score.material[clip, which] == MATERIAL["boom"]
    loudness = strength**1.25
    for is_long, length in ((False, SHORT), (True, LONG)):
        pick = (long == is_long).nonzero()[:, 0]
        if pick.numel() == 0:
            continue
        f, d, g, sh = (v[pick].to(device) for v in (freq, decay, gain, share))
        tone = _modes(f, d, g, length)
        tone = tone / tone.abs().amax(1, keepdim=True).clamp(min=1e-6)
        # The last samples fade, so that no event ends in a click.
        fade = torch.ones(length, device=device)
        fade[-1024:] = torch.linspace(1, 0, 1024, device=device)
        tone = tone * fade * (1 - sh)[:, None]
        noise = _bursts(burst[0][pick].to(device), burst[1][pick].to(device), burst[2][pick].to(device), gen)
        if length > BURST:
            blast = boom[pick].to(device).float()[:, None]
            tone[:, :BURST] += noise * sh[:, None] * (1 + 0.3 * blast)
        else:
            tone += noise[:, :length] * sh[:, None]
        tone = tone * loudness[pick].to(device)[:, None]
        for row, (c, s) in enumerate(zip(clip[pick].tolist(), start[pick].tolist(), strict=True)):
            end = min(SAMPLES, s + length)
            out[c, s:end] += tone[row, : end - s]
    return out


def _upsample(curve: Tensor) -> Tensor:
    """Linear interpolation of [n, 128] to [n, SAMPLES]."""
    return functional.interpolate(curve[:, None], size=SAMPLES, mode="linear", align_corners=False)[:, 0]


def _continuous(score: Score, voice: dict[str, Tensor], device: torch.device, gen: torch.Generator) -> Tensor:
    """Filtered noise and engine pulses of the clips that have them, [n, SAMPLES]."""
    n = score.time.shape[0]
    out = torch.zeros(n, SAMPLES, device=device)
    clips = (score.level.amax(1) > 0).nonzero()[:, 0]
    if clips.numel() == 0:
        return out
    m = clips.numel()
    level, bright = score.level[clips].to(device), score.bright[clips].to(device)
    grain, tilt = score.grain[clips].to(device), voice["tilt"][clips].to(device)
    freq = torch.linspace(0, SAMPLE_RATE / 2, SAMPLES // 2 + 1, device=device).clamp(min=20)
    total = torch.zeros(m, SAMPLES, device=device)
    centres = (300.0, 1000.0, 3200.0)
    for band, centre in enumerate(centres):
        middle = centre * 2 ** (tilt - 0.5)
        mask = torch.exp(-0.5 * (torch.log2(freq[None] / middle[:, None]) / 0.75) ** 2)
        real = torch.randn(m, SAMPLES // 2 + 1, 2, device=device, generator=gen)
        noise = torch.fft.irfft(torch.view_as_complex(real) * mask, n=SAMPLES)
        noise = noise / noise.square().mean(1, keepdim=True).sqrt().clamp(min=1e-9)
        # Brightness moves the weight from the low band to the high one.
        weight = torch.exp(-0.5 * ((bright * 2.2 - 0.1 - band) / 0.75) ** 2)
        total += noise * _upsample(level * weight)
    # Grains: a slow random ripple of the level, strong for rain on leaves or a rough floor.
    ripple = torch.rand(m, 1, 2_048, device=device, generator=gen)
    ripple = functional.interpolate(ripple, size=SAMPLES, mode="linear", align_corners=False)[:, 0]
    total = total * (1 + grain[:, None] * (ripple * 1.6 - 0.8)) * 0.3
    rate = score.rate[clips].to(device)
    if bool((score.rate > 0).any()):
        running = (score.rate[clips].amax(1) > 0).nonzero()[:, 0]
        motor = running.to(device)
        phase = torch.cumsum(_upsample(rate[motor]).double(), 1).mul(2 * math.pi / SAMPLE_RATE).float()
        partials = voice["partials"][clips[running]].to(device)
        tone = torch.zeros_like(phase)
        for k in range(8):
            tone += (
                partials[:, k, None]
                / (k + 1) ** 0.7
                * torch.sin(phase * (k + 1) * 0.5 if k % 2 else phase * (k + 2) * 0.5)
            )
        pulse = 0.5 + 0.5 * torch.sin(phase)
        total[motor] = total[motor] * pulse * 0.8 + 0.35 * tone * _upsample(level[motor])
    out[clips.to(device)] = total
    return out


def synthesise(score: Score, voice: dict[str, Tensor], device: torch.device, seed: int) -> Tensor:
    """The finished sound, float32 [n, 65536]: events and continuous part in a room over faint noise."""
    gen = torch.Generator(device=device).manual_seed(seed)
    n = score.time.shape[0]
    dry = _impacts(score, voice, device, gen) + _continuous(score, voice, device, gen)
    room, amount = (voice["room"][:, i].to(device) for i in (0, 1))
    time = torch.arange(ROOM, device=device) / SAMPLE_RATE
    tail = torch.randn(n, ROOM, device=device, generator=gen) * torch.exp(
        -time[None] * 6.9 / room[:, None].clamp(min=0.03) / 2
    )
    tail[:, :80] = 0
    tail = tail / tail.square().sum(1, keepdim=True).sqrt().clamp(min=1e-6) * amount[:, None]
    tail[:, 0] = 1
    wet = torch.fft.irfft(torch.fft.rfft(dry, n=FFT) * torch.fft.rfft(tail, n=FFT), n=FFT)[:, :SAMPLES]
    # Peak by the loudness word: quiet, unmarked, loud.
    lo = torch.tensor([0.15, 0.3, 0.62])[score.loud + 1]
    hi = torch.tensor([0.27, 0.58, 0.92])[score.loud + 1]
    peak = lo + (hi - lo) * voice["peak_unit"]
    # A clip of soft hits or slow movement stays below one of hard hits.
    heard = torch.where(score.time < SAMPLES / SAMPLE_RATE, score.strength, torch.zeros_like(score.strength)).amax(1)
    peak = (peak * (0.5 + 0.5 * torch.maximum(heard, score.level.amax(1)).clamp(0.1, 1))).to(device)
    wet = wet * (peak / wet.abs().amax(1).clamp(min=1e-5))[:, None]
    wet = torch.where(score.silent.to(device)[:, None], torch.zeros_like(wet), wet)
    freq = torch.linspace(0, SAMPLE_RATE / 2, SAMPLES // 4 + 1, device=device).clamp(min=30)
    colour = (freq[None] / 300) ** (-0.6 * voice["floor_tilt"].to(device)[:, None])
    spectrum = torch.view_as_complex(torch.randn(n, SAMPLES // 4 + 1, 2, device=device, generator=gen)) * colour
    hiss = torch.fft.irfft(spectrum, n=SAMPLES // 2).repeat(1, 2)
    hiss = hiss / hiss.square().mean(1, keepdim=True).sqrt().clamp(min=1e-9)
    db = torch.where(
        score.silent.to(device),
        voice["hush_db"].to(device),
        torch.minimum(voice["floor_db"].to(device), 20 * torch.log10(peak) - 40),
    )
    return (wet + hiss * (10 ** (db / 20))[:, None]).clamp(-0.98, 0.98)


def level_of(audio: Tensor) -> Tensor:
    """RMS per 512 samples: [n, 65536] -> [n, 128]."""
    return audio.view(audio.shape[0], LEVELS, SAMPLES // LEVELS).square().mean(2).sqrt()
