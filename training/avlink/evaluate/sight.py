"""What the eyes see in a real video, and whether they or the pack's tagger are believed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..export.eyes import EYES, GRAPH, SAID_ABOVE, TAGGER, WORDS
from ..export.parity import session
from ..eyes import Calibration, Group, group_probabilities, look, read_groups
from .media import read_pictures


def best(p: np.ndarray, groups: Sequence[Group], vocabulary: Sequence[str]) -> tuple[float, Group]:
    """The most probable group of which a pack with that vocabulary can speak."""
    index = max((i for i, g in enumerate(groups) if g.words(vocabulary)), key=lambda i: float(p[i]))
    return float(p[index]), groups[index]


def speaker(sure: float, surest: float, floor: float, tagger: Calibration) -> str:
    """Who the rule lets speak: "eyes", "tagger" or "nobody". sure: certainty of the eyes; surest: probability of the
    tagger's surest word, 0 where it says nothing."""
    if sure >= floor and (surest == 0 or sure > tagger.certainty(surest)):
        return "eyes"
    return "tagger" if surest > 0 else "nobody"


class Eyes:
    """The network and the table of a folder such as `public/models/eyes`."""

    def __init__(self, folder: Path) -> None:
        self.groups = read_groups(folder / WORDS)
        self.graph = session(folder / GRAPH)

    def logits(self, pixels: np.ndarray) -> np.ndarray:
        """Pictures as `look` gives them [n, 224, 224, 3] -> logits [n, classes]."""
        found: np.ndarray = self.graph.run(None, {"pixels": pixels})[0]
        return found

    def words(self, path: Path, seconds: float, vocabulary: Sequence[str], surest: float) -> tuple[str, ...]:
        """Words for a video that stand in for those of a tagger whose surest word has the probability `surest` (0: it
        says nothing), as the app decides it; none where the tagger is believed or nobody is sure."""
        pictures, aspect = read_pictures(path, seconds)
        p = group_probabilities(self.logits(look(pictures, aspect)), self.groups)
        probability, group = best(p, self.groups, vocabulary)
        sure = EYES.certainty(probability)
        return group.words(vocabulary) if speaker(sure, surest, SAID_ABOVE, TAGGER) == "eyes" else ()
