"""One graph to ONNX, with dynamic axes but without a single shape computation.

Shape arithmetic is int64 and would leave the GPU. So a graph is exported twice with fixed sizes; the two differ only
in the constants of Reshape and Slice, and there the differing entries become "copy" (0), "infer" (-1) or "to the
end". What cannot be expressed that way is refused.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from .graphs import Graph, Shape

OPSET = 20
END = np.iinfo(np.int64).max


class ExportError(Exception):
    """A graph that cannot be exported faithfully; the message names it and says why."""


def export_graph(graph: Graph) -> onnx.ModelProto:
    """ONNX model of a graph in float32 with its dynamic axes."""
    first, second = (_fixed(graph, which) for which in (0, 1))
    if [n.op_type for n in first.graph.node] != [n.op_type for n in second.graph.node]:
        raise ExportError(f"{graph.name}: its structure depends on its sizes")
    _merge(graph, first, second)
    for values, shapes in ((first.graph.input, graph.inputs), (first.graph.output, graph.outputs)):
        for value in values:
            _declare(value, shapes[value.name])
    del first.graph.value_info[:]
    onnx.checker.check_model(first, full_check=False)
    return first


def _fixed(graph: Graph, which: int) -> onnx.ModelProto:
    module = graph.module.eval()
    target = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of constants; they are what we want
        torch.onnx.export(
            module,
            graph.example(which),
            target,  # type: ignore[arg-type]  # the tracing exporter takes a buffer, its annotation does not
            input_names=list(graph.inputs),
            output_names=list(graph.outputs),
            opset_version=OPSET,
            do_constant_folding=True,
            dynamo=False,
        )
    model = onnx.load_from_string(target.getvalue())
    _constants_to_initializers(model)
    _fold(graph, which, model)
    return model


def replace_nodes(model: onnx.ModelProto, nodes: list[onnx.NodeProto]) -> None:
    """Put `nodes` in the place of the model's own and drop the initializers that no node uses any more."""
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [t for t in model.graph.initializer if t.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def share_constants(model: onnx.ModelProto) -> None:
    """Keep one of initializers that are alike, in place: tables of positions are traced once for every use."""
    first: dict[tuple[int, tuple[int, ...], bytes], str] = {}
    names: dict[str, str] = {}
    for tensor in model.graph.initializer:
        content = numpy_helper.to_array(tensor).tobytes()
        names[tensor.name] = first.setdefault((tensor.data_type, tuple(tensor.dims), content), tensor.name)
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    replace_nodes(model, list(model.graph.node))


def _constants_to_initializers(model: onnx.ModelProto) -> None:
    kept = []
    for node in model.graph.node:
        if node.op_type == "Constant":
            tensor = onnx.TensorProto()
            tensor.CopyFrom(node.attribute[0].t)
            tensor.name = node.output[0]
            model.graph.initializer.append(tensor)
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)


def _fold(graph: Graph, which: int, model: onnx.ModelProto) -> None:
    """Replace what does not depend on the inputs' values, their shapes included, by its value."""
    values = _run(graph, which, model)
    constant = {t.name for t in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if node.op_type == "Shape" or all(name in constant for name in node.input if name):
            for name in node.output:
                model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values[name]), name))
                constant.add(name)
        else:
            kept.append(node)
    replace_nodes(model, kept)


def _run(graph: Graph, which: int, model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The value of every tensor of the model on the example inputs."""
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    del whole.graph.output[:]
    names = [name for node in model.graph.node for name in node.output if name]
    whole.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    run = onnxruntime.InferenceSession(whole.SerializeToString(), options, providers=["CPUExecutionProvider"])
    feeds = {n: v.numpy() for n, v in zip(graph.inputs, graph.example(which), strict=True)}
    return feeds | dict(zip(names, run.run(None, feeds), strict=True))


def _merge(graph: Graph, first: onnx.ModelProto, second: onnx.ModelProto) -> None:
    """Rewrite in `first` every constant in which the two differ."""
    ones = {t.name: t for t in first.graph.initializer}
    twos = {t.name: t for t in second.graph.initializer}
    shapes1, shapes2 = ({n: v.shape for n, v in _run(graph, i, m).items()} for i, m in enumerate((first, second)))
    fresh = 0
    for node1, node2 in zip(first.graph.node, second.graph.node, strict=True):
        for place, (name1, name2) in enumerate(zip(node1.input, node2.input, strict=True)):
            if name1 not in ones or name2 not in twos:
                continue
            a, b = numpy_helper.to_array(ones[name1]), numpy_helper.to_array(twos[name2])
            if a.shape == b.shape and np.array_equal(a, b):
                continue
            if node1.op_type == "Reshape" and place == 1:
                merged = _reshape(graph, a, b, shapes1[node1.input[0]], shapes2[node2.input[0]])
            elif node1.op_type == "Slice" and place == 2:
                axes = numpy_helper.to_array(ones[node1.input[3]])
                merged = _ends(graph, a, b, axes, shapes1[node1.input[0]], shapes2[node2.input[0]])
            else:
                raise ExportError(f"{graph.name}: {node1.op_type} holds a constant that depends on a dynamic axis")
            fresh += 1
            tensor = numpy_helper.from_array(merged.astype(np.int64), f"dynamic_{fresh}")
            first.graph.initializer.append(tensor)
            node1.input[place] = tensor.name
    used = {name for node in first.graph.node for name in node.input}
    unused = [t for t in first.graph.initializer if t.name not in used]
    for tensor in unused:
        first.graph.initializer.remove(tensor)


def _reshape(graph: Graph, a: np.ndarray, b: np.ndarray, from1: tuple[int, ...], from2: tuple[int, ...]) -> np.ndarray:
    merged = a.copy()
    open_ends = 0
    for axis in np.nonzero(a != b)[0]:
        if axis < len(from1) and from1[axis] == a[axis] and from2[axis] == b[axis]:
            merged[axis] = 0
        else:
            merged[axis] = -1
            open_ends += 1
    if open_ends > 1 or (open_ends and -1 in a):
        # An axis that was to be inferred has the same length in both: say it.
        fixed = int(np.prod(from1) // -np.prod(a)) if -1 in a else 0
        if open_ends > 1 or fixed != int(np.prod(from2) // -np.prod(b)):
            raise ExportError(f"{graph.name}: a reshape with two open axes ({a} and {b})")
        merged[a == -1] = fixed
    return merged


def _ends(
    graph: Graph, a: np.ndarray, b: np.ndarray, axes: np.ndarray, from1: tuple[int, ...], from2: tuple[int, ...]
) -> np.ndarray:
    merged = a.copy()
    for place in np.nonzero(a != b)[0]:
        back1, back2 = a[place] - from1[axes[place]], b[place] - from2[axes[place]]
        if back1 != back2 or back1 > 0:
            raise ExportError(f"{graph.name}: a slice that ends at neither a fixed place nor a fixed distance")
        merged[place] = back1 if back1 < 0 else END
    return merged


def _declare(value: onnx.ValueInfoProto, shape: Shape) -> None:
    value.type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, shape))
