"""All scene families with their simulators and their shares of the mixture."""

from __future__ import annotations

from collections.abc import Callable

from . import elements, families, hands, household, quiet
from .common import Draw
from .parts import Scene

# The order is that of the family index: new families come at the end.
SIMULATORS: dict[str, tuple[Callable[[Draw, int], Scene], float]] = {
    "bouncing": (families.bouncing, 0.09),
    "striking": (families.striking, 0.12),
    "footsteps": (families.footsteps, 0.07),
    "clapping": (families.clapping, 0.06),
    "falling": (families.falling, 0.07),
    "drops": (families.drops, 0.04),
    "rain": (families.rain, 0.025),
    "rolling": (families.rolling, 0.04),
    "explosion": (families.explosion, 0.05),
    "bells": (families.bells, 0.05),
    "engine": (families.engine, 0.025),
    "whoosh": (families.whoosh, 0.03),
    "silent": (quiet.silent, 0.065),
    "hitting": (hands.hitting, 0.16),
    "typing": (household.typing, 0.025),
    "clock": (household.clock, 0.025),
    "door": (household.door, 0.03),
    "fire": (elements.fire, 0.02),
    "sparks": (elements.sparks, 0.02),
    "wind": (elements.wind, 0.02),
    "splash": (elements.splash, 0.03),
}

# Families whose sound goes on and on: its level, not its onsets, follows the picture.
CONTINUOUS = ("rain", "rolling", "engine", "whoosh", "fire", "sparks", "wind")
