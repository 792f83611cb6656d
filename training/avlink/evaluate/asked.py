"""What an independent listener hears in sound that one word asks for, beside recordings of the same things.

    python -m avlink.evaluate.asked --folder runs/next --preset next --judge PATH/listen.py --sounds PATH

Twenty words, each with several seeds, made by the sound generator and its timing adapter without any picture: first
told nothing but the word, then told four hits (or, of what goes on, a level) as well. A sound counts as right if one of
the judge's five best classes belongs to the word's group. With --sounds, held-out recordings at the same hits show what
can be reached, and the Frechet distance to them is measured. No weight is trained or chosen on a judge.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor

from ..command_line import add_preset, entry_point, positive
from ..directed import timing_track
from ..flow import schedule, solve
from ..recorded_scenes import RecordedScenes, bag_of, words_of
from ..recordings import read_bank, split_of
from ..system import AVLink
from .recorded import classes, distance
from .results import write

# What a listener may call the sound of each class of the bank: the names of AudioSet, up to their first comma.
GROUPS: dict[str, tuple[str, ...]] = {
    "clock": ("Clock", "Tick", "Tick-tock", "Alarm clock", "Clicking", "Mechanisms"),
    "dog": ("Dog", "Bark", "Yip", "Howl", "Bow-wow", "Growling", "Whimper (dog)", "Domestic animals"),
    "speech": ("Speech", "Child speech", "Conversation", "Narration", "Babbling", "Speech synthesizer"),
    "baby": ("Baby cry", "Crying", "Whimper", "Baby laughter", "Child speech", "Babbling", "Wail"),
    "drum": ("Drum", "Drum kit", "Snare drum", "Bass drum", "Percussion", "Drum roll", "Timpani", "Tabla", "Rimshot"),
    "typing": ("Typing", "Computer keyboard", "Typewriter", "Clicking"),
    "guitar": ("Guitar", "Acoustic guitar", "Electric guitar", "Plucked string instrument", "Strum", "Bass guitar"),
    "rain": ("Rain", "Raindrop", "Rain on surface"),
    "sneeze": ("Sneeze", "Cough", "Throat clearing", "Sniff"),
    "fire": ("Fire", "Crackle"),
    "sea": ("Ocean", "Waves", "Water", "Stream", "Waterfall"),
    "chainsaw": ("Chainsaw", "Light engine (high frequency)", "Lawn mower", "Power tool", "Engine"),
    "helicopter": ("Helicopter", "Aircraft", "Propeller", "Aircraft engine", "Fixed-wing aircraft"),
    "rooster": ("Crowing", "Chicken", "Fowl", "Cluck"),
    "bird": ("Bird", "Bird vocalization", "Chirp", "Squawk", "Crow", "Caw", "Owl", "Hoot", "Pigeon", "Coo"),
    "gun": ("Gunshot", "Machine gun", "Fusillade", "Artillery fire", "Cap gun"),
    "cymbal": ("Cymbal", "Hi-hat", "Drum kit", "Percussion"),
    "bell": ("Bell", "Church bell", "Jingle bell", "Bicycle bell", "Chime", "Change ringing (campanology)", "Doorbell"),
    "footstep": ("Walk", "Run", "Shuffle"),
    "insect": ("Insect", "Cricket", "Mosquito", "Fly", "Buzz", "Bee"),
}
GOING_ON = ("rain", "fire", "sea", "chainsaw", "helicopter", "insect")
HITS = ((0.4, 0.8), (1.3, 1.0), (2.1, 0.6), (3.1, 0.9))
LEVEL = ((0.0, 0.6), (4.1, 0.6))


def right(heard: Iterable[str], word: str) -> bool:
    """Whether one of the classes heard belongs to the word's group."""
    return any(name.split(",")[0] in GROUPS[word] for name in heard)


@torch.no_grad()
def made(system: AVLink, word: str, seeds: int, guidance: float, steps: int, told: bool) -> np.ndarray:
    """Sounds [seeds, N] for one word, by the generator and the timing adapter alone."""
    grid = system.grid
    bag = bag_of(words_of(word))[: system.vocabulary].expand(seeds, -1)
    none = torch.zeros_like(bag)
    timing: Tensor | None = None
    if told:
        hits, level = ((), LEVEL) if word in GOING_ON else (HITS, ())
        timing = timing_track(hits, level, grid.audio_latents, grid.audio_latent_rate).expand(seeds, -1, -1)

    def once(x: Tensor, t: Tensor, bag: Tensor) -> Tensor:
        return system.audio.velocity(system.told_end(x, t, bag, timing), x, t)

    def velocity(x: Tensor, now: float) -> Tensor:
        t = torch.full((seeds,), now)
        full = once(x, t, bag)
        if guidance == 1:
            return full
        pull = (guidance - 1) * (full - once(x, t, none))
        pull[..., : grid.level_channels] = 0  # how loud it is follows the timing, not the word
        return full + pull

    start = torch.randn(seeds, *grid.audio_shape, generator=torch.Generator().manual_seed(1))
    latents = solve(velocity, start, schedule(steps, 1.0))
    return np.asarray(system.audio_decoder(latents).clamp(-1, 1))


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/next"))
    add_preset(parser)
    parser.add_argument("--sounds", type=Path, help="a bank of recordings, for what can be reached")
    parser.add_argument("--judge", type=Path, required=True, help="a program that listens")
    parser.add_argument("--judge-python", default=sys.executable, help="what runs it")
    parser.add_argument("--seeds", type=positive, default=8)
    parser.add_argument("--steps", type=positive, default=16)
    parser.add_argument("--guidance-text", type=float, default=2.0)
    parser.add_argument("--threads", type=positive)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    system = AVLink.load(args.folder, args.preset, ("audio", "timing", "audio_decoder"))
    rate = system.sound_rate
    judge = [args.judge_python, str(args.judge)]
    out = args.folder / "asked"
    scenes = None
    if args.sounds:
        held_out = split_of(read_bank(args.sounds), "heldout")
        scenes = RecordedScenes(held_out, rate, system.grid.window_seconds)
    report: dict[str, Any] = {"task": "asked"}
    ways = ["word", "word and timing", *(["recordings"] if scenes else [])]
    for way in ways:
        folder = out / way.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.wav"):
            stale.unlink()
        shares = {}
        for word in GROUPS:
            if way == "recordings":
                assert scenes is not None
                hits = () if word in GOING_ON else HITS
                waves = np.stack([scenes.played(word, k, hits) for k in range(args.seeds)])
            else:
                waves = made(system, word, args.seeds, args.guidance_text, args.steps, way != "word")
            files = [folder / f"{word}-{k}.wav" for k in range(args.seeds)]
            for file, wave in zip(files, waves, strict=True):
                soundfile.write(file, wave, rate)
            shares[word] = float(np.mean([right(found, word) for found in classes(judge, files, "max").values()]))
        report[f"heard, {way}"] = {"mean": float(np.mean(list(shares.values())))} | shares
    if scenes:
        report["Frechet distance to recordings"] = {
            way: distance(judge, out / "recordings", out / way.replace(" ", "-")) for way in ways[:2]
        }
    report["settings"] = {"seeds": args.seeds, "steps": args.steps, "guidance_text": args.guidance_text}
    print(write(report, args.folder))


if __name__ == "__main__":
    main()
