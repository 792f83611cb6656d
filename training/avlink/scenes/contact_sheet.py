"""Write one picture per family (clips x frames), WAV files and the events, to look at and listen to.

Usage: python -m avlink.scenes.contact_sheet OUT_DIR [--split heldout] [--seed 1] [--studio]
"""

from __future__ import annotations

import argparse
import json
import struct
import wave
import zlib
from pathlib import Path

import torch
from torch import Tensor

from ..command_line import entry_point
from . import FAMILIES, SAMPLE_RATE, render


def write_png(path: Path, picture: Tensor) -> None:
    """picture: uint8 [H, W, 3]."""
    height, width, _ = picture.shape
    raw = b"".join(b"\0" + bytes(row.flatten().tolist()) for row in picture)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    )


def write_wav(path: Path, audio: Tensor) -> None:
    """audio: float [n] in -1..1, mono at 16 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes((audio.clamp(-1, 1) * 32767).short().numpy().tobytes())


def sheet(
    family: str, folder: Path, *, seed: int, split: str, studio: bool = False, clips: int = 6, columns: int = 16
) -> None:
    """Write FAMILY.png (one clip per row, consecutive frames), FAMILY-k.wav and FAMILY.json into the folder."""
    batch = render(
        seed, clips, split="heldout" if split == "heldout" else "train", families=[family], studio=float(studio)
    )
    facts = []
    rows = []
    for i in range(clips):
        events = [round(e, 3) for e in batch.events[i].tolist() if e == e]
        # Start shortly before the first event, so that a contact is on the sheet.
        first = max(0, min(64 - columns, int((events[0] if events else 1.0) * 15.625) - columns // 4))
        strip = batch.frames[i, first : first + columns].permute(0, 2, 3, 1).clone()
        for e in events:
            k = int(e * 15.625) - first
            if 0 <= k < columns:
                strip[k, :3] = torch.tensor([255, 0, 0], dtype=torch.uint8)
        rows.append(torch.cat(list(torch.nn.functional.pad(strip, (0, 0, 1, 1, 1, 1))), 1))
        write_wav(folder / f"{family}-{i}.wav", batch.audio[i])
        facts.append({"caption": batch.captions[i], "first_frame": first, "events": events})
    write_png(folder / f"{family}.png", torch.cat(rows, 0))
    (folder / f"{family}.json").write_text(json.dumps(facts, indent=1))


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", choices=("train", "heldout"), default="train")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--studio", action="store_true", help="use the look of generated pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number, family in enumerate(FAMILIES):
        seed = 1000 * arguments.seed + number
        sheet(family, arguments.out, seed=seed, split=arguments.split, studio=arguments.studio)


if __name__ == "__main__":
    main()
