"""Endless audio-visual scenes with exact alignment, rendered in batches from a seed.

`render` draws one batch: picture and sound come from the same simulated events, so a contact in the picture and its
onset in the sound are the same moment. The same seed, batch size, split and families give the same scenes at
any picture size and for any selection of frames; only the sensor noise differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import torch
from torch import Tensor

from ..vocabulary import encode_caption
from .captions import caption
from .catalogue import CONTINUOUS, SIMULATORS
from .common import EVENTS, FPS, FRAMES, MATERIALS, NEVER, SAMPLE_RATE, SAMPLES, WINDOW, Draw, Score, Sketch
from .cuts import draw_cuts
from .distractors import extras, mirror
from .lens import draw_lens
from .sight import draw_frames, draw_look, mute, separate
from .sound import draw_voices, level_of, synthesise
from .studio import bare, clear, furnish

FAMILIES: tuple[str, ...] = tuple(SIMULATORS)
EVENED = 0.75  # power of the families' shares in training
WILD = 2 / 3  # share of the clips that look like found video: see `render`

__all__ = [
    "CONTINUOUS",
    "EVENED",
    "EVENTS",
    "FAMILIES",
    "FPS",
    "FRAMES",
    "MATERIALS",
    "SAMPLES",
    "SAMPLE_RATE",
    "WILD",
    "WINDOW",
    "SceneBatch",
    "render",
]


@dataclass(frozen=True)
class SceneBatch:
    """A rendered batch; `frames` has F = 0 without sight, `audio` and `level` have no samples without sound."""

    frames: Tensor  # uint8 [B, F, 3, size, size], RGB
    audio: Tensor  # float32 [B, 65536], 16 kHz mono, |x| <= 0.98
    bag: Tensor  # float32 [B, V] multi-hot of caption words
    captions: list[str]
    family: Tensor  # int64 [B], index into FAMILIES
    events: Tensor  # float32 [B, 24] seconds of the audible discrete events, NaN padded
    strengths: Tensor  # float32 [B, 24] in 0..1, NaN padded
    level: Tensor  # float32 [B, 128] RMS per 512 samples of the final audio (31.25 Hz)
    material: Tensor  # int64 [B] the one material that sounds, index into MATERIALS; -1: none, several or not struck
    wild: Tensor  # bool [B] whether the clip looks like found video
    studio: Tensor  # bool [B] whether it has the one look that pictures are generated in: see studio.py


def _simulate(draw: Draw, family: Tensor) -> tuple[Sketch, Score, list[dict[str, int]]]:
    """Run every family's simulator on its clips and gather the results in batch order."""
    batch = family.numel()
    sketch, score = Sketch(batch), Score.empty(batch)
    attributes: list[dict[str, int]] = [{} for _ in range(batch)]
    for index, (simulate, _) in enumerate(SIMULATORS.values()):
        clips = (family == index).nonzero()[:, 0]
        if clips.numel() == 0:
            continue
        drawn, heard, facts = simulate(draw, clips.numel())
        for name in ("dyn", "stat", "camera", "blur", "rain", "rain_shape", "night"):
            getattr(sketch, name)[clips] = getattr(drawn, name)
        for item in fields(Score):
            getattr(score, item.name)[clips] = getattr(heard, item.name)
        table = {name: value.tolist() for name, value in facts.items()}
        for row, clip in enumerate(clips.tolist()):
            attributes[clip] = {name: int(values[row]) for name, values in table.items()}
    return sketch, score, attributes


def _thin(score: Score) -> None:
    """Drop every event that follows another one within 50 ms: the ear and the onset measure hear one."""
    order = score.time.argsort(1)
    for name in ("time", "strength", "voice", "pitch"):
        setattr(score, name, getattr(score, name).gather(1, order))
    last = torch.full_like(score.time[:, 0], -NEVER)
    for i in range(score.time.shape[1]):
        now = score.time[:, i]
        drop = now - last < 0.05
        score.time[:, i] = torch.where(drop | (now < 0), torch.full_like(now, NEVER), now)
        last = torch.where(drop, last, now)


