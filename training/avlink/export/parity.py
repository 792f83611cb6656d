"""Exported graphs against PyTorch: names, shapes at two sizes, values within a stated tolerance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from .graphs import Graph

FULL_TOLERANCE = 2e-4  # full-precision weights, relative to the largest value
# Of quantized weights, by the manifest's name of their kind: 4-bit steps are 16 times those of 8 bits, but errors of
# many weights average out; with int8 the activations are rounded, too. float16 has 8 times as many steps as 8 bits.
COARSER = {"q8": 1.0, "q4": 8.0, "int8": 2.0, "fp16": 0.125}


class ParityError(Exception):
    """An exported graph that does not do what PyTorch does; the message names it and the largest difference."""


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def relative_difference(got: np.ndarray, expected: np.ndarray) -> float:
    """|got - expected| / (1e-3 + max |expected|), the largest; the app's golden check uses the same."""
    return float(np.abs(got - expected).max() / (1e-3 + np.abs(expected).max()))


def check(graph: Graph, path: Path, weights: str = "fp32") -> float:
    """The largest relative difference of the file, with weights of that kind, at both sizes.

    Raises ParityError.
    """
    run = session(path)
    if [i.name for i in run.get_inputs()] != list(graph.inputs):
        raise ParityError(f"{graph.name}: inputs are {[i.name for i in run.get_inputs()]}")
    if [o.name for o in run.get_outputs()] != list(graph.outputs):
        raise ParityError(f"{graph.name}: outputs are {[o.name for o in run.get_outputs()]}")
    tolerance = graph.tolerance * COARSER[weights] if weights in COARSER else FULL_TOLERANCE
    worst = 0.0
    for which in (0, 1):
        inputs = graph.example(which, seed=1 + which)
        with torch.no_grad():
            made = graph.module(*inputs)
        expected: tuple[Tensor, ...] = made if isinstance(made, tuple) else (made,)
        feeds = {name: value.numpy() for name, value in zip(graph.inputs, inputs, strict=True)}
        for (name, shape), got, want in zip(graph.outputs.items(), run.run(None, feeds), expected, strict=True):
            extents = tuple(graph.extent(axis, which) for axis in shape)
            if got.shape != extents or tuple(want.shape) != extents:
                raise ParityError(f"{graph.name}: {name} is {got.shape}, should be {extents}")
            difference = relative_difference(got, want.numpy())
            if not difference <= tolerance:
                raise ParityError(f"{graph.name}: {name} differs by {difference:.2e} (tolerance {tolerance:.0e})")
            worst = max(worst, difference)
    return worst
