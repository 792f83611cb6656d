"""The graphs of a pack: which part of the system each one is, its inputs and outputs and their dynamic axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from ..backbone import Backbone, video_positions
from ..fusion import FusionSet
from ..system import TASKS, AVLink
from ..wideband import WidebandDecoder, WidebandEncoder

Shape = tuple[int | str, ...]


class Call(nn.Module):
    """A function of a system's modules as a module of its own, as the exporter wants it."""

    def __init__(self, owner: nn.Module, function: Callable[..., Tensor | tuple[Tensor, ...]]) -> None:
        super().__init__()
        self.owner = owner
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.function(*inputs)


@dataclass
class Graph:
    """One file of the pack. A string in a shape names a dynamic axis; `sizes` gives values to try for each."""

    name: str
    module: nn.Module
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    sizes: dict[str, tuple[int, int]] = field(default_factory=lambda: {"B": (2, 3)})
    quantize: bool = True
    halve: bool = False  # convolutions are stored as float16
    robust: bool = False  # loses nothing that is measured with 4 bits, and so never has more, see docs/training-log.md
    fill: bool = False  # linear maps of any depth are quantized, those over three-dimensional values
    tolerance: float = 0.05  # of quantized against full weights, relative to the largest value

    def example(self, which: int, seed: int = 0) -> tuple[Tensor, ...]:
        """Random inputs at the first or the second size of every dynamic axis; flow times lie in 0..1."""
        generator = torch.Generator().manual_seed(seed)
        made = []
        for name, shape in self.inputs.items():
            concrete = [self.extent(axis, which) for axis in shape]
            if name.startswith("t_") or name == "t":
                made.append(torch.rand(concrete, generator=generator))
            elif name == "bag":
                made.append((torch.rand(concrete, generator=generator) < 0.1).float())
            else:
                scale = 0.3 if name in ("samples", "frames") else 1.0
                made.append(scale * torch.randn(concrete, generator=generator))
        return tuple(made)

    def extent(self, axis: int | str, which: int) -> int:
        """Length of an axis; `2*L` means twice the dynamic axis L, `L+2` two more."""
        if isinstance(axis, int):
            return axis
        scaled, _, more = axis.partition("+")
        factor, _, base = scaled.rpartition("*")
        return int(factor or 1) * self.sizes[base][which] + int(more or 0)


def backbone_graphs(name: str, backbone: Backbone, latents: Shape, tokens: int, width: int) -> list[Graph]:
    """Embedding and segments of one generator; the last segment of one that guesses a part also sees the latents."""
    guesses = type(backbone).velocity is not Backbone.velocity
    hidden: Shape = ("B", tokens, width)
    cond: Shape = ("B", 8 * width)
    graphs = [
        Graph(
            f"{name}_embed",
            Call(backbone, backbone.embed),
            {"x": latents, "t": ("B",), "text": ("B", width)},
            {"h": hidden, "cond": cond},
        )
    ]
    count = len(backbone.segments)
    for index in range(count):

        def segment(h: Tensor, cond: Tensor, index: int = index) -> Tensor:
            return backbone.segment(index, h, cond)

        def last(h: Tensor, cond: Tensor, x: Tensor, t: Tensor, index: int = index) -> Tensor:
            return backbone.velocity(backbone.segment(index, h, cond), x, t)

        inputs, outputs = {"h": hidden, "cond": cond}, {"h_out": hidden}
        if index == count - 1:
            outputs = {"velocity": latents}
            if guesses:
                inputs |= {"x": latents, "t": ("B",)}
        run = last if "x" in inputs else segment
        graphs.append(Graph(f"{name}_segment_{index}", Call(backbone, run), inputs, outputs))
    return graphs


LENGTHS = {"B": (1, 2), "L": (8, 12)}


def sound_codec_graphs(system: AVLink) -> list[Graph]:
    """Encoder and decoder of sound. The 48 kHz decoder ends in magnitudes and in the levels of the bands that latents
    stand for: the app finds a wave that has them (wideband/phases.py), since no provider has a transform that is fast.
    """
    grid, encoder, decoder = system.grid, system.audio_encoder, system.audio_decoder
    latents: Shape = ("B", "L", grid.audio_channels)
    wide = isinstance(encoder, WidebandEncoder)
    if isinstance(encoder, WidebandEncoder) and isinstance(decoder, WidebandDecoder):
        config = encoder.config
        made: dict[str, Shape] = {
            "magnitudes": ("B", f"{config.frames_per_latent}*L", config.bins),
            "bands": ("B", f"{config.mels_per_latent}*L", config.bands),
        }

        def spectrum(latents: Tensor) -> tuple[Tensor, Tensor]:
            return decoder.magnitudes(latents), decoder.bands(latents)

        span = config.samples_per_latent
        module: nn.Module = Call(encoder, encoder.known_or_guessed)
        maker: nn.Module = Call(decoder, spectrum)
        heard: dict[str, Shape] = {"known": ("B",)}
    else:
        span, module, heard, maker = grid.samples_per_latent, encoder, {}, decoder
        made = {"samples": ("B", f"{span}*L")}
    given: dict[str, Shape] = {"samples": ("B", f"{span}*L"), **heard}
    return [
        Graph("audio_encoder", module, given, {"latents": latents}, sizes=LENGTHS, quantize=False),
        Graph("audio_decoder", maker, {"latents": latents}, made, sizes=LENGTHS, halve=wide, robust=wide, fill=wide),
    ]


