"""What a thing's clip sounds of, and when: one list of events that both picture and sound are made from."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import librosa
import numpy as np
import soxr
import torch

from ..grid import GRID
from ..recorded_scenes import RecordedScenes, level_of, moments, place
from ..recordings import Recording
from .motion import Beat, Hit

RATE = 48_000
SECONDS = GRID.window_seconds
ONSETS = 0.3  # of librosa's onset detection, as where sounds are scored
QUIET = 0.04  # share of clips in which a thing is silent and still
SOFTEST = 0.35  # strength of the softest hit: softer ones are neither seen nor heard at a glance
ATTACK = 0.3  # of the loudest sample, where a recording is taken to set in
ACCENT = 0.9  # by which a tone that follows another begins louder
APART = 0.14  # seconds from one hit to an onset that is not its own
HOP = 384  # samples of the envelope that mouths follow, 8 ms
FLOOR, SPAN = -48.0, 36.0  # dB of the level that is drawn as nothing, and from there to all


class NothingHeardError(ValueError):
    """A bank without recordings of what a thing sounds of."""


@dataclass(frozen=True)
class Voice:
    """What a thing is heard with, and how its events follow each other."""

    struck: tuple[str, ...] = ()  # classes of recordings that are played at hits
    bed: tuple[str, ...] = ()  # classes that go on
    only: str = ""  # a pattern that titles of recordings match
    least: float = 0.2  # seconds from one hit to the next
    longest: float = 1.4
    apart: bool = False  # the next hit waits until the last sound is over
    inner: bool = False  # onsets within a recording are hits, too: syllables, barks of a row, crackles of a bed
    mono: bool = False  # a tone ends where the next one begins
    softest: float = SOFTEST  # strength of the softest hit
    bed_share: float = 0.0  # of clips that have only the bed
    regular: bool = False  # always at a steady pace


@dataclass
class Score:
    """One clip's events and sound."""

    hits: list[Hit]
    wave: np.ndarray  # float32 at RATE
    placed: list[tuple[float, float, np.ndarray]] = field(default_factory=list)  # start, strength, envelope

    def __post_init__(self) -> None:
        self.beat = Beat(self.hits)
        self.narrow = soxr.resample(self.wave, RATE, GRID.sample_rate, quality="HQ").astype(np.float32)
        self.narrow = np.pad(self.narrow, (0, max(0, GRID.window_samples - len(self.narrow))))[: GRID.window_samples]
        self.level = level_of(torch.from_numpy(self.narrow)[None], GRID.samples_per_latent)[0].numpy()
        height = np.clip((20 * np.log10(self.level + 1e-6) - FLOOR) / SPAN, 0, 1)
        # A picture has no room for the flutter of noise.
        self._height = np.convolve(np.pad(height, 3, mode="edge"), np.hanning(9)[1:-1] / 4, mode="valid")

    def height(self, time: float) -> float:
        """How loud the clip is, 0..1, smooth."""
        place = time * GRID.audio_latent_rate - 0.5
        return float(np.interp(place, np.arange(len(self._height)), self._height))

    def voice(self, time: float) -> float:
        """How far a mouth is open, 0..1: the envelope of the recordings that are played."""
        most = 0.0
        for start, strength, envelope in self.placed:
            k = int((time - start) * RATE / HOP)
            if 0 <= k < len(envelope):
                most = max(most, (0.5 + 0.5 * strength) * float(envelope[k]))
        return most


def silent() -> Score:
    """Nothing happens."""
    return Score([], np.zeros(round(SECONDS * RATE), np.float32))


