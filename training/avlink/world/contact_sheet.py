"""One picture of all things: for each, eight frames around a hit, and the waveform of the clip beneath.

python -m avlink.world.contact_sheet --out docs/world.webp --cutouts PATH --sounds PATH
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..command_line import entry_point, existing_folder, positive
from ..grid import GRID
from .catalogue import BY_NAME, THINGS
from .clips import Clip, World

FRAMES = 8
BEFORE = 3  # frames before the one of the hit
GAP, WAVE = 2, 0.34  # pixels between frames, and the waveform's height in frames
INK, PAPER, MARK = (59, 42, 92), (255, 255, 255), (255, 122, 89)


def chosen(world: World, thing: str, seed: int, size: int) -> tuple[Clip, int]:
    """A clip of the thing with enough going on, and the frame of the hit that it is shown around."""
    clip = None
    for attempt in range(40):
        clip = world.clip(seed + attempt, thing, sizes=(8,), frames=(0,))
        inside = [hit for hit in clip.hits if 0.7 < hit.time < GRID.window_seconds - 0.6]
        if inside or (clip.wave.any() and not world_has_hits(thing)):
            break
    assert clip is not None
    inside = [hit for hit in clip.hits if 0.7 < hit.time < GRID.window_seconds - 0.6]
    loudest = max(inside, key=lambda hit: hit.strength).time if inside else float(np.argmax(clip.level)) * 0.032
    at = min(GRID.frames - FRAMES + BEFORE, max(BEFORE, int(np.ceil(loudest * GRID.fps - 0.5))))
    frames = range(at - BEFORE, at - BEFORE + FRAMES)
    return world.clip(clip.seed, thing, sizes=(size,), frames=tuple(frames)), at


def world_has_hits(thing: str) -> bool:
    """Whether something of the thing is struck."""
    return bool(BY_NAME[thing].voice.struck) or BY_NAME[thing].voice.inner


def row(clip: Clip, first: int, size: int) -> Image.Image:
    """The strip of one thing."""
    width = FRAMES * (size + GAP) - GAP
    tall = round(size * WAVE)
    strip = Image.new("RGB", (width, size + GAP + tall), PAPER)
    for k, frame in enumerate(clip.frames[size]):
        strip.paste(Image.fromarray(frame), (k * (size + GAP), 0))
    draw = ImageDraw.Draw(strip)
    middle, seconds = size + GAP + tall // 2, GRID.window_seconds
    shown = (first / GRID.fps, (first + FRAMES) / GRID.fps)
    draw.rectangle(
        (shown[0] / seconds * width, size + GAP, shown[1] / seconds * width, size + GAP + tall), fill=(255, 236, 214)
    )
    peaks = np.abs(clip.narrow[: width * (len(clip.narrow) // width)].reshape(width, -1)).max(1)
    scale = (tall / 2 - 1) / max(1e-3, float(peaks.max()))
    for x, peak in enumerate(peaks):
        high = max(0.5, float(peak) * scale)
        draw.line((x, middle - high, x, middle + high), fill=INK)
    for hit in clip.hits:
        place = hit.time / seconds * width
        draw.polygon([(place - 4, size + GAP), (place + 4, size + GAP), (place, size + GAP + 7)], fill=MARK)
    return strip


def sheet(world: World, size: int, seed: int, names: list[str], columns: int) -> Image.Image:
    """All things, `columns` of them side by side."""
    strips = []
    for k, name in enumerate(names):
        clip, at = chosen(world, name, seed + 97 * k, size)
        strips.append(row(clip, at - BEFORE, size))
    label, margin = max(14, size // 5), max(6, size // 10)
    wide, tall = strips[0].width + margin, strips[0].height + label + margin
    rows = -(-len(strips) // columns)
    made = Image.new("RGB", (columns * wide + margin, rows * tall + margin), PAPER)
    draw = ImageDraw.Draw(made)
    font = ImageFont.load_default(size=label - 3)
    for k, (name, strip) in enumerate(zip(names, strips, strict=True)):
        x, y = margin + (k % columns) * wide, margin + (k // columns) * tall
        draw.text((x, y - 2), name, fill=INK, font=font)
        made.paste(strip, (x, y + label))
    return made


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cutouts", type=existing_folder, required=True)
    parser.add_argument("--sounds", type=existing_folder, required=True)
    parser.add_argument("--split", choices=("train", "heldout"), default="train")
    parser.add_argument("--size", type=positive, default=96)
    parser.add_argument("--columns", type=positive, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--things", default=",".join(thing.name for thing in THINGS), help="separated by commas")
    parser.add_argument("--quality", type=positive, default=82)
    arguments = parser.parse_args()
    world = World(arguments.cutouts, arguments.sounds, arguments.split)
    names = arguments.things.split(",")
    made = sheet(world, arguments.size, arguments.seed, names, arguments.columns)
    made.save(arguments.out, quality=arguments.quality, method=6)


if __name__ == "__main__":
    main()