def fusion_sets(system: AVLink) -> dict[str, FusionSet]:
    """The sets of Fusion Blocks by name: "joint", or of one task alone, which has the task's name."""
    names = sorted({task if task in system.preset.sets_alone else "joint" for task in TASKS})
    return {name: system.fusion_for(name) for name in names}


def fusion_graphs(name: str, blocks: int) -> list[str]:
    """Names of the graphs of a set of so many blocks."""
    return [f"fusion_{name}_{index}" for index in range(blocks)]


def system_graphs(system: AVLink) -> list[Graph]:
    """Every graph of the pack, in the order the app runs them."""
    grid, width = system.grid, system.preset.width
    size = grid.video_latent_size
    frame, out = grid.frame_size, grid.output_frame_size
    video_tokens = int(video_positions(grid).numel())
    audio_latents: Shape = ("B", grid.audio_latents, grid.audio_channels)
    video_latents: Shape = ("B", grid.video_latents, size, size, grid.video_channels)

    def words(bag: Tensor) -> tuple[Tensor, Tensor]:
        return system.audio.words(bag), system.video.words(bag)

    both = nn.ModuleList([system.audio.words, system.video.words])
    graphs = [
        Graph(
            "text",
            Call(both, words),
            {"bag": ("B", system.vocabulary)},
            {"text_audio": ("B", width), "text_video": ("B", width)},
            quantize=False,
        ),
        *sound_codec_graphs(system),
        Graph(
            "video_encoder",
            system.video_encoder,
            {"frames": (1, f"{grid.frames_per_latent}*L", 3, frame, frame)},
            {"latents": (1, "L", size, size, grid.video_channels)},
            sizes=LENGTHS,
            quantize=False,
            halve=True,
        ),
        Graph(
            "video_decoder",
            system.video_decoder,
            # With a latent of context at either end.
            {"latents": (1, f"L+{2 * grid.decoder_context}", size, size, grid.video_channels)},
            {"frames": (1, f"{grid.frames_per_latent}*L", 3, out, out)},
            sizes={"L": (2, 3)},
            quantize=False,
            halve=True,
        ),
    ]
    graphs += backbone_graphs("audio", system.audio, audio_latents, grid.audio_latents, width)
    graphs += backbone_graphs("video", system.video, video_latents, video_tokens, width)
    h_v: Shape = ("B", video_tokens, width)
    graphs.append(Graph("tagger", system.tagger, {"h": h_v}, {"words": ("B", system.vocabulary)}, quantize=False))
    h_a: Shape = ("B", grid.audio_latents, width)
    graphs.append(
        Graph(
            "sync_encoder",
            system.sync,
            {"frames": (1, f"{grid.frames_per_latent}*L", 3, frame, frame)},
            {"timing": (1, f"{grid.audio_per_video_latent}*L", 2)},
            sizes=LENGTHS,
            halve=True,
        )
    )
    told: dict[str, Shape] = {"h_a": h_a, "timing": ("B", grid.audio_latents, 2), "t_a": ("B",)}
    graphs += [
        Graph(f"timing_{index}", block, told, {"h_a_out": h_a}, halve=True)
        for index, block in enumerate(system.timing.blocks)
    ]
    joined: dict[str, Shape] = {"h_a": h_a, "h_v": h_v, "t_a": ("B",), "t_v": ("B",)}
    for name, found in fusion_sets(system).items():
        if found.places != tuple(range(system.preset.segments)) or not found.symmetric:
            raise ValueError("packs hold interleaved, symmetric Fusion Blocks; other arrangements are for ablations")
        graphs += [
            Graph(graph, block, joined, {"h_a_out": h_a, "h_v_out": h_v})
            for graph, block in zip(fusion_graphs(name, len(found.blocks)), found.blocks, strict=True)
        ]
    return graphs
