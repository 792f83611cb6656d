"""Which of ImageNet's thousand classes name a thing of the world.

A group holds what a person would accept as an answer: every breed of dog is a dog, and a goblet of wine is a glass.
Things that ImageNet has no class for are `None`, and are not judged by it.
"""

from __future__ import annotations

BIRDS = frozenset((*range(7, 25), *range(80, 101), *range(127, 147)))

GROUPS: dict[str, frozenset[int] | None] = {
    "drum": frozenset({541, 822}),  # drum, steel drum
    "anvil": frozenset({587}),  # hammer; ImageNet has no anvil
    "bell": frozenset({494, 442}),  # bell or chime, bell tower
    "ball": frozenset({805, 890, 429, 430, 852, 722, 768, 574, 522}),  # of football, volleyball, baseball and others
    "shoes": frozenset({770, 502, 514, 630, 774, 788}),  # running shoe, clog, boot, loafer, sandal, shoe shop
    "glass": frozenset({572, 966, 438, 907}),  # goblet, red wine, beaker, wine bottle
    "drops": frozenset({463, 562, 971, 896}),  # bucket, fountain, bubble, sink
    "rain": None,
    "fire": None,
    "firework": None,
    "train": frozenset({820, 547, 466, 565, 705, 829}),  # locomotives, fast train, freight and passenger car, tram
    "car": frozenset({751, 817, 511, 436, 468, 609, 627, 656, 661, 717}),  # racer, sports car, convertible and others
    "dog": frozenset(range(151, 269)),
    "cat": frozenset(range(281, 286)),
    "cow": None,  # ox and water buffalo are others
    "rooster": frozenset({7, 8}),  # cock, hen
    "bird": BIRDS,
    "face": None,
    "hands": None,
    "guitar": frozenset({402, 546, 420}),  # acoustic, electric, banjo
    "violin": frozenset({889, 486}),  # violin, cello
    "trumpet": frozenset({513, 875, 566}),  # cornet, trombone, French horn
    "keyboard": frozenset({508, 810, 878}),  # computer keyboard, space bar, typewriter keyboard
    "clock": frozenset({409, 892, 530, 826}),  # analog, wall and digital clock, stopwatch
}
