"""Rewrites around kernels of ONNX Runtime's WebGPU provider that compute wrong values without any error."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .onnx_graph import replace_nodes

LANES = 4  # channels a vector of the kernel holds


def miscomputed(weight: tuple[int, ...], group: int) -> bool:
    """Whether a convolution with this weight shape [out, in, kernel...] comes out wrong on the GPU.

    Measured with ONNX Runtime 1.30 in its default layout (channels last), differences of order one: more than three
    input channels that divide by 3 but not by 4, output channels that divide by 4, a kernel larger than one. All
    other combinations tried agree with the CPU to 1e-6.
    """
    out, into, *kernel = weight
    threes = into > 3 and into % 3 == 0 and into % LANES != 0
    return group == 1 and threes and out % LANES == 0 and max(kernel) > 1


def pad_channels(model: onnx.ModelProto) -> int:
    """Give every convolution that would be miscomputed zero channels up to a multiple of four; returns how many."""
    weights = {t.name: t for t in model.graph.initializer}
    nodes = []
    count = 0
    for node in model.graph.node:
        tensor = weights.get(node.input[1]) if node.op_type == "Conv" else None
        group = next((a.i for a in node.attribute if a.name == "group"), 1)
        if tensor is not None and miscomputed(tuple(tensor.dims), group):
            weight = numpy_helper.to_array(tensor)
            more = -weight.shape[1] % LANES
            pads = np.zeros((2, weight.ndim), np.int64)
            pads[1, 1] = more
            base = node.output[0]
            padded = np.pad(weight, [(0, 0), (0, more), *[(0, 0)] * (weight.ndim - 2)])
            initializers = [numpy_helper.from_array(padded, f"{base}_weight")]
            initializers.append(numpy_helper.from_array(pads.reshape(-1), f"{base}_pads"))
            model.graph.initializer.extend(initializers)
            nodes.append(helper.make_node("Pad", [node.input[0], f"{base}_pads"], [f"{base}_padded"]))
            node.input[0], node.input[1] = f"{base}_padded", f"{base}_weight"
            count += 1
        nodes.append(node)
    if count:
        replace_nodes(model, nodes)
    return count
