"""The tiny pack at 48 kHz, for the app's tests: what it has in common with the tiny pack stays there.

    python -m avlink.export.fixture --beside ../e2e/fixtures/packs/tiny --out ../e2e/fixtures/packs/tiny-48k

The system has the weights of the other pack's wherever a tensor is of the same shape, so most graphs come out as the
same files, which are not written again: whoever serves the pack looks in both folders. Beside it lies a sound as
PyTorch makes it from latents (sound.json, sound.bin), which the app repeats in
src/engine/phases/phases.node.test.ts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..command_line import entry_point, existing_pack
from ..system import AVLink
from ..wideband import WidebandDecoder
from .graphs import Graph, system_graphs
from .pack import file_entry, write_golden, write_pack
from .parity import session
from .random_system import random_system

SOUND, VALUES = "sound.json", "sound.bin"
LATENTS = 20


@torch.no_grad()
def tiny_at_48_khz() -> AVLink:
    """Random, but alike to random_system("nano") in all that does not concern the sound's latents."""
    other = random_system("nano")
    system = random_system("next-nano", seed=1, vocabulary=other.vocabulary)
    theirs = other.state_dict()
    for name, tensor in system.state_dict().items():
        if name in theirs and theirs[name].shape == tensor.shape:
            tensor.copy_(theirs[name])
    return system.eval().requires_grad_(False)


def write_fixture(beside: Path, out: Path) -> int:
    """Write the pack without what `beside` has; returns its bytes. Raises ParityError, ExportError, InputError."""
    for stale in (SOUND, VALUES):
        (out / stale).unlink(missing_ok=True)
    system = tiny_at_48_khz()
    write_pack(system, out, name=out.name)
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    graphs = system_graphs(system)
    shared = {name for name, entry in manifest["graphs"].items() if _leave(entry, beside, out)}
    golden = write_golden(graphs, manifest["graphs"], [out], out / "golden.bin", frozenset(shared))
    path.write_text(json.dumps(manifest | {"golden": golden}, indent=1) + "\n")
    decoder = next(graph for graph in graphs if graph.name == "audio_decoder")
    write_sound(system, decoder, out / manifest["graphs"]["audio_decoder"]["file"], out)
    return sum(file.stat().st_size for file in out.iterdir())


def _leave(entry: dict[str, Any], beside: Path, out: Path) -> bool:
    """Drop the files of a graph if the other pack has them all."""
    files = [file for file in (entry, entry.get("data")) if file]
    for file in files:
        there = beside / file["file"]
        if not there.exists() or file_entry(there)["sha256"] != file["sha256"]:
            return False
    for file in files:
        (out / file["file"]).unlink()
    return True


@torch.no_grad()
def write_sound(system: AVLink, graph: Graph, file: Path, out: Path) -> None:
    """Latents [1, L, C] and the samples that PyTorch finds for what the exported decoder makes of them."""
    decoder = system.audio_decoder
    assert isinstance(decoder, WidebandDecoder)
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, LATENTS, system.grid.audio_channels, generator=generator)
    made = session(file).run(list(graph.outputs), {"latents": latents.numpy()})
    samples = decoder.phases(*(torch.from_numpy(np.asarray(values)) for values in made))
    parts = {"latents": latents, "samples": samples}
    (out / VALUES).write_bytes(b"".join(part.numpy().astype("<f4").tobytes() for part in parts.values()))
    (out / SOUND).write_text(json.dumps({name: list(part.shape) for name, part in parts.items()}, indent=1) + "\n")


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", type=existing_pack, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    print(f"{args.out}: {write_fixture(args.beside, args.out):,} bytes")


if __name__ == "__main__":
    main()
