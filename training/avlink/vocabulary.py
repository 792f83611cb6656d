"""The words that the model knows, those that people may type instead, and the bag of words of a text."""

from __future__ import annotations

import re

import torch
from torch import Tensor

_WORDS = (
    "ball hammer stick drum object footstep person hand box drop water rain wheel explosion firework bell key engine "
    "rotor silence picture floor finger spark bottle thing machine arrow sky wind surface "
    "bounce strike walk run clap fall break drip roll slide explode rise burst ring press turn pass fly move land "
    "splash wood metal glass skin plastic stone rubber gravel snow "
    "loud quiet fast slow heavy light single two several still whoosh steady "
    # Later words come at the end, so that what was trained with fewer keeps its rows (see system.grown).
    "clock door fire grass knife gun tool tick type slam open crackle blow chop shoot grind gesture"
)
VOCABULARY: tuple[str, ...] = tuple(_WORDS.split())
INDEX = {word: i for i, word in enumerate(VOCABULARY)}

# Words that only recordings have, for a model that hears them. New ones come at the end here, too.
_RECORDED_WORDS = (
    "accordion baby balloon banjo bat bear bicycle bird bow brass breath burp bus camel car cat cello chainsaw "
    "chalk chicken cloth cow crash crowd cymbal dog dolphin eating egg elephant flute frog goat guitar harmonica "
    "harp helicopter horn horse hyena ice insect jackhammer knock laugh leaves leopard lion organ paper piano pig "
    "plane punch raccoon rooster saw saxophone scissors scrape sea sealion shaker sheep snake sneeze speech "
    "squirrel steam steeldrum tambourine thunder tiger toy traffic train trombone trumpet truck violin voice whale "
    "whistle wings wolf xylophone zebra zipper"
)
WIDE_VOCABULARY: tuple[str, ...] = (*VOCABULARY, *_RECORDED_WORDS.split())

_SYNONYMS = {
    "ball": "balls basketball basketballs football footballs soccer tennis marble marbles pingpong",
    "hammer": "hammers mallet mallets hammering sledgehammer",
    "stick": "sticks drumstick drumsticks rod pole baton",
    "drum": "drums drumming drummer snare tom percussion bongo conga tabla",
    "object": "objects item items",
    "thing": "things something stuff",
    "footstep": "footsteps step steps stepping foot feet shoe shoes boots heels footfall footfalls stairs",
    "person": "man woman people someone boy girl child children human",
    "hand": "hands palm palms",
    "box": "boxes crate crates cube cubes block blocks brick bricks",
    "drop": "drops droplet droplets raindrop",
    "water": "pool puddle lake liquid wet pond sea river sink",
    "rain": "rains raining rainy rainfall downpour storm shower drizzle raindrops",
    "wheel": "wheels tire tyre skateboard cart",
    "explosion": "explosions blast blasts bomb bombs boom thunder thunderclap cannon detonation",
    "firework": "fireworks rocket rockets firecracker firecrackers",
    "bell": "bells gong chime chimes church cymbal cymbals",
    "key": "keys piano keyboard xylophone marimba vibraphone note notes",
    "engine": "engines motor motors car truck motorcycle tractor helicopter lawnmower chainsaw",
    "machine": "machines machinery drill saw printer",
    "rotor": "rotors fan fans propeller propellers blades turbine",
    "silence": "silent silently mute muted soundless noiseless nothing",
    "picture": "image photo scene",
    "floor": "floors ground table desk pavement",
    "finger": "fingers",
    "spark": "sparks ember embers welding welder",
    "bottle": "bottles cup cups plate plates dish dishes jar vase",
    "arrow": "arrows sword swords bird",
    "sky": "skies air",
    "wind": "winds windy breeze gust",
    "surface": "surfaces",
    "bounce": "bounces bouncing bounced dribble dribbling dribbles rebound rebounds",
    "strike": "strikes striking struck hit hits hitting knock knocks knocking beat beats beating tap taps tapping "
    "bang bangs banging pound pounds pounding smash hits punch punching kick kicking nail nailing",
    "walk": "walks walking walked stroll strolling march marching",
    "run": "runs running ran jog jogging sprint sprinting",
    "clap": "claps clapping applause applaud applauding clapped",
    "fall": "falls falling fell dropped tumble tumbles tumbling",
    "break": "breaks breaking broken shatter shatters shattering crash crashes crashing crack cracking",
    "drip": "drips dripping dropping leak leaking trickle",
    "roll": "rolls rolling rolled bowling",
    "slide": "slides sliding scrape scraping drag dragging skid skidding",
    "explode": "explodes exploding exploded erupt erupts detonates",
    "rise": "rises rising",
    "burst": "bursts bursting pop pops popping",
    "ring": "rings ringing rang toll tolling jingle jingling ding clang",
    "press": "presses pressing pressed play plays playing played push",
    "turn": "turns turning spin spins spinning rotate rotates rotating whirl whirring",
    "pass": "passes passing passed",
    "fly": "flies flying flew swing swinging swings throw throwing",
    "move": "moves moving drift drifting drifts float floating floats",
    "land": "lands landing landed",
    "splash": "splashes splashing",
    "wood": "wooden timber log",
    "metal": "steel iron metallic tin anvil",
    "glass": "glasses crystal",
    "skin": "leather membrane",
    "plastic": "",
    "stone": "stones rock rocks concrete ceramic",
    "rubber": "",
    "gravel": "sand pebbles leaves dirt",
    "snow": "snowy grass",
    "loud": "loudly noisy strong strongly hard",
    "quiet": "quietly soft softly gentle gently faint faintly weak",
    "fast": "quick quickly rapid rapidly speeding faster",
    "slow": "slowly slower",
    "heavy": "heavily pouring intense",
    "light": "lightly",
    "single": "one once",
    "two": "both pair couple double",
    "several": "many multiple some few three repeated repeatedly",
    "still": "motionless static unmoving",
    "whoosh": "whooshes whooshing swoosh swish swishing",
    "steady": "steadily constant regular",
    "clock": "clocks watch metronome pendulum timer",
    "door": "doors gate gates cupboard drawer lid",
    "fire": "flame flames campfire fireplace bonfire burn burns burning",
    "grass": "tree trees branch branches bush field leaf foliage",
    "knife": "knives blade axe cleaver scissors",
    "gun": "guns pistol pistols rifle rifles gunshot gunshots gunfire weapon",
    "tool": "tools grinder torch",
    "tick": "ticks ticking ticked tock",
    "type": "types typing typed typewriter",
    "slam": "slams slamming slammed shut shuts",
    "open": "opens opening opened close closes closing closed",
    "crackle": "crackles crackling sizzle sizzling",
    "blow": "blows blowing blew howl howls howling",
    "chop": "chops chopping chopped cut cuts cutting slice slices slicing",
    "shoot": "shoots shooting shot shots fires firing",
    "grind": "grinds grinding sanding",
    "gesture": "gestures gesturing wave waves waving",
}
SYNONYMS: dict[str, str] = {word: word for word in VOCABULARY}
for _target, _words in _SYNONYMS.items():
    for _word in _words.split():
        SYNONYMS.setdefault(_word, _target)


