"""When something moves: curves over time that belong to hits.

A picture shows the moment of contact if what leads up to it is slow, the contact itself is sudden and what follows dies
away. All curves are of one clip's hits, in seconds, and give plain numbers; strength scales them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

CONTACT = 0.05  # seconds that a contact is held: no frame misses it
FALL = 0.045  # seconds of the blow itself: about one frame of the grid


@dataclass(frozen=True)
class Hit:
    """One event that is seen and heard."""

    time: float  # seconds
    strength: float  # 0..1


def ease(x: float) -> float:
    """0..1 -> 0..1, slow at both ends; clipped outside."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


class Beat:
    """The hits of a clip as movements. Ask it for the value of a movement at a time."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = list(hits)
        self.times = [hit.time for hit in self.hits]

    def last(self, time: float) -> int:
        """The number of the last hit that has happened, or -1."""
        return bisect_right(self.times, time) - 1

    def every(self, count: int, which: int) -> Beat:
        """The beat of one of `count` things that take turns."""
        return Beat(self.hits[which::count])

    def shock(self, time: float, decay: float = 0.12) -> float:
        """1 times strength at a hit, then dying away; 0 before the first. The sudden part of everything."""
        k = self.last(time)
        if k < 0:
            return 0.0
        since = time - self.times[k]
        return self._felt(k) * math.exp(-max(0.0, since - CONTACT / 2) / decay)

    def swing(self, time: float, rate: float, decay: float) -> float:
        """A damped oscillation that begins at the last hit with full speed, -1..1 times strength."""
        k = self.last(time)
        if k < 0:
            return 0.0
        since = time - self.times[k]
        return self._felt(k) * math.exp(-since / decay) * math.sin(2 * math.pi * rate * since)

    def lift(self, time: float, rise: float = 0.35, back: float = 0.22, rest: float = 0.25) -> float:
        """How far a tool is away from what it strikes, 0 at contact, about 1 before a blow of full strength.

        It waits at `rest`, is raised slowly before a hit, comes down within FALL and springs back to `rest`.
        """
        k = self.last(time)
        since = time - self.times[k] if k >= 0 else math.inf
        after = rest * ease((since - CONTACT) / back)
        if k + 1 >= len(self.hits):
            return after
        until = self.times[k + 1] - time
        gap = self.times[k + 1] - (self.times[k] + CONTACT if k >= 0 else -1.0)
        span = min(rise, max(0.02, gap - FALL))
        high = (0.45 + 0.55 * self.hits[k + 1].strength) * min(1.0, 0.35 + gap / (rise + FALL) * 0.65)
        if until <= FALL:
            return high * max(0.0, until / FALL) ** 0.6
        if until <= FALL + span:
            return after + (high - after) * ease((FALL + span - until) / span)
        return after

    def arc(self, time: float, longest: float = 1.3) -> tuple[float, float]:
        """What leaves the floor at every hit and is back at the next: height 0..1 and how far on its way, 0..1.

        Long gaps are spent on the floor first. The height is that of the next hit's strength.
        """
        k = self.last(time)
        if k + 1 >= len(self.hits):
            if k < 0:
                return 0.0, 0.0
            # Dies out in one small hop after the last hit.
            span = 0.35
            x = (time - self.times[k] - CONTACT) / span
            return (0.3 * self._felt(k) * 4 * x * (1 - x), x) if 0 < x < 1 else (0.0, 1.0)
        ahead = self.hits[k + 1]
        start = max(self.times[k] + CONTACT if k >= 0 else -10.0, ahead.time - longest)
        gap = ahead.time - start
        x = (time - start) / max(1e-3, gap)
        if not 0 < x < 1:
            return 0.0, 0.0
        high = (0.4 + 0.6 * ahead.strength) * min(1.0, gap / 0.5)
        # It slows down on its way up and falls ever faster, so that contact is the most sudden moment.
        up, down = min(0.5, gap * 0.6), min(0.3, gap * 0.4)
        rested = k < 0 or start > self.times[k] + CONTACT
        rising = ease((time - start) / up) if rested else 1 - (1 - min(1.0, (time - start) / up)) ** 2
        falling = max(0.0, 1 - (ahead.time - time) / down) ** 5
        return high * rising * (1 - falling), x

    def charge(self, time: float, span: float = 0.3) -> float:
        """0..1 in the time before a hit: something gathers itself."""
        k = self.last(time)
        if k + 1 >= len(self.hits):
            return 0.0
        room = min(span, self.times[k + 1] - (self.times[k] + 0.1 if k >= 0 else -1.0))
        if room <= 0:
            return 0.0
        until = self.times[k + 1] - time
        return self.hits[k + 1].strength * ease((room - until) / room) if until < room else 0.0

    def since(self, time: float) -> tuple[float, float]:
        """Seconds since the last hit and how strong it was; infinite and 0 before the first."""
        k = self.last(time)
        return (time - self.times[k], self.hits[k].strength) if k >= 0 else (math.inf, 0.0)

    def _felt(self, k: int) -> float:
        """What a strength looks like: the softest hit must still be seen."""
        return 0.45 + 0.55 * self.hits[k].strength
