"""Bases of fixed transforms as what they are made of: a table of cosines, indices and a window.

The convolutions that take short-time spectra have weights that are known in closed form: 3 MB for the encoder of the
48 kHz codec. Written as a few nodes over small constants they take 20 kB, and the runtime computes them once, when it
loads the graph.
"""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from ..audio_codec import FFT, WINDOW, LogMel
from ..wideband.encoder import UPPER_WINDOW, UpperBands
from .onnx_graph import replace_nodes

SUFFIX = "_basis"


def compute_transforms(model: onnx.ModelProto, module: nn.Module) -> int:
    """Replace the weights that are bases of transforms of `module` by their computation, in place; returns how many."""
    known = [(part.basis.numpy(), _terms(part)) for part in module.modules() if isinstance(part, LogMel | UpperBands)]
    nodes: list[onnx.NodeProto] = []
    for tensor in list(model.graph.initializer):
        value = numpy_helper.to_array(tensor)
        terms = next((terms for basis, terms in known if np.array_equal(basis, value)), None)
        if terms is not None:
            nodes += _computed(model, tensor.name, *terms)
    replace_nodes(model, [*nodes, *model.graph.node])
    return sum(node.op_type == "Mul" for node in nodes)


def materialise(model: onnx.ModelProto, module: nn.Module) -> None:
    """The inverse of `compute_transforms`, in place."""
    made = {name for node in model.graph.node for name in node.output if name.endswith(SUFFIX)}
    if not made:
        return
    bases = [part.basis.numpy() for part in module.modules() if isinstance(part, LogMel | UpperBands)]
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        name = node.output[0]
        if not name.startswith(tuple(made)):
            nodes.append(node)
        elif name in made:
            window = weights[node.input[1]].reshape(-1)
            basis = next(basis for basis in bases if basis.shape[2] == len(window))
            model.graph.initializer.append(numpy_helper.from_array(basis, name))
    replace_nodes(model, nodes)


def _terms(part: LogMel | UpperBands) -> tuple[int, int, int, np.ndarray]:
    """Points of the transform, first bin, bins, and the window."""
    bins = part.basis.shape[0] // 2
    if isinstance(part, LogMel):
        return FFT, 0, bins, torch.hann_window(WINDOW).numpy()
    return UPPER_WINDOW, part.first, bins, torch.hann_window(UPPER_WINDOW, dtype=torch.float64).float().numpy()


def _computed(
    model: onnx.ModelProto, name: str, points: int, first: int, bins: int, window: np.ndarray
) -> list[onnx.NodeProto]:
    """cos(2 pi k (t - (W - 1) / 2) / points) = cosine table at k (2 t - W + 1) mod 2 points, and -sin a quarter on."""
    if points % 2:
        raise ValueError(f"a transform of {points} points has no quarter in its table")
    table = np.cos(np.pi * np.arange(2 * points) / points).astype(np.float32)
    time = 2 * np.arange(len(window)) - len(window) + 1
    numbers = np.arange(first, first + bins)[:, None, None]
    parts = {
        # Indices stay below 2^24: floats would hold them, too.
        "numbers": np.concatenate([numbers, numbers]).astype(np.int32),
        "time": time[None, None].astype(np.int32),
        # -sin(x) = cos(x + pi / 2)
        "quarter": np.concatenate([0 * numbers, 0 * numbers + points // 2]).astype(np.int32),
        "around": np.array(2 * points, np.int32),
        "table": table,
        "window": window[None, None],
    }
    base = f"{name.replace('.', '_')}{SUFFIX}"
    place = {key: f"{base}_{key}" for key in parts}
    model.graph.initializer.extend(numpy_helper.from_array(value, place[key]) for key, value in parts.items())
    for node in model.graph.node:
        node.input[:] = [base if one == name else one for one in node.input]
    return [
        helper.make_node("Mul", [place["numbers"], place["time"]], [f"{base}_product"]),
        helper.make_node("Add", [f"{base}_product", place["quarter"]], [f"{base}_angle"]),
        helper.make_node("Mod", [f"{base}_angle", place["around"]], [f"{base}_index"]),
        helper.make_node("Gather", [place["table"], f"{base}_index"], [f"{base}_wave"]),
        helper.make_node("Mul", [f"{base}_wave", place["window"]], [base]),
    ]
