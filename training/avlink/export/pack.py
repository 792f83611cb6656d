"""Writes a pack: all graphs, the golden file and the manifest (schema: src/model/manifest.ts)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from ..attempts import SECOND_ATTEMPT
from ..directed import DIRECTING
from ..errors import InputError
from ..level_guidance import LEVEL_GUIDANCE
from ..system import CONDITIONING_T, TASKS, AVLink
from ..tagger import SEEN_ABOVE
from ..vocabulary import NEGATIVES, SILENCE, SYNONYMS, WIDE_VOCABULARY
from ..wideband import WidebandEncoder
from .dynamic import quantize_dynamic
from .graphs import Graph, fusion_graphs, fusion_sets, system_graphs
from .halve import halve
from .onnx_graph import export_graph, share_constants
from .parity import check, session
from .phases import phases_entry
from .quantize import BITS, fill_blocks, gemm_to_matmul, quantize
from .transforms import compute_transforms
from .webgpu import pad_channels

LARGEST_PACK = 40_000_000
GOLDEN_TOLERANCE = 0.02
GOLDEN_VALUES = 8192  # of an output: garbage shows in a part of it, and every visitor fetches the file
SAMPLER = {"solver": "euler", "steps": 25, "guidanceText": 1.0, "guidanceAv": 1.5, "timeShift": 1.0}


def write_pack(
    system: AVLink,
    out: Path,
    *,
    name: str,
    weights: str = "q8",
    sampler: dict[str, Any] | None = None,
    quality: dict[str, float] | None = None,
) -> int:
    """Export `system` into the folder `out`; returns the bytes of the pack. Raises ParityError, ExportError,
    and InputError for a pack that is too large or a folder that holds other things.

    The pack is made elsewhere and takes its place when it is whole: a failed export leaves the old one as it was.
    """
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise InputError(f"{out} contains something other than a pack")
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        size = _write_files(system, made, name=name, weights=weights, sampler=sampler or {}, quality=quality or {})
        if size > LARGEST_PACK:
            raise InputError(f"the pack has {size:,} bytes, more than {LARGEST_PACK:,}")
        out.mkdir(parents=True, exist_ok=True)
        for stale in out.iterdir():
            stale.unlink()
        for file in made.iterdir():
            shutil.copyfile(file, out / file.name)  # a copy has usual permissions, external data has its owner's only
    return size


def _write_files(
    system: AVLink, out: Path, *, name: str, weights: str, sampler: dict[str, Any], quality: dict[str, float]
) -> int:
    system = system.eval().requires_grad_(False)
    graphs = system_graphs(system)
    entries = {}
    for graph in graphs:
        entries[graph.name], worst = write_graph(graph, out, weights)
        print(f"{graph.name}: {entries[graph.name]['bytes'] + _data_bytes(entries[graph.name]):,} bytes, {worst:.1e}")
    segments = range(system.preset.segments)
    words = WIDE_VOCABULARY[: system.vocabulary]
    phases = phases_entry(system)
    manifest = {
        # What reads the second schema knows of phases; others say that they do not understand the pack.
        "schema": 1 if phases is None else 2,
        "name": name,
        "licence": "MIT",
        "grid": grid_entry(system),
        **({} if phases is None else {"phases": phases}),
        "graphs": entries,
        "roles": {
            "text": "text",
            "audioEncoder": "audio_encoder",
            "audioDecoder": "audio_decoder",
            "videoEncoder": "video_encoder",
            "videoDecoder": "video_decoder",
            "audio": {"embed": "audio_embed", "segments": [f"audio_segment_{i}" for i in segments]},
            "video": {"embed": "video_embed", "segments": [f"video_segment_{i}" for i in segments]},
        },
        "fusionSets": fusion_entries(system, sampler.get("conditioningT", CONDITIONING_T)),
        "sampler": {task: SAMPLER | sampler.get(task, {}) for task in TASKS},
        "text": {
            "vocabulary": list(words),
            "synonyms": SYNONYMS | {word: word for word in words},
            "silence": SILENCE,
            "negatives": negatives_entry(),
        },
        "tagger": {"graph": "tagger", "seenAbove": SEEN_ABOVE},
        "timing": {
            "encoder": "sync_encoder",
            "blocks": [f"timing_{i}" for i in segments],
            "level": LEVEL_GUIDANCE,
            "directed": directed_entry(),
        },
        "secondAttempt": second_attempt_entry(),
        "requires": {"largestBuffer": _largest_buffer(system), "features": []},
        "golden": write_golden(graphs, entries, [out], out / "golden.bin"),
        "quality": quality,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return sum(file.stat().st_size for file in out.iterdir())


def fusion_entries(system: AVLink, conditioning_t: float) -> list[dict[str, Any]]:
    """Every set of Fusion Blocks with the tasks it serves."""
    entries = []
    for name, found in fusion_sets(system).items():
        tasks = [task for task in TASKS if system.fusion_for(task) is found]
        blocks = fusion_graphs(name, len(found.blocks))
        entries.append({"name": name, "tasks": tasks, "blocks": blocks, "conditioningT": conditioning_t})
    return entries


def directed_entry() -> dict[str, float]:
    """How the generator is told of a person's hits; the timing blocks' onset bias is `timing.level`'s."""
    return {name: value for name, value in dataclasses.asdict(DIRECTING).items() if name != "onset_bias"}


def second_attempt_entry() -> dict[str, float]:
    return {"silentBelow": SECOND_ATTEMPT.silent_below, "guidance": SECOND_ATTEMPT.guidance}


def negatives_entry() -> dict[str, list[str]]:
    return {task: list(words) for task, words in NEGATIVES.items()}


