"""The caption grammar: what happens in a scene, in words of the vocabulary."""

from __future__ import annotations

import random

from .common import MATERIALS


def _pace(a: dict[str, int]) -> str:
    return {1: " fast", -1: " slowly", 0: ""}[a.get("pace", 0)]


def _count(count: int, one: str, many: str) -> str:
    return one if count == 1 else (f"two {many}" if count == 2 else f"several {many}")


def _bouncing(a: dict[str, int], m: str, pick: random.Random) -> str:
    count = a["count"]
    verb = "bounces" if count == 1 else "bounce"
    return f"{_count(count, f'a {m} ball', f'{m} balls')} {verb}" + pick.choice(["", " on the floor", _pace(a)])


def _striking(a: dict[str, int], m: str, pick: random.Random) -> str:
    tool = ("hammer", "stick", "stick", "box")[a["tool"]]
    target = pick.choice(["a drum", "a drum", "the skin of a drum"]) if m == "skin" else m
    own = pick.choice(["", MATERIALS[a["tool_material"]] + " "])
    target = pick.choice([target, target, target if m == "skin" else f"a {m} surface"])
    return f"a {own}{tool} {pick.choice(['strikes', 'hits'])} {target}{_pace(a)}"


def _footsteps(a: dict[str, int], m: str, pick: random.Random) -> str:
    how = "running" if a["running"] else "walking"
    return pick.choice([f"footsteps on {m}", f"a person {how} on {m}", f"{how} footsteps on {m}"]) + _pace(a)


def _clapping(a: dict[str, int], m: str, pick: random.Random) -> str:
    return pick.choice(["hands clap", "a person clapping", "clapping hands"]) + _pace(a)


def _falling(a: dict[str, int], m: str, pick: random.Random) -> str:
    if a["brittle"]:
        what = pick.choice(["object", "bottle"]) if m == "glass" else "object"
        return pick.choice([f"a {m} {what} falls and breaks", f"{m} breaks on the floor"])
    count = a["count"]
    verb = pick.choice(["fall", "fall and land"])
    if m == "glass" and count == 1 and pick.random() < 0.6:
        return "a glass bottle falls"
    verb = verb.replace("fall", "falls").replace("land", "lands") if count == 1 else verb
    return f"{_count(count, f'a {m} object', f'{m} objects')} {verb}"


def _drops(a: dict[str, int], m: str, pick: random.Random) -> str:
    return pick.choice(["water drops fall into water", "water drips", "dripping water splashes"]) + _pace(a)


def _rain(a: dict[str, int], m: str, pick: random.Random) -> str:
    steady = "steady " if a["steady"] and pick.random() < 0.7 else ""
    wind = " in the wind" if a["windy"] and pick.random() < 0.7 else ""
    return steady + {1: "heavy rain", -1: "light rain", 0: "rain"}[a["heavy"]] + pick.choice(["", " falls"]) + wind


def _rolling(a: dict[str, int], m: str, pick: random.Random) -> str:
    what, verb = (("ball", "rolls"), ("wheel", "rolls"), ("box", "slides"))[a["kind"]]
    return f"a {m} {what} {verb}" + pick.choice(["", " on the floor"]) + _pace(a)


def _explosion(a: dict[str, int], m: str, pick: random.Random) -> str:
    if a["works"]:
        return pick.choice(["fireworks rise and burst", "fireworks in the sky", "fireworks explode"])
    return pick.choice(["an explosion", "an explosion with sparks"]) if a["count"] == 1 else "several explosions"


def _bells(a: dict[str, int], m: str, pick: random.Random) -> str:
    text = (
        pick.choice(["a finger presses keys", "keys are played"])
        if a["keys"]
        else pick.choice(["a bell rings", "a bell is struck"])
    )
    return text + _pace(a)


def _engine(a: dict[str, int], m: str, pick: random.Random) -> str:
    return pick.choice(["an engine runs", "a rotor turns", "a machine with a rotor turns"]) + _pace(a)


def _whoosh(a: dict[str, int], m: str, pick: random.Random) -> str:
    if not a["round"] and pick.random() < 0.4:
        return pick.choice(["an arrow flies past", "an arrow flies past with a whoosh"])
    return pick.choice(["a whoosh", f"a {m} object flies past with a whoosh", "something passes fast with a whoosh"])