def render(
    seed: int,
    batch: int,
    *,
    split: Literal["train", "heldout"] = "train",
    device: torch.device | str = "cpu",
    size: int = 64,
    frame_indices: Tensor | None = None,
    families: Sequence[str] | None = None,
    sound: bool = True,
    sight: bool = True,
    wild: float = WILD,
    studio: float = 0.0,
    hints: bool = True,
    take: int = 0,
) -> SceneBatch:
    """Render `batch` clips of 4.096 s.

    frame_indices: int64 [B, F] or [F], the frames of the 64 (15.625 fps) that are drawn; None draws all.
    families: names out of FAMILIES, drawn evenly; None draws all by their weights, evened out in training (about 77
    and 73 % with visible contacts).
    wild: share of the clips that look like found video (hand-held and far cameras, clutter, people, cuts, titles, bad
    light, coding); the others are clean. studio: share of the clips in the look that pictures are generated in, taken
    from the others evenly. hints: False makes all colours free, so that none tells a material. take: the same events
    played again, with other noise where sound is made of noise.
    """
    where = torch.device(device)
    heldout = split == "heldout"
    # Mix, so that neighbouring seeds and the two splits share nothing.
    mixed = (seed * 0x9E3779B97F4A7C15 + (0x5851F42D4C957F2D if heldout else 0x14057B7EF767814F)) % (1 << 63)
    draw = Draw(mixed, heldout, hints)
    names = list(SIMULATORS)
    if families is None:
        weights = torch.tensor([weight for _, weight in SIMULATORS.values()])
        # What comes up seldom is learned from few clips: training evens the shares out a little.
        weights = weights if heldout else weights**EVENED
        family = torch.multinomial(weights, batch, replacement=True, generator=draw.gen)
    else:
        chosen = torch.tensor([names.index(name) for name in families])
        family = chosen[draw.pick(len(families), batch)]
    sketch, score, attributes = _simulate(draw, family)
    found = draw.uniform(0, 1, batch) < wild
    # By draws of its own: what happens, and how it sounds, is the same in the studio.
    staged = torch.rand(batch, generator=torch.Generator().manual_seed((mixed ^ 0x57D10) % (1 << 62))) < studio
    found &= ~staged
    scenes = bare(sketch, staged)
    extras(draw, sketch, score.silent, found)
    clear(sketch, scenes, staged)
    mirror(sketch, draw.chance(0.5, batch))
    look = draw_look(draw, found, sketch.night)
    lens = draw_lens(draw, found)
    separate(draw, sketch, look)
    mute(draw, sketch, look, found)
    furnish(sketch, look, lens, staged)
    _thin(score)
    cuts = draw_cuts(draw, sketch, score, found)
    voice = draw_voices(draw, score)
    words = draw.pick(1 << 30, batch).tolist()
    loud = score.loud.tolist()
    for facts, number in zip(attributes, (score.time < WINDOW).sum(1).tolist(), strict=True):
        facts["events"] = number
    single = [caption(names[f], attributes[i], loud[i], words[i]) for i, f in enumerate(family.tolist())]
    captions = [
        f"{single[i]}, then {single[other]}" if both else single[i]
        for i, (both, other) in enumerate(zip(cuts.scene.tolist(), cuts.partner.tolist(), strict=True))
    ]

    if sight:
        chosen_frames = torch.arange(FRAMES) if frame_indices is None else frame_indices.cpu().long()
        if chosen_frames.dim() == 1:
            chosen_frames = chosen_frames.expand(batch, -1)
        frames = draw_frames(
            sketch, look, lens, cuts.sources(), chosen_frames, size, where, (mixed ^ 0x5EED) % (1 << 62)
        )
    else:
        frames = torch.zeros(batch, 0, 3, size, size, dtype=torch.uint8, device=where)
    if sound:
        audio = cuts.splice(synthesise(score, voice, where, (mixed ^ 0xA0D10 ^ take) % (1 << 62)))
        level = level_of(audio)
    else:
        audio, level = torch.zeros(batch, 0, device=where), torch.zeros(batch, 0, device=where)

    times, strengths = cuts.events(score)
    absent = times > WINDOW
    nan = torch.full_like(times, float("nan"))
    material = torch.where(cuts.scene, torch.full_like(family, -1), score.sounding())
    return SceneBatch(
        frames=frames,
        audio=audio,
        bag=torch.stack([encode_caption(text) for text in captions]).to(where),
        captions=captions,
        family=family.to(where),
        events=torch.where(absent, nan, times).to(where),
        strengths=torch.where(absent, nan, strengths).to(where),
        level=level,
        material=material.to(where),
        wild=found.to(where),
        studio=staged.to(where),
    )
