"""All scene families with their simulators and their shares of the mixture.

Each simulator gets the random draws and the number of clips n and returns the picture (`Sketch`), the sound (`Score`)
and the attributes that the caption grammar reads, all from the same simulated events. Everything is closed-form or a
cumulative sum over the 64 frame times, vectorised over the n clips.
"""

from __future__ import annotations

from collections.abc import Callable

from . import bodies, elements, hands, household, machines, people, percussion, quiet, water
from .common import Draw
from .parts import Scene

# The order is that of the family index: new families come at the end.
SIMULATORS: dict[str, tuple[Callable[[Draw, int], Scene], float]] = {
    "bouncing": (bodies.bouncing, 0.09),
    "striking": (percussion.striking, 0.12),
    "footsteps": (people.footsteps, 0.07),
    "clapping": (people.clapping, 0.06),
    "falling": (bodies.falling, 0.07),
    "drops": (water.drops, 0.04),
    "rain": (water.rain, 0.025),
    "rolling": (bodies.rolling, 0.04),
    "explosion": (elements.explosion, 0.05),
    "bells": (percussion.bells, 0.05),
    "engine": (machines.engine, 0.025),
    "whoosh": (bodies.whoosh, 0.03),
    "silent": (quiet.silent, 0.065),
    "hitting": (hands.hitting, 0.16),
    "typing": (household.typing, 0.025),
    "clock": (household.clock, 0.025),
    "door": (household.door, 0.03),
    "fire": (elements.fire, 0.02),
    "sparks": (elements.sparks, 0.02),
    "wind": (elements.wind, 0.02),
    "splash": (water.splash, 0.03),
}

# Families whose sound goes on and on: its level, not its onsets, follows the picture.
CONTINUOUS = ("rain", "rolling", "engine", "whoosh", "fire", "sparks", "wind")
