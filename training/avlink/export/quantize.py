"""Weight-only 8-bit quantization: MatMul with constant weights -> com.microsoft MatMulNBits, blocks of 32."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .onnx_graph import replace_nodes

BLOCK = 32
MIDDLE = 128  # the implied zero point of 8-bit blocks
SMALLEST = 4096  # weights below this stay as they are


def gemm_to_matmul(model: onnx.ModelProto) -> None:
    """Gemm with constant weights -> MatMul and Add, in place, so that both kinds of linear layers are one kind."""
    weights = {t.name: t for t in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        plain = attributes.get("alpha", 1.0) == 1.0 and attributes.get("beta", 1.0) == 1.0
        if node.op_type != "Gemm" or not plain or attributes.get("transA", 0) or node.input[1] not in weights:
            nodes.append(node)
            continue
        weight = numpy_helper.to_array(weights[node.input[1]])
        name = f"{node.output[0]}_weight"
        turned = weight.T if attributes.get("transB", 0) else weight
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(turned), name))
        biased = len(node.input) > 2
        product = f"{node.output[0]}_product" if biased else node.output[0]
        nodes.append(helper.make_node("MatMul", [node.input[0], name], [product]))
        if biased:
            nodes.append(helper.make_node("Add", [product, node.input[2]], [node.output[0]]))
    replace_nodes(model, nodes)


def quantize(model: onnx.ModelProto) -> int:
    """Quantize every large constant MatMul in place; returns how many."""
    weights = {t.name: t for t in model.graph.initializer}
    nodes = []
    count = 0
    for node in model.graph.node:
        tensor = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if tensor is None or len(tensor.dims) != 2 or tensor.dims[0] % BLOCK or np.prod(tensor.dims) < SMALLEST:
            nodes.append(node)
            continue
        packed, scales = pack(numpy_helper.to_array(tensor))
        base = f"{tensor.name}_q8"
        if base not in weights:
            initializers = [numpy_helper.from_array(packed, base), numpy_helper.from_array(scales, f"{base}_scales")]
            model.graph.initializer.extend(initializers)
            weights[base] = initializers[0]
        depth, width = tensor.dims
        attributes = {"K": depth, "N": width, "bits": 8, "block_size": BLOCK}
        inputs = [node.input[0], base, f"{base}_scales"]
        nodes.append(helper.make_node("MatMulNBits", inputs, list(node.output), domain="com.microsoft", **attributes))
        count += 1
    replace_nodes(model, nodes)
    if count:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return count


def pack(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """weight [K, N] -> packed uint8 [N, K / 32, 32] around 128 and scales float32 [N * K / 32]."""
    depth, width = weight.shape
    blocks = weight.T.reshape(width, depth // BLOCK, BLOCK)
    scales = np.maximum(np.abs(blocks).max(-1, keepdims=True) / 127, 1e-12)
    packed = np.clip(np.rint(blocks / scales) + MIDDLE, 1, 255).astype(np.uint8)
    return packed, scales.reshape(-1).astype(np.float32)


def unpack(packed: np.ndarray, scales: np.ndarray, depth: int) -> np.ndarray:
    """The inverse of `pack`: weight [K, N] with K = depth."""
    blocks = (packed.astype(np.float32) - MIDDLE) * scales.reshape(packed.shape[0], -1, 1)
    return np.ascontiguousarray(blocks.reshape(packed.shape[0], depth).T)
