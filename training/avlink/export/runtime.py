"""A pack's own graphs in the places of the modules that they were exported from.

What is measured on such a system is what the app computes: weights as the files hold them, and with dynamic int8 the
rounding of activations, too, which no weights in PyTorch could show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..backbone import Backbone, WordEmbedding
from ..system import AVLink
from ..wideband import WidebandDecoder
from ..wideband.phases import Phases
from .graphs import fusion_graphs, fusion_sets
from .parity import session

Entries = dict[str, dict[str, Any]]


class GraphModule(nn.Module):
    """One graph of a pack.

    Items of a batch run one by one, as the window of a short clip does in the app: dynamic int8 has a scale for each
    tensor, which other items would coarsen.
    """

    def __init__(self, pack: Path, entry: dict[str, Any]) -> None:
        super().__init__()
        self.session = session(pack / entry["file"])
        self.inputs = [spec["name"] for spec in entry["inputs"]]
        # Exporters drop inputs that a graph has no use for.
        self.known = {value.name for value in self.session.get_inputs()}

    def forward(self, *values: Tensor) -> Tensor | tuple[Tensor, ...]:
        feeds = {n: v.detach().numpy() for n, v in zip(self.inputs, values, strict=True) if n in self.known}
        runs = [
            self.session.run(None, {name: value[item : item + 1] for name, value in feeds.items()})
            for item in range(values[0].shape[0])
        ]
        outputs = [torch.from_numpy(np.concatenate(parts)) for parts in zip(*runs, strict=True)]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)


class GraphSoundDecoder(nn.Module):
    """The graph of a 48 kHz decoder, and the phases that are found for what it makes."""

    def __init__(self, graph: GraphModule, phases: Phases) -> None:
        super().__init__()
        self.graph, self.phases = graph, phases

    def forward(self, latents: Tensor) -> Tensor:
        magnitudes, bands = self.graph(latents)
        found: Tensor = self.phases(magnitudes, bands)
        return found


class GraphBackbone(Backbone):
    """A generator whose embedding and segments are graphs; its words stay PyTorch's: every pack has them in full."""

    def __init__(self, name: str, words: WordEmbedding, pack: Path, entries: Entries) -> None:
        nn.Module.__init__(self)
        self.words = words
        self.stem = GraphModule(pack, entries[f"{name}_embed"])
        count = sum(key.startswith(f"{name}_segment_") for key in entries)
        self.segments = nn.ModuleList(GraphModule(pack, entries[f"{name}_segment_{i}"]) for i in range(count))

    def embed(self, x: Tensor, t: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
        h, cond = self.stem(x, t, text)
        return h, cond

    def segment(self, index: int, h: Tensor, cond: Tensor) -> Tensor:
        graph = self.segments[index]
        assert isinstance(graph, GraphModule)
        if "x" in graph.inputs:  # the last one, which runs when `velocity` has the latents for it
            self.waiting = cond
            return h
        made: Tensor = graph(h, cond)
        return made

    def velocity(self, found: Tensor, x: Tensor, t: Tensor) -> Tensor:
        graph = self.segments[-1]
        assert isinstance(graph, GraphModule)
        made: Tensor = graph(found, self.waiting, x, t) if "x" in graph.inputs else found
        return made


def run_on_graphs(system: AVLink, pack: Path, entries: Entries) -> AVLink:
    """Put the graphs of a pack's manifest (its `graphs`) in place of the system's generators, Fusion Blocks, timing
    adapter and sound decoder, in place; returns the system. What no variant changes, encoders and video decoder among
    it, stays PyTorch's.
    """
    parts = system._modules
    for name in ("audio", "video"):
        backbone = getattr(system, name)
        parts[name] = GraphBackbone(name, backbone.words, pack, entries)
    for name, found in fusion_sets(system).items():
        names = fusion_graphs(name, len(found.blocks))
        found.blocks = nn.ModuleList(GraphModule(pack, entries[graph]) for graph in names)
    blocks = range(len(system.timing.blocks))
    system.timing.blocks = nn.ModuleList(GraphModule(pack, entries[f"timing_{i}"]) for i in blocks)
    decoder = GraphModule(pack, entries["audio_decoder"])
    own = system.audio_decoder
    parts["audio_decoder"] = GraphSoundDecoder(decoder, own.phases) if isinstance(own, WidebandDecoder) else decoder
    return system
