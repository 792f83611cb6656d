"""Measure what the eyes see, beside the pack's own tagger, on cut-outs over backdrops, rendered scenes and real clips.

    python -m avlink.evaluate.eyes --cutouts CUTOUTS --pack ../public/models/mini [--clips CLIPS] [--out FILE]

Cut-outs: how often the right group is the best one and among the best five, with 8-bit weights and with those of the
published network, float32 (which needs the packages of the extra "eyes", as reading the cut-outs does). Then how often
what is said is right, and what the tagger says, on these and on held-out rendered scenes; the curves of certainty that
fit; and what comes of the rule at other thresholds. Real clips are only shown: nothing is fitted to them. Needs ffmpeg
for clips.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from ..command_line import entry_point, existing_folder, existing_pack, positive
from ..export.eyes import EYES, SAID_ABOVE, TAGGER, pretrained
from ..export.restore import restore
from ..eyes import Calibration, Group, group_probabilities, look
from ..presets import preset_named
from ..scenes import render
from ..system import AVLink, to_frames
from ..tagger import SEEN_ABOVE
from ..vocabulary import VOCABULARY, WIDE_VOCABULARY, understand
from .composites import composites, read_cutouts
from .media import VIDEOS, read_frames, read_pictures
from .sight import Eyes, best, speaker

# Groups that show a thing, where they are not the one of its name.
SHOWN_BY: dict[str, tuple[str, ...]] = {
    "ambulance": ("ambulance", "car", "truck"),
    "axe": ("hatchet",),
    "bell": ("bell", "gong"),
    "bird": ("bird", "duck or goose"),
    "bowling": ("ball",),
    "car": ("car", "ambulance"),
    "chicken": ("hen", "rooster", "prairie chicken"),
    "computer": ("laptop", "keyboard"),
    "drum": ("drum", "drumstick"),
    "fire engine": ("truck",),
    "ice hockey": ("puck",),
    "keyboard": ("keyboard", "typewriter"),
    "knife": ("cleaver",),
    "motorbike": ("motorcycle",),
    "mouse click": ("mouse",),
    "rocket": ("missile", "space shuttle"),
    "rooster": ("rooster", "hen"),
    "shaker": ("maraca",),
    "tennis": ("racket", "ball"),
    "train": ("train", "steam locomotive"),
    "trumpet": ("horn",),
    "wave": ("sea shore",),
    "wolf": ("wolf", "dog"),
    "xylophone": ("marimba",),
}
# Words that most pictures show somehow: a tagger that says these alone has named nothing.
COMMON = frozenset(
    (
        "object",
        "person",
        "hand",
        "floor",
        "sky",
        "surface",
        "picture",
        "thing",
        "loud",
        "quiet",
        "fast",
        "slow",
        "heavy",
        "light",
        "single",
        "two",
        "several",
        "still",
        "steady",
        "move",
    )
)
FLOORS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
SCENE_LOOKS = (10, 32, 54)  # frames of a scene that the eyes get


@dataclass(frozen=True)
class Seen:
    """What one clip shows, by the eyes and by the tagger."""

    probability: float  # of the best group that can be said
    right: bool
    surest: float  # of the tagger's words; 0 where it says nothing
    tagger_right: bool


def shown_by(thing: str, groups: Sequence[Group]) -> tuple[str, ...]:
    """Names of the groups that are right for a class of cut-outs; none where the network has no class for it."""
    names = {group.name for group in groups}
    return SHOWN_BY.get(thing, (thing,) if thing in names else ())


def fit(probabilities: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None) -> Calibration:
    """The curve of certainty under which what was right is most likely."""
    p = np.clip(np.array(probabilities), 1e-6, 1 - 1e-6)
    model = LogisticRegression(C=1e6).fit(np.log(p / (1 - p))[:, None], np.array(right), sample_weight=weights)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))


def outcome(clips: Iterable[Seen], floor: float, eyes: Calibration, tagger: Calibration) -> dict[str, int]:
    """How often what the rule says is right and wrong, by who says it."""
    counts = {"eyes right": 0, "eyes wrong": 0, "tagger right": 0, "tagger wrong": 0, "nobody": 0}
    for clip in clips:
        who = speaker(eyes.certainty(clip.probability), clip.surest, floor, tagger)
        right = clip.right if who == "eyes" else clip.tagger_right
        counts[who if who == "nobody" else f"{who} {'right' if right else 'wrong'}"] += 1
    return counts


class Watchers(Eyes):
    """Eyes and tagger."""

    def __init__(self, pack: Path, eyes: Path) -> None:
        super().__init__(eyes)
        # The vocabulary that a pack was trained with, for a pack of today.
        self.vocabulary = VOCABULARY
        self.system = AVLink(preset_named("mini")).eval()
        restore(pack, self.system)

    @torch.no_grad()
    def tags(self, frames: torch.Tensor) -> list[tuple[float, str]]:
        """Words that the tagger sees in uint8 frames [windows, 64, 3, 64, 64] of a clip, with their probabilities."""
        logits = self.system.word_logits(self.system.video_encoder(to_frames(frames))).mean(0)
        p = torch.sigmoid(logits).tolist()
        return [(value, word) for value, word in zip(p, self.vocabulary, strict=True) if value > SEEN_ABOVE]


def cutouts_section(watchers: Watchers, folder: Path, seeds: int) -> tuple[list[str], list[Seen]]:
    groups, reference = watchers.groups, pretrained()
    cutouts = read_cutouts(folder)
    named = same = both_five = 0.0
    hits = {"8 bits": [0, 0], "float32": [0, 0]}
    seen: list[Seen] = []
    pictures = 0
    for seed in range(1, seeds + 1):
        for clip in composites(cutouts, seed):
            wanted = shown_by(clip.thing, groups)
            pixels = look(clip.pictures, clip.aspect)
            with torch.no_grad():
                found = {"8 bits": watchers.logits(pixels), "float32": reference(torch.from_numpy(pixels)).numpy()}
            order = {name: np.argsort(-logits, axis=1)[:, :5] for name, logits in found.items()}
            pictures += len(pixels)
            same += float((order["8 bits"][:, 0] == order["float32"][:, 0]).sum())
            both_five += sum(len(set(a) & set(b)) / 5 for a, b in zip(order["8 bits"], order["float32"], strict=True))
            for name, logits in found.items():
                ranked = np.argsort(-group_probabilities(logits, groups))
                hits[name][0] += groups[ranked[0]].name in wanted
                hits[name][1] += any(groups[k].name in wanted for k in ranked[:5])
            named += bool(wanted)
            probability, group = best(group_probabilities(found["8 bits"], groups), groups, WIDE_VOCABULARY)
            tags = watchers.tags(torch.from_numpy(clip.frames)[None])
            said = {w for g in groups if g.name in wanted for way in g.say for w in way} | set(understand(clip.thing))
            right = any(word in said and word not in COMMON for _, word in tags)
            seen.append(Seen(probability, group.name in wanted, max((p for p, _ in tags), default=0.0), right))
    lines = [
        "## Cut-outs over backdrops",
        "",
        f"{len(seen)} clips, of which {named:.0f} show a thing that the network has a class for.",
        "",
        "| weights | right group best | among the best five |",
        "|---|---|---|",
        *(f"| {name} | {one / named:.3f} | {five / named:.3f} |" for name, (one, five) in hits.items()),
        "",
        f"Of 8 bits and float32, picture by picture: the same best class in {same / pictures:.3f}, "
        f"{both_five / pictures:.3f} of the best five classes in common ({pictures} pictures).",
    ]
    return lines, seen


def scenes_section(watchers: Watchers, count: int) -> list[Seen]:
    """Held-out rendered scenes: what is said is right where it is in the caption."""
    seen: list[Seen] = []
    looks = torch.tensor(SCENE_LOOKS)
    for part in range(0, count, 8):
        small = render(77_000 + part, 8, split="heldout", sound=False)
        large = render(77_000 + part, 8, split="heldout", sound=False, size=224, frame_indices=looks)
        for i, caption in enumerate(small.captions):
            shown = set(understand(caption))
            pixels = large.frames[i].permute(0, 2, 3, 1).numpy().astype(np.float32)
            p = group_probabilities(watchers.logits(pixels), watchers.groups)
            probability, group = best(p, watchers.groups, WIDE_VOCABULARY)
            tags = watchers.tags(small.frames[i : i + 1])
            words = [word for _, word in tags]
            hit = sum(word in shown for word in words)
            right = 2 * hit >= len(words) and any(word in shown and word not in COMMON for word in words)
            is_right = all(word in shown for word in group.words(WIDE_VOCABULARY))
            seen.append(Seen(probability, is_right, max((q for q, _ in tags), default=0.0), right))
    return seen


def rule_section(cut: list[Seen], scenes: list[Seen]) -> list[str]:
    eyes = fit([c.probability for c in cut], [c.right for c in cut])
    said = [[c for c in clips if c.surest > 0] for clips in (cut, scenes)]
    # Both kinds count the same, however many there are.
    weights = [len(said[0] + said[1]) / 2 / len(clips) for clips in said for _ in clips]
    tagger = fit([c.surest for c in said[0] + said[1]], [c.tagger_right for c in said[0] + said[1]], weights)
    lines = ["", "## The rule", "", "| certainty | slope | offset | shipped |", "|---|---|---|---|"]
    for name, made, used in (("eyes", eyes, EYES), ("tagger", tagger, TAGGER)):
        lines.append(f"| {name} | {made.slope:.2f} | {made.offset:.2f} | {used.slope:.2f}, {used.offset:.2f} |")
    lines += ["", "| said from | clips | " + " | ".join(outcome([], 0, EYES, TAGGER)) + " |", "|---" * 7 + "|"]
    for floor in (None, *FLOORS):
        for name, clips in (("cut-outs", cut), ("scenes", scenes)):
            counts = outcome(clips, 2.0 if floor is None else floor, EYES, TAGGER)
            label = "tagger alone" if floor is None else f"{floor:.2f}" + (" (shipped)" if floor == SAID_ABOVE else "")
            lines.append(f"| {label} | {name} | " + " | ".join(str(n) for n in counts.values()) + " |")
    return lines


def clips_section(watchers: Watchers, folder: Path, seconds: float = 8.0) -> list[str]:
    """What is said of real clips, by a pack of today and one with all words; shown, never fitted to."""
    lines = ["", "## Real clips", "", "| clip | tagger | eyes see | eyes would say | used |", "|---|---|---|---|---|"]
    for path in sorted(p for p in folder.iterdir() if p.suffix in VIDEOS):
        pictures, aspect = read_pictures(path, seconds)
        p = group_probabilities(watchers.logits(look(pictures, aspect)), watchers.groups)
        frames = read_frames(path, seconds)[: int(seconds * 15.625)]
        whole = max(1, len(frames) // 64)
        padded = np.concatenate([frames, frames[-1:].repeat(max(0, 64 - len(frames)), 0)])[: whole * 64]
        tags = watchers.tags(torch.from_numpy(padded.copy()).unflatten(0, (whole, 64)))
        surest = max((q for q, _ in tags), default=0.0)
        cells = [", ".join(word for _, word in tags) + (f" ({TAGGER.certainty(surest):.2f})" if tags else "")]
        top = int(p.argmax())
        cells.append(f"{watchers.groups[top].name} {p[top]:.2f}")
        said, used = [], []
        for vocabulary in (VOCABULARY, WIDE_VOCABULARY):
            probability, group = best(p, watchers.groups, vocabulary)
            sure = EYES.certainty(probability)
            words = " ".join(group.words(vocabulary)) if sure >= SAID_ABOVE else ""
            said.append(f"{words} ({sure:.2f})" if words else "-")
            who = speaker(sure, surest, SAID_ABOVE, TAGGER)
            used.append("-" if who == "nobody" else who)
        cells += [" / ".join(dict.fromkeys(said)), " / ".join(dict.fromkeys(used))]
        lines.append(f"| {path.stem} | " + " | ".join(cells) + " |")
    return [*lines, "", "Where two are given, the second is that of a pack with all words."]


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cutouts", type=existing_folder, required=True)
    parser.add_argument("--pack", type=existing_pack, required=True)
    parser.add_argument("--eyes", type=existing_folder, default=Path("../public/models/eyes"))
    parser.add_argument("--seeds", type=positive, default=2, help="clips of each cut-out; default: 2")
    parser.add_argument("--scenes", type=positive, default=256, help="held-out rendered scenes; default: 256")
    parser.add_argument("--clips", type=existing_folder, help="real clips, which are only shown")
    parser.add_argument("--out", type=Path, help="also write the report here")
    args = parser.parse_args()
    watchers = Watchers(args.pack, args.eyes)
    lines, cut = cutouts_section(watchers, args.cutouts, args.seeds)
    lines += rule_section(cut, scenes_section(watchers, args.scenes))
    if args.clips:
        lines += clips_section(watchers, args.clips)
    settings = {"seeds": args.seeds, "scenes": args.scenes, "pack": args.pack.name, "eyes": args.eyes.name}
    text = "\n".join(["# Eyes", "", *lines, "", f"Settings: {json.dumps(settings)}", ""])
    if args.out:
        args.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
