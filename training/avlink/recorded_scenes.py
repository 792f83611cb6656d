"""Clips whose sound is put together from recordings, with its hits, its level and its words.

Rendered scenes say exactly when something sounds, but they sound of modal synthesis. Here the moments are drawn first,
as in a rendered scene, and recordings are played at them. So the sound generator hears real timbre and still knows
every hit. A clip is one of:

- hits: single events of one class at drawn moments, some of them over something that goes on,
- a course: a recording of several events as it is, with the onsets that are found in it,
- a bed: something that goes on, with a level that is drawn,
- nothing: words and silence, so that no sound comes where none is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .recordings import KINDS, Recording
from .vocabulary import WIDE_VOCABULARY

# Words of a class that has others than its name: those the generator knows from rendered scenes come first.
WORDS_OF: dict[str, tuple[str, ...]] = {
    "clock": ("clock", "tick"),
    "typing": ("type", "key"),
    "gun": ("gun", "shoot"),
    "wood": ("strike", "wood"),
    "metal": ("strike", "metal"),
    "glass": ("strike", "glass"),
    "stone": ("strike", "stone"),
    "gravel": ("walk", "gravel"),
    "footstep": ("footstep", "walk"),
    "clap": ("clap", "hand"),
    "sea": ("water", "sea"),
    "electric spark": ("spark",),
    "knock": ("door", "knock"),
    "scrape": ("slide", "scrape"),
    "horn instrument": ("brass",),
    "sea lion": ("sealion",),
    "steel drum": ("drum", "steeldrum"),
    "jackhammer": ("tool", "jackhammer"),
    "saw": ("tool", "saw"),
    "chainsaw": ("engine", "chainsaw"),
    "helicopter": ("rotor", "helicopter"),
    "voice": ("person", "voice"),
    "speech": ("person", "speech"),
    "leaves": ("grass", "leaves"),
}
INDEX = {word: index for index, word in enumerate(WIDE_VOCABULARY)}

BED, COURSE, NOTHING = 0.2, 0.2, 0.05  # shares of clips; the others are of hits
OVER_BED = 0.2  # share of hits with something that goes on beneath
SOFTEST = -26.0  # dB of the softest hit below the hardest
DETECTED = 0.15  # of librosa's onset detection in a course: lower than where sounds are scored, soft events count


@dataclass(frozen=True)
class Clip:
    """Sound and what is known of it."""

    wave: np.ndarray  # float32 [N] at the bank's rate
    hits: list[tuple[float, float]]  # seconds and strength, 0..1, rising
    words: tuple[str, ...]
    whole: bool  # whether anything is known above 8 kHz


@dataclass(frozen=True)
class Sound:
    """One recording in memory."""

    wave: np.ndarray  # int16
    onsets: tuple[float, ...]  # seconds, of a course
    whole: bool


def words_of(sound: str) -> tuple[str, ...]:
    """The words of a class of recordings."""
    return WORDS_OF.get(sound, (sound,))


def bag_of(words: tuple[str, ...]) -> Tensor:
    """Words -> multi-hot [V]."""
    bag = torch.zeros(len(WIDE_VOCABULARY))
    bag[[INDEX[word] for word in words]] = 1
    return bag


class RecordedScenes:
    """Clips of `seconds` without end, from recordings at `rate` Hz."""

    def __init__(self, recordings: list[Recording], rate: int, seconds: float) -> None:
        self.rate, self.count = rate, round(seconds * rate)
        self.seconds = seconds
        self.banks: dict[str, dict[str, list[Sound]]] = {kind: defaultdict(list) for kind in KINDS}
        for recording in recordings:
            wave = recording.samples(rate)
            onsets: tuple[float, ...] = ()
            if recording.kind == "sequence":
                found = librosa.onset.onset_detect(y=wave, sr=rate, units="time", hop_length=512, delta=DETECTED)
                onsets = tuple(float(time) for time in found)
            samples = np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)
            self.banks[recording.kind][recording.sound].append(Sound(samples, onsets, recording.rate >= 44_100))

    def clip(self, seed: int) -> Clip:
        """A clip that `seed` decides."""
        rng = np.random.default_rng(seed)
        choice = rng.random()
        if choice < NOTHING:
            return Clip(np.zeros(self.count, np.float32), [], words_of(self._class(rng, "one-shot")), True)
        if choice < NOTHING + BED:
            made = self._bed(rng)
        elif choice < NOTHING + BED + COURSE:
            made = self._course(rng)
        else:
            made = self._struck(rng)
            if rng.random() < OVER_BED:
                under = self._bed(rng)
                mixed = made.wave + under.wave * 10 ** (rng.uniform(-24, -10) / 20)
                made = Clip(mixed, made.hits, (*made.words, *under.words), made.whole and under.whole)
        gain = 10 ** (rng.uniform(-16, 0) / 20) / max(1e-3, float(np.abs(made.wave).max()))
        return Clip((made.wave * gain * 0.9).astype(np.float32), made.hits, made.words, made.whole)

    def _class(self, rng: np.random.Generator, kind: str) -> str:
        """A class, the frequent ones less often than they are."""
        bank = self.banks[kind]
        names = sorted(bank)
        weight = np.array([len(bank[name]) ** 0.5 for name in names])
        return names[int(rng.choice(len(names), p=weight / weight.sum()))]

    def _struck(self, rng: np.random.Generator) -> Clip:
        """Single events of one class at drawn moments."""
        sound = self._class(rng, "one-shot")
        bank = self.banks["one-shot"][sound]
        main = bank[int(rng.integers(len(bank)))]
        wave = np.zeros(self.count, np.float32)
        hits: list[tuple[float, float]] = []
        whole = True
        for time in moments(rng, self.seconds):
            one = main if rng.random() < 0.7 else bank[int(rng.integers(len(bank)))]
            strength = float(rng.uniform(0.05, 1.0))
            self.hit(wave, one, time, strength)
            hits.append((time, strength))
            whole = whole and one.whole
        return Clip(wave, hits, words_of(sound), whole)

    def hit(self, wave: np.ndarray, one: Sound, time: float, strength: float) -> None:
        """Add a single event to a wave [N], its onset at `time` seconds."""
        place(wave, one.wave.astype(np.float32) / 32768, time, strength, self.rate)

    def played(self, sound: str, which: int, hits: Sequence[tuple[float, float]]) -> np.ndarray:
        """One recording of a class [N], the `which`-th of them, at hits (seconds, strength); without hits, a bed."""
        bank = self.banks["one-shot" if hits else "bed"][sound]
        one = bank[which % len(bank)]
        wave = np.zeros(self.count, np.float32)
        for time, strength in hits:
            self.hit(wave, one, time, strength)
        if not hits:
            wave = self.looped(one)[: self.count]
        return np.clip(wave, -1, 1)

    def looped(self, one: Sound) -> np.ndarray:
        """A bed played again and again, for two clips and more."""
        wave = one.wave.astype(np.float32) / 32768
        while len(wave) < 2 * self.count:
            wave = joined(wave, wave, min(len(wave) // 4, self.rate // 4))
        return wave

    def _course(self, rng: np.random.Generator) -> Clip:
        """A recording of several events, from a drawn moment on."""
        sound = self._class(rng, "sequence")
        one = self.banks["sequence"][sound][int(rng.integers(len(self.banks["sequence"][sound])))]
        length = len(one.wave) / self.rate
        start = float(rng.uniform(-0.4 * self.seconds, max(0.1, length - 0.5 * self.seconds)))
        wave = np.zeros(self.count, np.float32)
        first = round(start * self.rate)
        part = one.wave[max(0, first) : max(0, first) + self.count - max(0, -first)].astype(np.float32) / 32768
        wave[max(0, -first) : max(0, -first) + len(part)] = part
        peak = float(np.abs(wave).max()) + 1e-6
        hits = []
        for time in one.onsets:
            if 0 <= time - start < self.seconds:
                at = round((time - start) * self.rate)
                near = float(np.abs(wave[at : at + round(0.08 * self.rate)]).max(initial=0)) / peak
                hits.append((time - start, float(np.clip(1 + 20 * np.log10(near + 1e-6) / -SOFTEST, 0.05, 1))))
        return Clip(wave, hits, words_of(sound), one.whole)

    def _bed(self, rng: np.random.Generator) -> Clip:
        return self.bed(rng, self._class(rng, "bed"))

    def bed(self, rng: np.random.Generator, sound: str) -> Clip:
        """Something of the class that goes on, looped, with a drawn level."""
        one = self.banks["bed"][sound][int(rng.integers(len(self.banks["bed"][sound])))]
        wave = self.looped(one)
        start = int(rng.integers(len(wave) - self.count))
        points = int(rng.integers(2, 7))
        heights = rng.uniform(-30, 0, points) if rng.random() < 0.7 else np.zeros(points)
        times = np.sort(np.concatenate([[0, 1], rng.uniform(0, 1, points - 2)]))
        curve = 10 ** (np.interp(np.linspace(0, 1, self.count), times, heights) / 20)
        if rng.random() < 0.3:  # it begins or ends within the clip
            edge = int(rng.integers(self.count // 8, self.count * 7 // 8))
            ramp = np.clip((np.arange(self.count) - edge) / (0.05 * self.rate) + 0.5, 0, 1)
            curve = curve * (ramp if rng.random() < 0.5 else 1 - ramp)
        return Clip(wave[start : start + self.count] * curve.astype(np.float32), [], words_of(sound), one.whole)


def moments(rng: np.random.Generator, seconds: float, least: float = 0.06, longest: float = 1.6) -> list[float]:
    """Rising moments at least `least` seconds apart: regular ones, `longest` apart at most, or as they come."""
    if rng.random() < 0.5:
        step = float(np.exp(rng.uniform(np.log(max(0.15, least * 1.1)), np.log(longest))))
        times = np.arange(rng.uniform(0, step), seconds, step)
        times = times + rng.normal(0, 0.03 * step, len(times))
    else:
        times = rng.uniform(0, seconds, int(rng.integers(1, 12)))
    found: list[float] = []
    for time in np.sort(times):
        if 0 <= time < seconds - 0.02 and (not found or time - found[-1] >= least):
            found.append(float(time))
    return found


def place(wave: np.ndarray, one: np.ndarray, time: float, strength: float, rate: int) -> None:
    """Add a recording to a wave, so that its onset (5 ms in) is at the time and as loud as the strength says."""
    part = one * np.float32(10 ** (SOFTEST * (1 - strength) / 20))
    first = round((time - 0.005) * rate)
    skip = max(0, -first)
    room = wave[max(0, first) : max(0, first) + max(0, len(part) - skip)]
    room += part[skip : skip + len(room)]


def joined(first: np.ndarray, second: np.ndarray, over: int) -> np.ndarray:
    """Two sounds one after the other, cross-faded over `over` samples."""
    rise = np.sqrt(np.linspace(0, 1, over, dtype=np.float32))
    middle = first[-over:] * rise[::-1] + second[:over] * rise
    return np.concatenate([first[:-over], middle, second[over:]])


def level_of(wave: Tensor, samples: int) -> Tensor:
    """Waves [B, N] -> RMS of every `samples` samples [B, N / samples]."""
    return F.avg_pool1d(wave.square()[:, None], samples)[:, 0].sqrt()
