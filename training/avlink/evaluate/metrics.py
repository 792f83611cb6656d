"""Agreement of sound with sound and of motion with sound.

Onset figures follow the CondFoleyGen definition: mono 22,050 Hz, `librosa.onset.onset_detect(delta=0.3)`, every
reference onset takes the loudest unused generated onset within the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass

import librosa
import numpy as np
from sklearn.metrics import average_precision_score

RATE = 22_050
THINNING = 0.05  # seconds: of generated onsets closer than this the loudest stays
AUDIBLE = 3e-3  # RMS below which sound counts as silence


@dataclass(frozen=True)
class Agreement:
    """Counts that add up over clips; recall is the literature's "ACC"."""

    hits: int
    reference: int
    generated: int
    average_precision: float = 0.0

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.reference)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.generated)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, self.reference + self.generated)


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """Mono samples at the metric's rate."""
    return librosa.resample(samples.astype(np.float32), orig_sr=rate, target_sr=RATE)


def onset_samples(wave: np.ndarray) -> list[int]:
    """Onsets of a wave at the metric's rate, in samples."""
    return [int(x) for x in librosa.onset.onset_detect(y=wave, sr=RATE, units="samples", delta=0.3)]


def audible_onsets(samples: np.ndarray, rate: int) -> list[float]:
    """Onsets of mono samples in seconds; none of what counts as silence, whose rounding noise has some."""
    if float(np.sqrt(np.square(samples).mean())) <= AUDIBLE:
        return []
    return [onset / RATE for onset in onset_samples(resampled(samples, rate))]


def thinned(onsets: list[int], wave: np.ndarray) -> tuple[list[int], np.ndarray]:
    """One onset per 50 ms, the loudest first, and the level they were compared by."""
    level = np.abs(wave)
    near = int(THINNING * RATE)
    kept: list[int] = []
    for onset in sorted(onsets, key=lambda o: -float(level[max(0, o - near) : o + near].max(initial=0))):
        if all(abs(onset - other) >= near for other in kept):
            kept.append(onset)
    return sorted(kept), level


def compare(reference: list[int], wave: np.ndarray, tolerance: float = 0.1) -> Agreement:
    """Reference onsets (samples) against the onsets of a generated wave."""
    generated, level = thinned(onset_samples(wave), wave)
    pool: list[int] = list(generated)
    matched: list[int] = []
    for onset in reference:
        near = [p for p in pool if abs(p - onset) < tolerance * RATE]
        if near:
            matched.append(max(near, key=lambda p: float(level[p])))
            pool.remove(matched[-1])
    missed = len(reference) - len(matched)
    return Agreement(len(matched), len(reference), len(generated), _average_precision(matched, pool, missed, level))


def _average_precision(right: list[int], wrong: list[int], missed: int, level: np.ndarray) -> float:
    """AP of the generated onsets ranked by their loudest sample within 50 ms; missed references rank last.

    As published, so that figures compare; it punishes false onsets that are loud, but hardly misses: two right onsets
    out of five and nothing else score 1. Nothing right scores 0 here, where the published code gives silence 1.
    """
    if not right:
        return 0.0
    near = int(THINNING * RATE)
    confidence = [float(level[max(0, o - near) : o + near].max(initial=0)) for o in right + wrong]
    truth = [1] * len(right) + [0] * len(wrong) + [1] * missed
    return float(average_precision_score(truth, confidence + [0.0] * missed))


def compare_times(reference: list[float], found: list[float], tolerance: float = 0.1) -> Agreement:
    """The same for plain times in seconds: every reference takes the nearest unused one."""
    pool, hits = list(found), 0
    for time in reference:
        near = [other for other in pool if abs(other - time) < tolerance]
        if near:
            pool.remove(min(near, key=lambda other: abs(other - time)))
            hits += 1
    return Agreement(hits, len(reference), len(found))


def clicks(times: list[float], seconds: float) -> np.ndarray:
    """A wave of short noise bursts at the given times."""
    wave = np.zeros(int(seconds * RATE), np.float32)
    burst = np.random.default_rng(0).standard_normal(2000).astype(np.float32) * np.exp(-np.arange(2000) / 300)
    for time in times:
        start = int(time * RATE)
        if 0 <= start < wave.size - burst.size:
            wave[start : start + burst.size] += 0.3 * burst
    return wave


def click_train(rate: float, seconds: float) -> np.ndarray:
    """Clicks at a steady rate in Hz: the control that plain recall cannot see through."""
    return clicks(list(np.arange(800 / RATE, seconds - 0.1, 1 / rate)), seconds)


def motion_energy(frames: np.ndarray) -> np.ndarray:
    """Frames [T, 3, H, W] -> mean absolute change at each boundary between frames, [T] (first 0)."""
    change = np.abs(np.diff(frames.astype(np.float32), axis=0)).mean((1, 2, 3))
    return np.concatenate([[0.0], change])


def motion_onsets(frames: np.ndarray, fps: float, share: float = 0.25, gap: float = 0.15) -> list[float]:
    """Times at which movement starts or changes abruptly: where its energy rises, see `rises`."""
    return rises(motion_energy(frames), fps, share, gap)


def rises(energy: np.ndarray, fps: float, share: float = 0.25, gap: float = 0.15) -> list[float]:
    """Peaks of the rise of an energy [T] from frame to frame, in seconds.

    A peak counts from `share` of the clip's largest rise on, and peaks within `gap` seconds of a larger one do not.
    """
    rise = np.maximum(0, np.diff(energy, prepend=0.0))
    if rise.max(initial=0) <= 1e-6:
        return []
    kept: list[int] = []
    for k in np.argsort(-rise):
        if rise[k] < share * rise.max():
            break
        if all(abs(k - other) > gap * fps for other in kept):
            kept.append(int(k))
    return sorted(k / fps for k in kept)


def level_envelope(samples: np.ndarray, span: int = 512) -> np.ndarray:
    """Log RMS of every `span` samples, floored at -60 dB."""
    count = samples.size // span
    power = np.square(samples[: count * span].reshape(count, span)).mean(1)
    return np.log(np.sqrt(power) + 1e-3)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson correlation; 0 when either is constant."""
    if a.std() < 1e-6 or b.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Frechet distance of two sets of feature vectors [N, D], as Gaussians."""
    mean = a.mean(0) - b.mean(0)
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    values = np.linalg.eigvals(cov_a @ cov_b)
    return float(mean @ mean + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(np.abs(values.real)).sum())


def distances(vectors: dict[str, np.ndarray], real: np.ndarray) -> dict[str, float]:
    """Frechet distances by name, all from the second half of `real` and with as many vectors each: they compare."""
    half = len(real) // 2
    return {name: frechet(each[:half], real[half:]) for name, each in vectors.items()}


FIGURES = ("recall", "precision", "f1", "average_precision")


def total(rows: list[Agreement]) -> dict[str, float]:
    """Means over clips, as the literature reports them."""
    return {name: float(np.mean([getattr(row, name) for row in rows])) if rows else 0.0 for name in FIGURES}


def leads(own: list[float], controls: dict[str, list[float]]) -> dict[str, float]:
    """Mean lead over each control on the same clips, with its standard error: below two errors it shows nothing."""
    figures: dict[str, float] = {}
    for name, control in controls.items():
        lead = np.asarray(own) - np.asarray(control)
        if lead.size > 1:
            figures[f"over {name}"] = float(lead.mean())
            figures[f"over {name}, standard error"] = float(lead.std(ddof=1) / np.sqrt(lead.size))
    return figures
