"""Score generated sound against the real sound of real videos, with every control.

    python -m avlink.evaluate.clips REFERENCES GENERATED [--match REGEX] [--seconds 8]

Pairs files by stem. Prints a table: onset recall, precision and F1 of the generated sound, of the sound of every other
reference (chance), of click trains and of clicks where the picture moves most, all on the same clips. Needs ffmpeg.
References without a single onset are left out.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import numpy as np

from ..grid import GRID
from . import metrics
from .metrics import RATE, Agreement

Rows = dict[str, list[Agreement]]


def read_sound(path: Path, seconds: float) -> np.ndarray:
    """Mono samples at the metric's rate; empty when the file has no sound."""
    args = ["-vn", "-ac", "1", "-ar", str(RATE), "-f", "f32le"]
    return np.frombuffer(_ffmpeg(path, seconds, args), np.float32)


def read_frames(path: Path, seconds: float) -> np.ndarray:
    """uint8 frames [T, 3, size, size] on the model's grid."""
    size = GRID.frame_size
    args = ["-an", "-vf", f"fps={GRID.fps},scale={size}:{size}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo"]
    pixels = np.frombuffer(_ffmpeg(path, seconds, args), np.uint8)
    return pixels.reshape(-1, size, size, 3).transpose(0, 3, 1, 2)


def _ffmpeg(path: Path, seconds: float, args: list[str]) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-t", str(seconds), *args, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def score(references: dict[str, Path], generated: dict[str, Path], seconds: float, tolerance: float = 0.1) -> Rows:
    """Agreements of every pair and of its controls; keys of both are stems. Raises ValueError without a pair."""
    pairs = sorted(references.keys() & generated.keys())
    sounds = {name: read_sound(references[name], seconds) for name in pairs}
    marks = {name: metrics.onset_samples(sound) for name, sound in sounds.items() if sound.size}
    names = [name for name in marks if marks[name]]
    if not names:
        raise ValueError("no generated file bears the name of a reference whose sound has onsets")
    rows: Rows = {name: [] for name in ("generated", "other clip", "clicks 4 Hz", "clicks 8 Hz", "motion peaks")}
    for name in names:
        length = sounds[name].size / RATE
        moves = metrics.motion_onsets(read_frames(references[name], seconds), GRID.fps)
        heard = {
            "generated": read_sound(generated[name], seconds),
            "clicks 4 Hz": metrics.click_train(4, length),
            "clicks 8 Hz": metrics.click_train(8, length),
            "motion peaks": metrics.clicks(moves, length),
        }
        for kind, wave in heard.items():
            rows[kind].append(metrics.compare(marks[name], wave, tolerance))
        rows["other clip"] += [metrics.compare(marks[name], sounds[n], tolerance) for n in names if n != name]
    return rows


def table(rows: Rows) -> str:
    """The means as Markdown."""
    lines = ["| | recall | precision | F1 | clips |", "|---|---|---|---|---|"]
    for kind, found in rows.items():
        mean = metrics.total(found)
        lines.append(
            f"| {kind} | {mean['recall']:.3f} | {mean['precision']:.3f} | {mean['f1']:.3f} | {len(rows['generated'])} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", type=Path)
    parser.add_argument("generated", type=Path)
    parser.add_argument("--match", default="", help="regular expression that the stems must contain")
    parser.add_argument("--seconds", type=float, default=8.0)
    args = parser.parse_args()
    folders = [
        {path.stem: path for path in folder.iterdir() if path.is_file() and re.search(args.match, path.stem)}
        for folder in (args.references, args.generated)
    ]
    print(table(score(folders[0], folders[1], args.seconds)))


if __name__ == "__main__":
    main()