SILENCE = "silence"  # the word that asks for no sound
# Words that people are offered as ones to keep away from.
NEGATIVES = {
    "v2a": ("silence", "loud", "several", "fast", "water", "wind", "metal", "glass", "whoosh", "steady"),
    "a2v": ("still", "several", "fast", "water", "spark", "rain", "box", "person"),
}

# Endings that are taken off, longest first, with what may stand in their place.
ENDINGS = (("ing", ("", "e")), ("ies", ("y",)), ("ed", ("", "e")), ("es", ("", "e")), ("s", ("",)))
SHORTEST = 3  # base form that is looked up: "sing" must not be taken for an inflected "s"


def understand(text: str) -> list[str]:
    """The words of the vocabulary that a text in any case amounts to, each once, in its order; others are ignored.

    As the app does it (src/model/vocabulary.ts).
    """
    words = (_look_up(word) for word in re.findall(r"[^\W\d_]+", text.lower()))
    return list(dict.fromkeys(word for word in words if word is not None))


def _look_up(word: str) -> str | None:
    return next((SYNONYMS[form] for form in _base_forms(word) if form in SYNONYMS), None)


def _base_forms(word: str) -> list[str]:
    """The word itself, then its likely base forms."""
    found = [word]
    for ending, replacements in ENDINGS:
        if not word.endswith(ending):
            continue
        stem = word[: -len(ending)]
        found += [stem + replacement for replacement in replacements]
        # "dropping", "slammed": the doubled consonant belongs to the ending.
        if stem[-1:] == stem[-2:-1]:
            found.append(stem[:-1])
    return [form for form in found if form == word or len(form) >= SHORTEST]


def encode_caption(text: str) -> Tensor:
    """Multi-hot of the known words of a caption in any case, float32 [V]; unknown words are ignored."""
    bag = torch.zeros(len(VOCABULARY))
    bag[[INDEX[word] for word in understand(text)]] = 1
    return bag
