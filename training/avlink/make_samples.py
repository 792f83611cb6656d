"""Make the app's sample clips from held-out scenes: silent videos to give a sound, and sounds to give a clip.

Usage: python -m avlink.make_samples OUT_DIR     (the app's are in public/samples; needs the Debian package ffmpeg)
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from .command_line import entry_point
from .scenes import FPS, SAMPLE_RATE, WINDOW, SceneBatch, render
from .scenes.contact_sheet import write_wav

SIZE = 256
CANDIDATES = 6


@dataclass(frozen=True)
class Sample:
    """One file to make: of `CANDIDATES` scenes of the family, the one whose number of events is nearest to `events`."""

    name: str
    title: str
    korean: str
    task: Literal["v2a", "a2v"]
    family: str
    events: int
    seed: int


# Chosen by eye and ear among some seeds: sharp, well lit, several contacts in sight.
SAMPLES = (
    Sample("bouncing.mp4", "Two glass balls", "유리공 두 개", "v2a", "bouncing", 6, 9001),
    Sample("hammer.mp4", "Hammer on stone", "돌을 치는 망치", "v2a", "striking", 6, 9022),
    Sample("footsteps.mp4", "Footsteps on wood", "나무 위의 발걸음", "v2a", "footsteps", 8, 9003),
    Sample("drops.mp4", "Dripping water", "떨어지는 물방울", "v2a", "drops", 7, 9025),
    Sample("falling.mp4", "Falling glass", "떨어지는 유리", "v2a", "falling", 4, 9023),
    Sample("bounces.m4a", "Bouncing glass", "튀는 유리", "a2v", "bouncing", 6, 9011),
    Sample("claps.m4a", "Clapping hands", "손뼉 소리", "a2v", "clapping", 7, 9012),
    Sample("blows.wav", "Hammer blows", "망치 소리", "a2v", "striking", 5, 9013),
)


def choose(sample: Sample) -> tuple[SceneBatch, int]:
    """The rendered candidates and the index of the one to take; picture only where the sample needs one."""
    batch = render(
        sample.seed,
        CANDIDATES,
        split="heldout",
        size=SIZE,
        families=[sample.family],
        sight=sample.task == "v2a",
        wild=0,
    )
    number = (~batch.events.isnan()).sum(1)
    # Early onsets are easier to judge than a clip that starts with nothing.
    late = (batch.events.nan_to_num(WINDOW).min(1).values - 0.5).clamp_min(0)
    return batch, int(((number - sample.events).abs() + 2 * late).argmin())


def write_video(path: Path, frames: Tensor) -> None:
    """frames: uint8 [F, 3, H, W]; no audio track."""
    size = f"{frames.shape[-1]}x{frames.shape[-2]}"
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", size, "-framerate", str(FPS), "-i", "-"]
    colour = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    coding = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "26", "-maxrate", "320k", "-bufsize", "640k"]
    matrix = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", *colour]
    ffmpeg(*source, *matrix, *coding, "-movflags", "+faststart", str(path), data=frames.permute(0, 2, 3, 1))


def write_sound(path: Path, audio: Tensor) -> None:
    """audio: float [n], mono at 16 kHz; the suffix says how it is coded."""
    if path.suffix == ".wav":
        write_wav(path, audio)
        return
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        write_wav(wav, audio)
        ffmpeg("-i", str(wav), "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", str(path))


def ffmpeg(*args: str, data: Tensor | None = None) -> None:
    pipe = None if data is None else data.contiguous().cpu().numpy().tobytes()
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-bitexact", *args], input=pipe, check=True)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    listing = []
    for sample in SAMPLES:
        batch, index = choose(sample)
        path = out / sample.name
        if sample.task == "v2a":
            write_video(path, batch.frames[index])
        else:
            write_sound(path, batch.audio[index])
        number = int((~batch.events[index].isnan()).sum())
        print(f"{sample.name}: {path.stat().st_size} bytes, {number} events, {batch.captions[index]!r}")
        seconds = len(batch.frames[index]) / FPS if sample.task == "v2a" else batch.audio.shape[1] / SAMPLE_RATE
        titles = {"title": sample.title, "titles": {"ko": sample.korean}}
        listing.append({"file": sample.name, **titles, "task": sample.task, "seconds": seconds})
    (out / "samples.json").write_text(json.dumps(listing, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
