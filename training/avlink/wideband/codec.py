"""Encoder and decoder as one checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from ..checkpoint import write_checkpoint
from .config import WIDEBANDS, Wideband
from .decoder import WidebandDecoder
from .encoder import WidebandEncoder

FILE = "wideband.pt"


class WidebandCodec(nn.Module):
    """samples [B, N] at 48 kHz, N a multiple of samples_per_latent -> the same sound after a round trip."""

    def __init__(self, config: Wideband) -> None:
        super().__init__()
        self.config = config
        self.encoder = WidebandEncoder(config)
        self.decoder = WidebandDecoder(config)

    def forward(self, samples: Tensor) -> Tensor:
        return self.decoder(self.encoder(samples))

    def store(self, folder: Path, step: int, seconds: float) -> None:
        """Write the codec into a run folder, whole and as the two parts that AVLink loads."""
        about = {"step": step, "seconds": seconds}
        write_checkpoint(folder / FILE, {"config": self.config.name, "weights": self.state_dict()} | about)
        for name, part in (("audio_encoder", self.encoder), ("audio_decoder", self.decoder)):
            write_checkpoint(folder / f"{name}.pt", {"weights": part.state_dict()} | about)

    @classmethod
    def load(cls, folder: Path) -> WidebandCodec:
        """The codec of a run folder; raises FileNotFoundError if none has been fitted there."""
        path = folder / FILE
        if not path.exists():
            raise FileNotFoundError(f"{path}: train the codec first (python -m avlink.train.wideband --help)")
        state = torch.load(path, map_location="cpu", weights_only=True)
        codec = cls(WIDEBANDS[state["config"]])
        codec.load_state_dict({name: value.float() for name, value in state["weights"].items()})
        return codec.eval().requires_grad_(False)
