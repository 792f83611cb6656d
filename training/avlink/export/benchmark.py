"""Make the app's speed test: the structure of one segment at the shipped size, without its weights.

    python -m avlink.export.benchmark --out ../src/engine/benchmark/segment.onnx

The graph passes through the same exporter and quantization as a pack, so that a device needs as long for it as for a
segment of a pack. The app fills in the weights itself, because their values do not affect the time.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from ..command_line import entry_point
from ..presets import PRESETS
from .graphs import system_graphs
from .pack import write_graph
from .random_system import random_system

PRESET = "mini"
GRAPH = "audio_segment_0"


def write_benchmark(out: Path) -> tuple[int, int, int]:
    """Write the graph to `out`; returns bytes of its external data, and tokens and multiply-adds of an item."""
    preset = PRESETS[PRESET]
    system = random_system(PRESET).eval().requires_grad_(False)
    (graph,) = (g for g in system_graphs(system) if g.name == GRAPH)
    with tempfile.TemporaryDirectory() as scratch:
        entry, _ = write_graph(graph, Path(scratch), "q8")
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(scratch) / entry["file"], out)
    tokens, width = system.grid.audio_latents, preset.width
    # qkv 3, out 1, MLP 8 times width squared, and two products of attention.
    block = tokens * 12 * width * width + 2 * tokens * tokens * width
    return entry["data"]["bytes"], tokens, block * preset.blocks_per_segment


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    data, tokens, work = write_benchmark(args.out)
    print(
        f"{args.out}: {args.out.stat().st_size:,} bytes; data {data:,} bytes, {tokens} tokens, {work:,} multiply-adds"
    )


if __name__ == "__main__":
    main()
