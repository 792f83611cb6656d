"""Weights of convolutions as float16 in the file; the runtime widens them once, when it loads the graph.

Block-wise quantization is for MatMul alone, so convolutions would take four bytes a weight. What is computed is float32
as before: a Cast of a constant is folded before the first run.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .onnx_graph import replace_nodes

SMALLEST = 1024  # weights below this stay as they are
SUFFIX = "_half"


def halve(model: onnx.ModelProto) -> int:
    """Store the weights of large convolutions as float16, in place; returns how many."""
    weights = {t.name: t for t in model.graph.initializer}
    read = {node.input[1] for node in model.graph.node if node.op_type in ("Conv", "ConvTranspose")}
    casts = []
    for name in sorted(read):
        tensor = weights.get(name)
        if tensor is None or tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALLEST:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}{SUFFIX}")
        model.graph.initializer.append(half)
        model.graph.initializer.remove(tensor)
        casts.append(helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT))
    replace_nodes(model, [*casts, *model.graph.node])
    return len(casts)


def widen(model: onnx.ModelProto) -> None:
    """The inverse of `halve`, in place; values stay rounded."""
    weights = {t.name: t for t in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0].endswith(SUFFIX):
            value = numpy_helper.to_array(weights[node.input[0]]).astype(np.float32)
            model.graph.initializer.append(numpy_helper.from_array(value, node.output[0]))
        else:
            nodes.append(node)
    replace_nodes(model, nodes)
