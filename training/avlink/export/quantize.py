"""Weight-only quantization to 8 or 4 bits: constant MatMul -> com.microsoft MatMulNBits, blocks of 32."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .onnx_graph import replace_nodes

BLOCK = 32
BITS = {"q8": 8, "q4": 4}  # by the manifest's name of a kind of weights
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


def fill_blocks(model: onnx.ModelProto) -> int:
    """Give every large constant MatMul whose depth is no multiple of a block zeros up to one, in place.

    Returns how many inputs grew.

    What they multiply is zero, too, so nothing changes; without them such weights could not be quantized.
    """
    weights = {t.name: t for t in model.graph.initializer}
    padded: dict[str, str] = {}
    nodes = []
    for node in model.graph.node:
        tensor = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if tensor is None or len(tensor.dims) != 2 or not tensor.dims[0] % BLOCK or np.prod(tensor.dims) < SMALLEST:
            nodes.append(node)
            continue
        more = -tensor.dims[0] % BLOCK
        given, weight = node.input[0], f"{node.input[1]}_filled"
        if given not in padded:
            padded[given] = f"{given}_filled"
            pads = np.array([0, 0, 0, 0, 0, more], np.int64)  # [B, L, depth]
            model.graph.initializer.append(numpy_helper.from_array(pads, f"{given}_filling"))
            nodes.append(helper.make_node("Pad", [given, f"{given}_filling"], [padded[given]]))
        filled = np.pad(numpy_helper.to_array(tensor), [(0, more), (0, 0)])
        model.graph.initializer.append(numpy_helper.from_array(filled, weight))
        nodes.append(helper.make_node("MatMul", [padded[given], weight], list(node.output)))
    replace_nodes(model, nodes)
    return sum(node.op_type == "Pad" for node in nodes)


def quantize(model: onnx.ModelProto, bits: int = 8) -> int:
    """Quantize every large constant MatMul in place; returns how many."""
    weights = {t.name: t for t in model.graph.initializer}
    nodes = []
    count = 0
    for node in model.graph.node:
        tensor = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if tensor is None or len(tensor.dims) != 2 or tensor.dims[0] % BLOCK or np.prod(tensor.dims) < SMALLEST:
            nodes.append(node)
            continue
        packed, scales = pack(numpy_helper.to_array(tensor), bits)
        base = f"{tensor.name}_q{bits}"
        if base not in weights:
            initializers = [numpy_helper.from_array(packed, base), numpy_helper.from_array(scales, f"{base}_scales")]
            model.graph.initializer.extend(initializers)
            weights[base] = initializers[0]
        depth, width = tensor.dims
        attributes = {"K": depth, "N": width, "bits": bits, "block_size": BLOCK}
        inputs = [node.input[0], base, f"{base}_scales"]
        nodes.append(helper.make_node("MatMulNBits", inputs, list(node.output), domain="com.microsoft", **attributes))
        count += 1
    replace_nodes(model, nodes)
    if count:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return count


def pack(weight: np.ndarray, bits: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """weight [K, N] -> packed uint8 [N, K / 32, 4 * bits] and scales float32 [N * K / 32].

    Values lie around the implied zero point, 2^(bits - 1); of two 4-bit values in a byte the first has the low half.
    """
    depth, width = weight.shape
    middle = 1 << (bits - 1)
    blocks = weight.T.reshape(width, depth // BLOCK, BLOCK)
    scales = np.maximum(np.abs(blocks).max(-1, keepdims=True) / (middle - 1), 1e-12)
    packed = np.clip(np.rint(blocks / scales) + middle, 1, 2 * middle - 1).astype(np.uint8)
    if bits == 4:
        packed = packed[..., 0::2] | packed[..., 1::2] << 4
    return packed, scales.reshape(-1).astype(np.float32)


def unpack(packed: np.ndarray, scales: np.ndarray, depth: int, bits: int = 8) -> np.ndarray:
    """The inverse of `pack`: weight [K, N] with K = depth."""
    width = packed.shape[0]
    if bits == 4:
        packed = np.stack([packed & 15, packed >> 4], axis=-1).reshape(width, -1, BLOCK)
    blocks = (packed.astype(np.float32) - (1 << (bits - 1))) * scales.reshape(width, -1, 1)
    return np.ascontiguousarray(blocks.reshape(width, depth).T)