def grid_entry(system: AVLink) -> dict[str, float]:
    grid = system.grid
    # The grid of a system is that of its log-mel; what is heard and made may have a higher rate.
    sound = system.audio_encoder.config if isinstance(system.audio_encoder, WidebandEncoder) else grid
    return {
        "windowSeconds": grid.window_seconds,
        "sampleRate": sound.sample_rate,
        "samplesPerLatent": sound.samples_per_latent,
        "audioLatents": grid.audio_latents,
        "audioChannels": grid.audio_channels,
        "audioLevelChannels": grid.level_channels,
        "fps": grid.fps,
        "frames": grid.frames,
        "frameSize": grid.frame_size,
        "outputFrameSize": grid.output_frame_size,
        "framesPerLatent": grid.frames_per_latent,
        "videoLatents": grid.video_latents,
        "videoLatentSize": grid.video_latent_size,
        "videoChannels": grid.video_channels,
        "videoDecoderContext": grid.decoder_context,
    }


def write_graph(graph: Graph, out: Path, weights: str, suffix: str = "") -> tuple[dict[str, Any], float]:
    """Write one graph as NAME[suffix].onnx and .bin; returns its entry in the manifest and its largest difference from
    PyTorch. Raises ParityError, ExportError.
    """
    model = export_graph(graph)
    compute_transforms(model, graph.module)
    gemm_to_matmul(model)
    pad_channels(model)
    if graph.fill:
        fill_blocks(model)
    if graph.robust and weights == "q8":
        weights = "q4"
    kind = weights if graph.quantize and _quantized(model, weights) else "fp32"
    if graph.halve and halve(model) and kind == "fp32":
        kind = "fp16"
    if suffix:  # a file beside the default's, which stays as it was
        share_constants(model)
    path, data = out / f"{graph.name}{suffix}.onnx", out / f"{graph.name}{suffix}.bin"
    onnx.save_model(model, str(path), save_as_external_data=True, location=data.name, size_threshold=1024)
    worst = check(graph, path, kind)
    entry: dict[str, Any] = file_entry(path) | {"weights": kind}
    if data.exists():
        entry["data"] = file_entry(data)
    for key, shapes in (("inputs", graph.inputs), ("outputs", graph.outputs)):
        entry[key] = [{"name": n, "dtype": "float32", "shape": list(s)} for n, s in shapes.items()]
    return entry, worst


def _quantized(model: onnx.ModelProto, weights: str) -> bool:
    """Quantize in place; False where no weight of the model is large enough, or none is to be."""
    if weights == "int8":
        return quantize_dynamic(model) > 0
    return weights in BITS and quantize(model, BITS[weights]) > 0


def file_entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"file": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _data_bytes(entry: dict[str, Any]) -> int:
    return int(entry["data"]["bytes"]) if "data" in entry else 0


def _largest_buffer(system: AVLink) -> int:
    """Bytes of the largest tensor of one window, batch of one, in chunks of four video latents."""
    grid, preset = system.grid, system.preset
    picture = 4 * grid.frames_per_latent * 3 * grid.output_frame_size**2
    features = 4 * 4 * preset.video_decoder_channels[3] * grid.frame_size**2
    return 4 * max(picture, features)


def write_golden(
    graphs: list[Graph],
    entries: dict[str, dict[str, Any]],
    folders: list[Path],
    path: Path,
    without: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Known inputs and the exported graphs' own outputs: what a device must reproduce before it is trusted.

    One graph of every kind, the encoders and stems too: a wrong convolution there is as silent as anywhere else.
    `entries` are those of the manifest; the file of each lies in the first of the folders that has it. Graphs of
    `without` are left out.
    """
    by_name = {graph.name: graph for graph in graphs}
    segments = sum(name.startswith("audio_segment_") for name in by_name)
    names = ["audio_encoder", "video_encoder", "audio_embed", "video_embed"]
    blocks = [name for name in by_name if name.startswith("fusion_") and name.endswith("_0")]  # one of every set
    names += ["audio_segment_0", f"audio_segment_{segments - 1}", *blocks, "tagger"]
    names += ["sync_encoder", "timing_0", "audio_decoder", "video_decoder"]
    arrays: list[np.ndarray] = []
    offset = 0

    def keep(value: np.ndarray, most: int | None = None) -> dict[str, Any]:
        """Of an array with more than `most` values, every so many are kept: an odd number, to meet all columns."""
        nonlocal offset
        stride = 1 if most is None else -(-value.size // most) // 2 * 2 + 1
        kept = value.astype("<f4").reshape(-1)[::stride]
        place = {"shape": list(value.shape), "offset": offset} | ({"stride": stride} if stride > 1 else {})
        arrays.append(kept)
        offset += kept.size
        return place

    cases = []
    for name in names:
        if name in without:
            continue
        graph = by_name[name]
        smallest = Graph(name, graph.module, graph.inputs, graph.outputs, {k: (1, 1) for k in graph.sizes})
        if name in ("audio_encoder", "audio_decoder"):
            smallest.sizes["L"] = (8, 8)
        feeds = {k: v.numpy() for k, v in zip(graph.inputs, smallest.example(0, seed=3), strict=True)}
        file = entries[name]["file"]
        results = session(next(f / file for f in folders if (f / file).exists())).run(None, feeds)
        inputs = {k: keep(v) for k, v in feeds.items()}
        outputs = {k: keep(np.asarray(v), GOLDEN_VALUES) for k, v in zip(graph.outputs, results, strict=True)}
        cases.append({"graph": name, "inputs": inputs, "outputs": outputs})
    path.write_bytes(np.concatenate(arrays).tobytes())
    return file_entry(path) | {"tolerance": GOLDEN_TOLERANCE, "cases": cases}