def _silent(a: dict[str, int], m: str, pick: random.Random) -> str:
    if a["still"]:
        return pick.choice(["silence", "a still picture", "silence, a still picture"])
    if a["gesture"]:
        return pick.choice(["silence", "a person gestures in silence", "hands move in silence"])
    return pick.choice(["silence", "things move silently", "objects move in silence"])


def _hitting(a: dict[str, int], m: str, pick: random.Random) -> str:
    target = (
        pick.choice(["a drum", "a drum", "the skin of a drum"]) if m == "skin" else pick.choice([m, f"a {m} surface"])
    )
    if a["tool"] == 4:
        return pick.choice(["a person shoots a gun", "a gun shoots", "gun shots"]) + _pace(a)
    if a["tool"] == 3:
        return pick.choice([f"a knife chops on {m}", "a person chops with a knife", f"chopping on {m}"]) + _pace(a)
    tool = ("hand", "hammer", "stick")[a["tool"]]
    if a["two"]:
        text = pick.choice([f"two {tool}s strike {target}", f"a person hits {target} with {tool}s"])
    else:
        text = pick.choice([f"a {tool} strikes {target}", f"a person hits {target} with a {tool}"])
    return text + _pace(a)


def _typing(a: dict[str, int], m: str, pick: random.Random) -> str:
    return pick.choice(["fingers type on keys", "a person types", "typing"]) + _pace(a)


def _clock(a: dict[str, int], m: str, pick: random.Random) -> str:
    return pick.choice(["a clock ticks", "a clock is ticking", f"a {m} clock ticks"]) + _pace(a)


def _door(a: dict[str, int], m: str, pick: random.Random) -> str:
    if a["slams"] == 0:
        return pick.choice(["a door opens", f"a {m} door opens"])
    return pick.choice(["a door slams", f"a {m} door slams", "a door opens and slams", f"a {m} door opens and slams"])


def _fire(a: dict[str, int], m: str, pick: random.Random) -> str:
    return {1: "a heavy fire", 0: "a fire"}[a["heavy"]] + pick.choice([" crackles", " burns and crackles", ""])


def _sparks(a: dict[str, int], m: str, pick: random.Random) -> str:
    steady = "steady " if a["steady"] and pick.random() < 0.7 else ""
    if a["whine"]:
        return pick.choice([f"a machine grinds metal with {steady}sparks", f"{steady}sparks, a tool grinds metal"])
    return pick.choice([f"{steady}sparks", f"a tool makes {steady}sparks on metal"])


def _wind(a: dict[str, int], m: str, pick: random.Random) -> str:
    how = {1: "heavy wind", -1: "light wind", 0: "wind"}[a["heavy"]]
    return how + pick.choice(["", " blows", " blows in the grass"])


def _splash(a: dict[str, int], m: str, pick: random.Random) -> str:
    what = _count(a["count"], "an object", "objects")
    verb = "falls" if a["count"] == 1 else "fall"
    return pick.choice([f"{what} {verb} into water with a splash", f"{what} {verb} into water", "a splash of water"])


GRAMMAR = {
    "bouncing": _bouncing,
    "striking": _striking,
    "footsteps": _footsteps,
    "clapping": _clapping,
    "falling": _falling,
    "drops": _drops,
    "rain": _rain,
    "rolling": _rolling,
    "explosion": _explosion,
    "bells": _bells,
    "engine": _engine,
    "whoosh": _whoosh,
    "silent": _silent,
    "hitting": _hitting,
    "typing": _typing,
    "clock": _clock,
    "door": _door,
    "fire": _fire,
    "sparks": _sparks,
    "wind": _wind,
    "splash": _splash,
}


def caption(family: str, attributes: dict[str, int], loud: int, seed: int) -> str:
    """One caption; loud is -1, 0 or 1."""
    pick = random.Random(seed)
    text = GRAMMAR[family](attributes, MATERIALS[attributes.get("material", 0)], pick)
    if attributes.get("events", 0) == 1 and pick.random() < 0.6:
        text += " once"
    if family != "silent" and loud and pick.random() < 0.8:
        text += ", loud" if loud > 0 else ", quiet"
    return text