class Sounding:
    """Scores without end from a bank of recordings."""

    def __init__(self, recordings: Sequence[Recording], voices: Sequence[Voice]) -> None:
        wanted = {sound for voice in voices for sound in (*voice.struck, *voice.bed)}
        inner = {sound for voice in voices if voice.inner for sound in voice.struck}
        self._struck: dict[str, list[tuple[str, np.ndarray]]] = defaultdict(list)
        beds = []
        for recording in recordings:
            if recording.sound not in wanted:
                continue
            if recording.kind == "bed":
                beds.append(recording)
            elif recording.kind == "one-shot" or recording.sound in inner:
                wave = recording.samples(RATE)
                peak = float(np.abs(wave).max(initial=0))
                if peak > 1e-3:
                    self._struck[recording.sound].append((recording.title, from_attack(wave / peak)))
        self._beds = RecordedScenes(beds, RATE, SECONDS)

    def score(self, voice: Voice, rng: np.random.Generator) -> Score:
        """Events and sound of one clip. Raises NothingHeardError if the bank has nothing for the voice."""
        if rng.random() < QUIET:
            return silent()
        bank = [wave for sound in voice.struck for title, wave in self._struck[sound] if re.search(voice.only, title)]
        beds = [sound for sound in voice.bed if self._beds.banks["bed"].get(sound)]
        if not bank and not beds:
            raise NothingHeardError(f"no recording of {', '.join((*voice.struck, *voice.bed))} in this bank")
        if beds and (not bank or rng.random() < voice.bed_share):
            return self._going_on(voice, beds, rng)
        score = self._played(voice, bank, rng)
        if beds:
            under = self._beds.bed(rng, beds[int(rng.integers(len(beds)))]).wave
            score = Score(score.hits, score.wave + 0.05 * under / max(1e-3, float(np.abs(under).max())), score.placed)
        return with_inner(score) if voice.inner else score

    def _going_on(self, voice: Voice, beds: Sequence[str], rng: np.random.Generator) -> Score:
        wave = self._beds.bed(rng, beds[int(rng.integers(len(beds)))]).wave
        wave = wave * np.float32(10 ** (rng.uniform(-4, 0) / 20) * 0.9 / max(1e-3, float(np.abs(wave).max())))
        score = Score([], wave)
        return with_inner(score) if voice.inner and not voice.struck else score

    def _played(self, voice: Voice, bank: Sequence[np.ndarray], rng: np.random.Generator) -> Score:
        """Recordings at drawn moments: mostly one of them, as of one thing, in slightly different pitches."""
        wave = np.zeros(round(SECONDS * RATE), np.float32)
        main = int(rng.integers(len(bank)))
        pitch = 2 ** (rng.uniform(-2, 2) / 12)
        hits: list[Hit] = []
        placed: list[tuple[float, float, np.ndarray]] = []
        busy = -1.0
        times = moments(rng, SECONDS, voice.least, voice.longest)
        if voice.regular:
            step = float(rng.uniform(voice.least, voice.longest))
            times = [float(time) for time in np.arange(rng.uniform(0.05, step), SECONDS - 0.05, step)]
        for time in times:
            if time < busy:
                continue
            which = main if rng.random() < 0.75 else int(rng.integers(len(bank)))
            strength = float(rng.uniform(voice.softest, 1))
            one = bank[which]
            if abs(pitch - 1) > 0.005:
                one = soxr.resample(one, RATE, round(RATE / pitch), quality="LQ")
            if voice.mono:
                one = one * (1 + ACCENT * np.exp(-np.arange(len(one), dtype=np.float32) / (0.06 * RATE)))
                end = max(0, round((time - 0.06) * RATE))
                start = max(0, end - RATE // 25)
                wave[start:end] *= np.linspace(1, 0, end - start, dtype=np.float32)
                wave[end:] = 0
                placed = [(at, felt, env[: max(0, int((time - at) * RATE / HOP))]) for at, felt, env in placed]
            place(wave, one, time, strength, RATE)
            placed.append((time - 0.005, strength, envelope_of(one)))
            hits.append(Hit(time, strength))
            busy = time + (len(one) / RATE + 0.08 if voice.apart else 0)
        gain = 10 ** (rng.uniform(-6, 0) / 20) * 0.9 / max(1e-3, float(np.abs(wave).max()))
        return Score(hits, wave * np.float32(gain), placed)


def with_inner(score: Score) -> Score:
    """The score with the onsets of its sound that are no hits yet."""
    found = [Hit(time, strength) for time, strength in onsets_of(score.wave)]
    new = [one for one in found if all(abs(one.time - hit.time) > APART for hit in score.hits)]
    return Score(sorted((*score.hits, *new), key=lambda hit: hit.time), score.wave, score.placed)


def from_attack(wave: np.ndarray) -> np.ndarray:
    """A recording that sets in 5 ms after its beginning: what is softer than a third of its loudest is cut before."""
    span = RATE // 500
    count = len(wave) // span
    if count < 2:
        return wave
    loud = np.abs(wave[: count * span].reshape(count, span)).max(1)
    first = max(0, int(np.argmax(loud > ATTACK * loud.max())) * span - RATE // 200)
    cut = wave[first:].copy()
    cut[:48] *= np.linspace(0, 1, 48)[: len(cut)]
    return cut


def onsets_of(wave: np.ndarray) -> list[tuple[float, float]]:
    """Onsets of a wave at RATE in seconds, each with its level within 80 ms against the loudest, 0.2..1."""
    low = 22_050
    reduced = soxr.resample(np.pad(wave, (0, RATE // 10)), RATE, low, quality="MQ")
    found = librosa.onset.onset_detect(y=reduced, sr=low, units="time", delta=ONSETS)
    peak = float(np.abs(wave).max(initial=0)) + 1e-6
    levels = []
    for time in found:
        part = wave[round(time * RATE) : round((time + 0.08) * RATE)]
        near = float(np.abs(part).max(initial=0)) / peak
        levels.append((float(time), float(np.clip(1 + math.log10(near + 1e-3) / 1.3, 0.2, 1))))
    return levels


def envelope_of(wave: np.ndarray) -> np.ndarray:
    """RMS of every HOP samples against the loudest, smoothed over 40 ms."""
    count = max(1, len(wave) // HOP)
    power = np.square(wave[: count * HOP].reshape(count, -1)).mean(1) if len(wave) >= HOP else np.ones(1)
    rms = np.sqrt(power)
    smooth = np.convolve(np.pad(rms, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return np.asarray((smooth / max(1e-6, float(smooth.max()))) ** 0.7)
