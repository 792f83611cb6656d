"""Add variants to a pack: the same networks with other weights, in the same folder, sharing what does not change.

    python -m avlink.export.variants --pack ../public/models/mini

A variant has its own manifest (`manifest.light.json`), its own files for the generators and Fusion Blocks
(`audio_segment_0.q4.onnx`) and its own golden values. It shares everything else with the default, above all the codecs:
a take of one variant can be heard, shared and continued with another. The default's files do not change, so its hash
stays valid, and with it every recipe and link. `variants.json` lists all variants; `python -m avlink.evaluate.variants`
measures what each loses and writes it there.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..command_line import add_preset, entry_point, existing_folder, existing_pack
from ..errors import InputError
from ..manifest import Manifest, read_manifest
from ..presets import preset_named
from ..system import AVLink
from .graphs import system_graphs
from .pack import LARGEST_PACK, file_entry, write_golden, write_graph
from .restore import restore, words_of

INDEX = "variants.json"
DEFAULT = "standard"
BACKENDS = ("webgpu", "wasm")


@dataclass(frozen=True)
class Variant:
    """How a variant's generators and Fusion Blocks are stored, and where it can run."""

    weights: str  # the manifest's name of the kind
    backends: tuple[str, ...]
    automatic: tuple[str, ...]  # backends on which the app takes it unasked


VARIANTS = {
    # The smallest download; as fast as the default.
    "light": Variant("q4", BACKENDS, ()),
    # Half as fast again as the default on a processor; a GPU has no kernels for it.
    "processor": Variant("int8", ("wasm",), ("wasm",)),
}


def requantized(name: str) -> bool:
    """Whether a graph is stored anew in a variant: what makes latents, never what makes them sound and pictures."""
    return name.startswith(("audio_segment_", "video_segment_", "audio_embed", "video_embed", "fusion_"))


def write_variant(system: AVLink, pack: Path, name: str) -> dict[str, Any]:
    """Add a variant, made from the weights of `system`, to the folder of a pack; returns its entry in the index.

    It is made elsewhere and copied when it is whole and was compared with PyTorch. Raises ParityError, ExportError, and
    InputError for a variant that is too large.
    """
    variant = VARIANTS[name]
    default = read_manifest(pack / "manifest.json")
    graphs = system_graphs(system.eval().requires_grad_(False))
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        entries = copy.deepcopy(default["graphs"])
        for graph in graphs:
            if requantized(graph.name):
                entries[graph.name], worst = write_graph(graph, made, variant.weights, f".{variant.weights}")
                print(f"{entries[graph.name]['file']}: {worst:.1e}")
        golden = write_golden(graphs, entries, [made, pack], made / f"golden.{variant.weights}.bin")
        # What was measured on the default does not hold here; the index has the variant's own figures.
        manifest = default | {"graphs": entries, "golden": golden, "quality": {}}
        size = sum(file["bytes"] for file in files_of(manifest).values())
        if size > LARGEST_PACK:
            raise InputError(f"{name} has {size:,} bytes, more than {LARGEST_PACK:,}")
        path = made / f"manifest.{name}.json"
        path.write_text(json.dumps(manifest, indent=1) + "\n")
        for file in made.iterdir():
            shutil.copyfile(file, pack / file.name)
    return write_index(pack)[name]


def record(pack: Path, quality: dict[str, float]) -> None:
    """Write the figures measured on a pack into its manifest; those of its variants stay, since no weight changes."""
    path = pack / "manifest.json"
    path.write_text(json.dumps(read_manifest(path) | {"quality": quality}, indent=1) + "\n")
    keep_index(pack)


def change_manifests(pack: Path, change: Callable[[Manifest], Manifest]) -> None:
    """Write what `change` makes of them in place of all manifests of a pack, and renew its index; no weight changes."""
    for path in [pack / "manifest.json", *pack.glob("manifest.*.json")]:
        path.write_text(json.dumps(change(read_manifest(path)), indent=1) + "\n")
    keep_index(pack)


def keep_index(pack: Path) -> None:
    """Renew the index after manifests changed but no weights: the figures of every variant stay, and it goes on
    answering to the hash that links and recipes know it by."""
    if (pack / INDEX).exists():
        write_index(pack, same_weights=True)


def write_index(pack: Path, same_weights: bool = False) -> dict[str, dict[str, Any]]:
    """Renew the index of a pack from the manifests in its folder; returns its entries by id.

    same_weights: no weight changed since the index was written. Left out, figures and earlier hashes are kept only
    where the manifest is still the one that they belong to.
    """
    path = pack / INDEX
    before = json.loads(path.read_text())["variants"] if path.exists() else []
    known = {entry["id"] if same_weights else entry["manifest"]["sha256"]: entry for entry in before}
    there = {name: variant for name, variant in VARIANTS.items() if (pack / f"manifest.{name}.json").exists()}
    taken = {backend for variant in there.values() for backend in variant.automatic}
    default = read_manifest(pack / "manifest.json")
    kind = default["graphs"]["audio_segment_1"]["weights"]
    rest = Variant(kind, BACKENDS, tuple(b for b in BACKENDS if b not in taken))
    shared = files_of(default)
    entries = {}
    for name, variant in {DEFAULT: rest, **there}.items():
        file = pack / ("manifest.json" if name == DEFAULT else f"manifest.{name}.json")
        manifest = read_manifest(file)
        files = files_of(manifest)
        decoder = manifest["graphs"][manifest["roles"]["audioDecoder"]]
        entry = file_entry(file)
        old = known.get(name if same_weights else entry["sha256"])
        hashes = [*old.get("earlier", []), old["manifest"]["sha256"]] if old else []
        entries[name] = {
            "id": name,
            "manifest": entry,
            "earlier": [sha256 for sha256 in dict.fromkeys(hashes) if sha256 != entry["sha256"]],
            "weights": variant.weights,
            "bytes": sum(f["bytes"] for f in files.values()),
            "ownBytes": sum(f["bytes"] for key, f in files.items() if key not in shared),
            # Enough to hear a link: listed apart, and the same file wherever latents mean the same sound.
            "soundDecoder": {"bytes": decoder["bytes"] + decoder["data"]["bytes"], "sha256": decoder["data"]["sha256"]},
            "backends": list(variant.backends),
            "automatic": list(variant.automatic),
            "quality": old["quality"] if old else {},
        }
    path.write_text(json.dumps({"schema": 1, "variants": list(entries.values())}, indent=1) + "\n")
    return entries


def files_of(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every file that a manifest names, by its SHA-256."""
    entries = [*manifest["graphs"].values(), manifest["golden"]]
    files = [file for entry in entries for file in (entry, entry.get("data")) if file]
    return {file["sha256"]: file for file in files}


def restored(pack: Path, preset: str) -> AVLink:
    """The system of a pack's default, with the words that the pack knows. Raises RestoreError."""
    system = AVLink(preset_named(preset), vocabulary=words_of(pack)).eval()
    restore(pack, system)
    return system.requires_grad_(False)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    add_preset(parser)
    parser.add_argument("--variant", choices=list(VARIANTS), action="append", help="default: all variants")
    parser.add_argument(
        "--folder", type=existing_folder, help="a run with unrounded weights; default: those of the pack"
    )
    args = parser.parse_args()
    preset = args.preset or args.pack.resolve().name
    system = AVLink.load(args.folder, preset) if args.folder else restored(args.pack, preset)
    for name in args.variant or VARIANTS:
        entry = write_variant(system, args.pack, name)
        print(f"{name}: {entry['bytes']:,} bytes, {entry['ownBytes']:,} beside the default")


if __name__ == "__main__":
    main()
