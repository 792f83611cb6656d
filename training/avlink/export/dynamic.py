"""Dynamic int8: constant MatMul -> DynamicQuantizeLinear, MatMulInteger and scales. For processors.

Weights are rounded once, a scale for each output channel; activations in every run, a scale for each tensor. ONNX
Runtime's WASM provider multiplies such integers about twice as fast as float32, and as MatMulNBits, which it unpacks
to float32 first. Its WebGPU provider has no kernels for them.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .onnx_graph import replace_nodes
from .quantize import SMALLEST

MIDDLE = 128  # what stands for zero: see `rounded`


def quantize_dynamic(model: onnx.ModelProto) -> int:
    """Quantize every large constant MatMul in place; returns how many. Run `gemm_to_matmul` before."""
    weights = {t.name: t for t in model.graph.initializer}
    made: dict[str, onnx.TensorProto] = {}
    nodes: list[onnx.NodeProto] = []
    activations: set[str] = set()
    count = 0

    def constant(name: str, value: np.ndarray) -> str:
        made.setdefault(name, numpy_helper.from_array(value, name))
        return name

    for node in model.graph.node:
        tensor = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if tensor is None or len(tensor.dims) != 2 or np.prod(tensor.dims) < SMALLEST:
            nodes.append(node)
            continue
        x, out = node.input[0], node.output[0]
        if x not in activations:  # one that several products share is rounded once
            nodes.append(helper.make_node("DynamicQuantizeLinear", [x], [f"{x}_int8", f"{x}_scale", f"{x}_zero"]))
            activations.add(x)
        integers, scales = rounded(numpy_helper.to_array(tensor))
        weight = constant(f"{tensor.name}_int8", integers)
        scale = constant(f"{tensor.name}_int8_scales", scales)
        zero = constant("int8_middle", np.array(MIDDLE, np.uint8))
        # The runtime fuses these four into one kernel.
        nodes += [
            helper.make_node("MatMulInteger", [f"{x}_int8", weight, f"{x}_zero", zero], [f"{out}_int32"]),
            helper.make_node("Cast", [f"{out}_int32"], [f"{out}_unscaled"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{x}_scale", scale], [f"{out}_scale"]),
            helper.make_node("Mul", [f"{out}_unscaled", f"{out}_scale"], [out]),
        ]
        count += 1
    model.graph.initializer.extend(made.values())
    replace_nodes(model, nodes)
    return count


def rounded(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """weight [K, N] -> uint8 [K, N] around MIDDLE and scales float32 [N].

    Unsigned: with signed weights the kernels of x86 processors without VNNI add pairs of products in 16 bits, which
    overflows without a word.
    """
    scales = np.maximum(np.abs(weight).max(0) / (MIDDLE - 1), 1e-12).astype(np.float32)
    return (np.rint(weight / scales) + MIDDLE).astype(np.uint8), scales
