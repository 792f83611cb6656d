"""Turn a pack back into a run folder, to train or evaluate from what ships.

    python -m avlink.export.restore --pack ../public/models/mini --folder runs/mini

A pack holds all weights, most of them rounded to 8 bits, but under the names that the exporter gave them. A system with
random weights is exported in the same way: its constants are in the same places as the pack's, and since no two of its
parameters are equal, their values tell which parameter is where. Optimisers and auxiliary heads are not in a pack; the
stages start them afresh.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from ..command_line import add_preset, entry_point, existing_pack
from ..errors import InputError
from ..manifest import read_manifest
from ..presets import preset_named
from ..system import AVLink, write_parts
from ..vocabulary import WIDE_VOCABULARY
from .graphs import Graph, system_graphs
from .halve import widen
from .onnx_graph import export_graph
from .quantize import fill_blocks, gemm_to_matmul, unpack
from .transforms import materialise
from .webgpu import pad_channels


class RestoreError(InputError):
    """A pack that was not exported from this topology; the message says where the two part."""


@torch.no_grad()
def restore(pack: Path, system: AVLink, variant: str | None = None) -> None:
    """Give `system` the weights of a pack of its own preset, or of one of its variants. Raises RestoreError.

    Variants with weight-only quantization compute with just these weights. Dynamic int8 rounds activations, too, so it
    is refused (see runtime.py).
    """
    file = "manifest.json" if variant is None else f"manifest.{variant}.json"
    if not (pack / file).exists():
        raise RestoreError(f"{pack} has no {file}" if variant is None else f"{pack} has no variant {variant!r}")
    entries = read_manifest(pack / file)["graphs"]
    generator = torch.Generator().manual_seed(0)
    state = system.state_dict()
    for tensor in state.values():
        tensor.copy_(torch.randn(tensor.shape, generator=generator))
    missing = {tensor.data_ptr() for tensor in state.values()}
    for graph in system_graphs(system):
        if graph.name not in entries:
            raise RestoreError(f"{pack} holds no graph {graph.name}: it is from before there was one")
        missing -= restore_graph(graph, onnx.load(pack / entries[graph.name]["file"]))
    lacking = [name for name, tensor in state.items() if tensor.data_ptr() in missing]
    if lacking:
        raise RestoreError(f"{pack} holds no weights for {', '.join(lacking)}")


def restore_graph(graph: Graph, packed: onnx.ModelProto) -> set[int]:
    """Copy one graph's constants into its module; returns the addresses of the tensors that were filled."""
    twin = export_graph(graph)
    gemm_to_matmul(twin)
    pad_channels(twin)
    if graph.fill:
        fill_blocks(twin)
    widen(packed)
    materialise(packed, graph.module)
    random = {t.name: numpy_helper.to_array(t) for t in twin.graph.initializer}
    trained = {t.name: numpy_helper.to_array(t) for t in packed.graph.initializer}
    found: list[tuple[torch.Tensor, np.ndarray]] = []
    for mine, theirs in _pairs(graph.name, twin.graph, packed.graph):
        for place, name in enumerate(mine.input):
            if name in random and random[name].dtype == np.float32:
                value = _constant(theirs, place, trained)
                found += _parts(graph, random[name], value)
    for tensor, part in found:
        tensor.copy_(torch.from_numpy(part.copy()))
    return {tensor.data_ptr() for tensor, _ in found}


def _pairs(
    name: str, twin: onnx.GraphProto, packed: onnx.GraphProto
) -> Iterator[tuple[onnx.NodeProto, onnx.NodeProto]]:
    """Nodes that compute the same, found from the outputs on: in which order a graph lists them says nothing."""
    makers, packed_makers = ({made: node for node in g.node for made in node.output} for g in (twin, packed))
    waiting = [(a.name, b.name) for a, b in zip(twin.output, packed.output, strict=True)]
    seen = set()
    while waiting:
        pair = waiting.pop()
        mine, theirs = makers.get(pair[0]), packed_makers.get(pair[1])
        if pair in seen or (mine is None and theirs is None):
            continue
        seen.add(pair)
        if mine is None or theirs is None or theirs.op_type not in (mine.op_type, "MatMulNBits"):
            there, here = (node.op_type if node else "nothing" for node in (theirs, mine))
            raise RestoreError(f"{name}: {there} stands where this topology has {here}")
        yield mine, theirs
        # What MatMulNBits reads beside its first input is the packed weight.
        read = theirs.input[:1] if theirs.op_type == "MatMulNBits" else theirs.input
        waiting += zip(mine.input, read, strict=False)


def _constant(node: onnx.NodeProto, place: int, trained: dict[str, np.ndarray]) -> np.ndarray:
    if node.op_type != "MatMulNBits":
        return trained[node.input[place]]
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    return unpack(trained[node.input[1]], trained[node.input[2]], attributes["K"], attributes["bits"])


def _parts(graph: Graph, random: np.ndarray, trained: np.ndarray) -> list[tuple[torch.Tensor, np.ndarray]]:
    """The parameter that a constant was made from (as it is, transposed, padded or tiled) with its trained value."""
    for tensor in graph.module.state_dict().values():
        value = tensor.numpy()
        for turned in (False, True):
            shape = value.T.shape if turned else value.shape
            if len(shape) != random.ndim or any(a > b for a, b in zip(shape, random.shape, strict=True)):
                continue
            # Zeros that fill up channels and repetitions come after the parameter itself.
            corner = tuple(slice(0, extent) for extent in shape)
            if np.array_equal(random[corner], value.T if turned else value):
                return [(tensor, trained[corner].T if turned else trained[corner])]
    return []


def words_of(pack: Path) -> int:
    """How many words a pack was trained with; raises RestoreError unless they are the first ones of today's."""
    words = read_manifest(pack / "manifest.json")["text"]["vocabulary"]
    if tuple(words) != WIDE_VOCABULARY[: len(words)]:
        raise RestoreError(f"{pack} knows words that are not the first {len(words)} of the vocabulary")
    return len(words)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    add_preset(parser)
    parser.add_argument("--variant", help="variant of the pack; default: its main weights")
    args = parser.parse_args()
    # With the pack's own words: whatever loads the parts adds those that came later (see system.grown).
    preset = preset_named(args.preset or args.folder.resolve().name)
    system = AVLink(preset, vocabulary=words_of(args.pack)).eval()
    restore(args.pack, system, args.variant)
    write_parts(system, args.folder)


if __name__ == "__main__":
    main()
