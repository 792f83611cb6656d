"""Rendered scenes with recordings in place of their modal synthesis: the picture is drawn, the sound is real.

Every hit of a scene is played by recordings of what is seen there, at the moment and with the strength it has; what
goes on is a recorded bed that follows the scene's level. Scenes for which the bank has nothing keep the sound that was
synthesised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .recorded_scenes import RecordedScenes, Sound
from .recordings import Recording
from .scenes import CONTINUOUS, FAMILIES, MATERIALS, SceneBatch
from .vocabulary import INDEX

# Of families in which the material decides what is heard: the class of recordings for each.
STRUCK = ("bouncing", "striking", "hitting", "falling")
OF_MATERIAL = {
    "wood": "wood",
    "metal": "metal",
    "glass": "glass",
    "stone": "stone",
    "gravel": "gravel",
    "skin": "drum",
    "bell": "bell",
}
# Of the others, the family decides, or a word of the caption where it has one of these.
OF_FAMILY = {
    "footsteps": "footstep",
    "clapping": "clap",
    "explosion": "explosion",
    "typing": "typing",
    "clock": "clock",
    "door": "door",
    "splash": "water",
    "bells": "bell",
    "rain": "rain",
    "engine": "engine",
    "fire": "fire",
    "wind": "wind",
}
OF_WORD = {"firework": "firework", "gun": "gun", "gravel": "gravel", "rotor": "helicopter", "key": "xylophone"}
REPLACED = 0.8  # share of the scenes with recordings to choose from that get them
SAME_TAKE = 0.7  # share of the hits of a clip that one recording plays
LOUDEST = 0.9  # peak


@dataclass(frozen=True)
class Heard:
    """The sound of scenes: waves [B, N] at the bank's rate, and what is known of each clip."""

    waves: Tensor
    recorded: Tensor  # bool [B]: whether recordings are heard; where not, the wave is silent
    whole: Tensor  # bool [B]: whether anything is known above 8 kHz


class RecordedSight:
    """Recordings for scenes of `seconds`, at `rate` Hz."""

    def __init__(self, recordings: list[Recording], rate: int, seconds: float) -> None:
        self.scenes = RecordedScenes(recordings, rate, seconds)

    def sound_of(self, made: SceneBatch, row: int) -> str | None:
        """The class of recordings that suits a clip, None if there is none."""
        family = FAMILIES[int(made.family[row])]
        found: str | None
        if family in STRUCK:
            material = int(made.material[row])
            found = OF_MATERIAL.get(MATERIALS[material]) if material >= 0 else None
        else:
            said = [sound for word, sound in OF_WORD.items() if made.bag[row, INDEX[word]] > 0]
            # A door's key and a typist's are no xylophone.
            keys = "xylophone" in said and family != "bells"
            found = said[0] if said and not keys and family in OF_FAMILY else OF_FAMILY.get(family)
        kind = "bed" if family in CONTINUOUS else "one-shot"
        return found if found is not None and self.scenes.banks[kind].get(found) else None

    def dress(self, made: SceneBatch, seed: int) -> Heard:
        """The sound of a batch of scenes, decided by `seed`."""
        rng = np.random.default_rng(seed)
        count = len(made.captions)
        waves = np.zeros((count, self.scenes.count), np.float32)
        recorded, whole = np.zeros(count, bool), np.ones(count, bool)
        for row in range(count):
            sound = self.sound_of(made, row)
            if rng.random() >= REPLACED or sound is None or float(made.level[row].max()) <= 0:
                continue
            family = FAMILIES[int(made.family[row])]
            if family in CONTINUOUS:
                bank = self.scenes.banks["bed"][sound]
                one = bank[int(rng.integers(len(bank)))]
                wave, known = self._bed(one, made.level[row].numpy(), rng), one.whole
            else:
                bank = self.scenes.banks["one-shot"][sound]
                wave, known = self._hits(bank, made.events[row].numpy(), made.strengths[row].numpy(), rng)
            peak = float(np.abs(wave).max())
            if peak <= 0:
                continue
            # As loud at its loudest as the scene is, so that loud and quiet keep their words.
            own = float(made.audio[row].abs().max()) or LOUDEST
            waves[row] = wave * (min(LOUDEST, own) / peak)
            recorded[row], whole[row] = True, known
        return Heard(torch.from_numpy(waves), torch.from_numpy(recorded), torch.from_numpy(whole))

    def _hits(
        self, bank: list[Sound], times: np.ndarray, strengths: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, bool]:
        wave = np.zeros(self.scenes.count, np.float32)
        main = bank[int(rng.integers(len(bank)))]
        known = True
        for time, strength in zip(times, strengths, strict=True):
            if not np.isfinite(time):
                continue
            one = main if rng.random() < SAME_TAKE else bank[int(rng.integers(len(bank)))]
            self.scenes.hit(wave, one, float(time), float(strength))
            known = known and one.whole
        return wave, known

    def _bed(self, one: Sound, level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A bed whose RMS follows the level [L] of the clip."""
        looped = self.scenes.looped(one)
        start = int(rng.integers(len(looped) - self.scenes.count))
        wave = looped[start : start + self.scenes.count]
        step = self.scenes.count // len(level)
        own = np.sqrt(np.square(wave[: step * len(level)]).reshape(len(level), step).mean(1))
        # Its level over half a second is evened out; what is shorter is its texture and stays.
        own = np.convolve(np.pad(own, 8, mode="edge"), np.ones(17) / 17, mode="valid")
        gain = level / np.maximum(own, 1e-4)
        middles = (np.arange(len(level)) + 0.5) * step
        shaped: np.ndarray = wave * np.interp(np.arange(self.scenes.count), middles, gain).astype(np.float32)
        return shaped
