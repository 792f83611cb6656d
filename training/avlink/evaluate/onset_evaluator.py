"""When does a picture say that something sounds? The evaluator of generated pictures, trained on rendered ones.

It is the video generator with auxiliary heads of its own (see EvaluatorObjective), trained on pictures that went
through the codec as generated ones do: how much moves within a pair of frames is lost there, and heads that were
trained without that loss see next to nothing happen in any picture that was decoded. The Fusion Blocks never train
against it. Motion energy alone is no measure here: cameras shake and distractors move, so that even a scene's own
picture scores no better than another's.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from ..checkpoint import checkpoint_path, read_checkpoint
from ..flow import noised
from ..system import CONDITIONING_T, AVLink, to_frames
from ..train.objectives.generators import VideoBackboneObjective

THRESHOLD = 0.25  # of the read onset probability


def peaks(curve: Tensor, rate: float, threshold: float = THRESHOLD) -> list[float]:
    """Times in seconds of local maxima of curve [L] above the threshold."""
    inner = (curve[1:-1] >= curve[:-2]) & (curve[1:-1] > curve[2:]) & (curve[1:-1] > threshold)
    return ((inner.nonzero()[:, 0] + 1.5) / rate).tolist()


class OnsetEvaluator:
    """Reads the onsets of a sound off its picture.

    stage: whose heads, those of `evaluator` or those that the video generator itself was trained with.
    """

    def __init__(self, system: AVLink, run: Path, stage: str = "evaluator") -> None:
        self.system = system
        self.objective = VideoBackboneObjective(system)
        path = checkpoint_path(run, stage, ".resume")
        if not path.exists():
            raise FileNotFoundError(f"{path}: train this stage first (python -m avlink.train {stage})")
        state = read_checkpoint(path)
        heads = {k: v for k, v in state["objective"].items() if k.startswith("heads.")}
        self.objective.load_state_dict(heads, strict=False)
        self.objective.eval()

    @torch.no_grad()
    def curves(self, frames: Tensor, seed: int) -> list[Tensor]:
        """uint8 frames [B, T, 3, 64, 64] -> for every head, in order of depth: onset probabilities [B, 2 T]."""
        system = self.system
        z = system.video_encoder(to_frames(frames))
        t = torch.full((z.shape[0],), CONDITIONING_T)
        noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(seed))
        tokens = system.video.features(noised(z, noise, t), t, torch.zeros(z.shape[0], system.preset.width))
        return [torch.sigmoid(head(h)[..., 0]) for head, h in zip(self.objective.heads, tokens, strict=True)]

    def read(self, frames: Tensor, seed: int) -> list[list[list[float]]]:
        """uint8 frames [B, T, 3, 64, 64] -> for every head, in order of depth: onset times of each clip, seconds."""
        rate = self.system.grid.audio_latent_rate
        return [[peaks(curve, rate) for curve in curves] for curves in self.curves(frames, seed)]
