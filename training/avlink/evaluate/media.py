"""Sound and pictures of real files, as the measurements take them. Needs ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from ..eyes import DECODED
from ..grid import GRID
from .metrics import RATE

VIDEOS = (".mp4", ".webm", ".mov", ".mkv", ".avi")


def read_sound(path: Path, seconds: float, rate: int = RATE) -> np.ndarray:
    """Mono samples, at the metric's rate unless told otherwise; empty when the file has no sound."""
    args = ["-vn", "-ac", "1", "-ar", str(rate), "-f", "f32le"]
    return np.frombuffer(ffmpeg_bytes(path, seconds, args), np.float32)


def read_frames(path: Path, seconds: float) -> np.ndarray:
    """uint8 frames [T, 3, size, size] on the model's grid."""
    size = GRID.frame_size
    args = ["-an", "-vf", f"fps={GRID.fps},scale={size}:{size}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo"]
    pixels = np.frombuffer(ffmpeg_bytes(path, seconds, args), np.uint8)
    return pixels.reshape(-1, size, size, 3).transpose(0, 3, 1, 2)


def ffmpeg_bytes(path: Path, seconds: float, args: list[str]) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-t", str(seconds), *args, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def read_pictures(path: Path, seconds: float) -> tuple[np.ndarray, float]:
    """One picture a second, squashed to squares, uint8 [n, 448, 448, 3], and width / height of the video."""
    size = f"scale={DECODED}:{DECODED}:flags=area"
    pixels = np.frombuffer(
        ffmpeg_bytes(path, seconds, ["-an", "-vf", f"fps=1:round=near,{size}", "-pix_fmt", "rgb24", "-f", "rawvideo"]),
        np.uint8,
    ).reshape(-1, DECODED, DECODED, 3)
    # The same picture with its sides in proportion tells what they are.
    one = np.frombuffer(
        ffmpeg_bytes(path, 0.5, ["-an", "-frames:v", "1", "-vf", "scale=-2:64", "-pix_fmt", "gray", "-f", "rawvideo"]),
        np.uint8,
    )
    return pixels, one.size / 64 / 64
