"""What there is in the world: every thing with its words, its sound, its looks and who paints it.

A look is a choice of cut-outs and colours. Where a thing has several, the last is held out from training.
"""

from __future__ import annotations

from dataclasses import dataclass

from .sounding import Voice
from .stage import Look, Painter
from .things import animals, cats, elements, household, instruments, machines, people, struck


@dataclass(frozen=True)
class Thing:
    """One thing of the world."""

    name: str
    words: tuple[str, ...]  # of avlink.vocabulary.WIDE_VOCABULARY
    voice: Voice
    looks: tuple[Look, ...]
    paint: Painter
    night: bool = False  # it shines before a dark backdrop


STONE = "stone-fluent-1faa8"
HAMMER = "hammer-photo-hammer5"
FINGER = "hand-fluent-1f446"

THINGS: tuple[Thing, ...] = (
    Thing(
        "drum",
        ("drum", "stick", "strike"),
        Voice(("drum",), least=0.2, longest=1.2),
        (Look("djembe", ("drum-ocal-djambf-ganson",)),),
        struck.drum,
    ),
    Thing(
        "anvil",
        ("hammer", "metal", "strike"),
        Voice(("metal",), least=0.38, longest=1.5),
        (Look("iron", ("anvil-ocal-blacksmith-anvil-ganson", HAMMER)),),
        struck.anvil,
    ),
    Thing(
        "bell",
        ("bell", "ring"),
        Voice(("bell",), least=0.6, longest=1.8, softest=0.6),
        (Look("gold", colours=("#f2b632",)), Look("copper", colours=("#e0874a",))),
        struck.bell,
    ),
    Thing(
        "ball",
        ("ball", "bounce"),
        Voice(("punch",), least=0.35, longest=1.2),
        (
            Look("football", ("ball-fluent-26bd",)),
            Look("volleyball", ("ball-fluent-1f3d0",)),
            Look("baseball", ("ball-fluent-26be",)),
        ),
        struck.ball,
    ),
    Thing(
        "shoes",
        ("footstep", "walk"),
        Voice(("footstep", "gravel"), least=0.32, longest=0.9, regular=True),
        (Look("trainers", ("shoe-ocal-tennis-shoe-jarno-vasama",)),),
        people.shoes,
    ),
    Thing(
        "glass",
        ("glass", "break"),
        Voice(("glass",), least=1.25, longest=2.2),
        (Look("wine", ("glass-ocal-wine-glass-christian-h", STONE)),),
        household.glass,
    ),
    Thing(
        "drops",
        ("drop", "drip", "water"),
        Voice(("water",), only=r"drop|beats|osfx|Splash", least=0.4, longest=1.4),
        (Look("bucket", ("bucket-fluent-1faa3", "water-drop-fluent-1f4a7")),),
        household.drops,
    ),
    Thing("rain", ("rain",), Voice(bed=("rain",)), (Look("window"),), household.window),
    Thing("fire", ("fire", "crackle"), Voice(bed=("fire",), inner=True), (Look("camp"),), elements.fire),
    Thing(
        "firework",
        ("firework", "explode"),
        Voice(("firework", "explosion"), least=0.5, longest=2, inner=True),
        (Look("town"),),
        elements.firework,
        night=True,
    ),
    Thing(
        "train",
        ("train", "whistle"),
        Voice(("train",), bed=("train",), least=1.0, longest=2.5, apart=True, inner=True, bed_share=0.25, softest=0.75),
        (Look("steam", ("train-fluent-1f682",)),),
        machines.train,
    ),
    Thing(
        "car",
        ("car", "engine"),
        Voice(("horn",), bed=("engine",), least=0.5, longest=2, apart=True, inner=True, bed_share=0.5, softest=0.75),
        (Look("sports", ("car-ocal-sportcar-sergio-luiz-ara-01",)),),
        machines.car,
    ),
    Thing(
        "dog",
        ("dog",),
        Voice(("dog",), least=0.3, longest=1.4, apart=True, inner=True, softest=0.75),
        (Look("beagle", ("dog-ocal-beagle-copper-ganson",)),),
        animals.dog,
    ),
    Thing(
        "cat",
        ("cat",),
        Voice(("cat",), least=0.5, longest=2, apart=True, inner=True, softest=0.75),
        (Look("tabby"),),
        cats.cat,
    ),
    Thing(
        "cow",
        ("cow",),
        Voice(("cow",), least=0.5, longest=2, apart=True, inner=True, softest=0.75),
        (Look("friesian", ("cow-fluent-1f404",)),),
        animals.cow,
    ),
    Thing(
        "rooster",
        ("rooster",),
        Voice(("rooster",), least=0.5, longest=2, apart=True, inner=True, softest=0.75),
        (Look("black", ("chicken-ocal-hen-01",)),),
        animals.rooster,
    ),
    Thing(
        "bird",
        ("bird",),
        Voice(("bird",), least=0.35, longest=1.4, apart=True, inner=True, softest=0.75),
        (Look("gull", ("bird-ocal-gull-marcelo-staudt-01",)),),
        animals.bird,
    ),
    Thing(
        "face",
        ("person", "speech"),
        Voice(("speech", "voice"), least=0.5, longest=1.6, apart=True, inner=True, softest=0.75),
        (
            Look("short hair", ("person-fluent-1f468",), ("#fdbb26",)),
            Look("long hair", ("person-fluent-1f469",), ("#f8ab38",)),
        ),
        people.face,
    ),
    Thing(
        "hands",
        ("clap", "hand"),
        Voice(("clap",), least=0.3, longest=1.2),
        (Look("sleeves", ("hand-fluent-1f91a",)),),
        people.hands,
    ),
    Thing(
        "guitar",
        ("guitar",),
        Voice(("guitar",), least=0.3, longest=1.4),
        (Look("acoustic", ("guitar-ocal-guitar-jarno-vasamaa1",)),),
        instruments.guitar,
    ),
    Thing(
        "violin",
        ("violin",),
        Voice(("violin", "cello"), least=0.55, longest=1.8, mono=True, softest=0.75),
        (Look("brown", ("violin-ocal-violin-colour-ganson",)),),
        instruments.violin,
    ),
    Thing(
        "trumpet",
        ("trumpet",),
        Voice(("trumpet", "horn instrument", "trombone"), least=0.5, longest=1.6, mono=True, softest=0.75),
        (Look("brass", ("trumpet-ocal-trumpet-b-flat-colour-ganso",)),),
        instruments.trumpet,
    ),
    Thing(
        "keyboard",
        ("type", "key"),
        Voice(("typing",), least=0.18, longest=0.6),
        (Look("keys", ("keyboard-fluent-2328", FINGER)),),
        household.keyboard,
    ),
    Thing(
        "clock",
        ("clock", "tick"),
        Voice(("clock",), least=0.4, longest=1.1, regular=True),
        (Look("mantel", ("clock-fluent-1f570",)),),
        household.clock,
    ),
)
BY_NAME = {thing.name: thing for thing in THINGS}
EVERY_CUTOUT = sorted({part for thing in THINGS for look in thing.looks for part in look.parts})
