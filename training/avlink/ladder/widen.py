"""A trained run as the start of one with another grid or other Fusion Blocks.

    python -m avlink.ladder.widen --folder runs/mini --out runs/motion

Whatever both presets have keeps its weights; what only the new one has starts so that it changes nothing: channels that
are read but were unknown have zero weights, and paths that are added end in zeros. What motion channels measure is
scaled on fresh scenes, as the stage `video_codec` would.
"""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

import torch
from torch import Tensor

from ..backbone import PATCH
from ..presets import PRESETS, Preset
from ..system import AVLink
from .objectives import VideoCodecObjective
from .trainer import write_parts

MAY_DIFFER = ("name", "batch", "grid", "motion_blocks", "aligned")


def _per_cell(narrow: Tensor, wide: Tensor, before: int, after: int) -> Tensor:
    """Rows of a latent patch, cell by cell: `before` channels a cell become `after`; the new ones are zero."""
    made = torch.zeros_like(wide).unflatten(0, (PATCH * PATCH, after))
    made[:, :before] = narrow.unflatten(0, (PATCH * PATCH, before))
    return made.flatten(0, 1)


@torch.no_grad()
def widen(narrow: AVLink, wide: AVLink) -> None:
    """Fill `wide` with the weights of `narrow`. Raises ValueError where they differ in more than `MAY_DIFFER`."""
    for field in fields(Preset):
        mine, other = getattr(narrow.preset, field.name), getattr(wide.preset, field.name)
        if mine != other and field.name not in MAY_DIFFER:
            raise ValueError(f"{field.name} is {mine} here and {other} there: only {', '.join(MAY_DIFFER)} may differ")
    before, after = narrow.grid.video_channels, wide.grid.video_channels
    known = narrow.state_dict()
    for name, tensor in wide.state_dict().items():
        if name not in known:
            continue  # a path that only the new preset has: its last layer starts at zero
        value = known[name]
        if value.shape == tensor.shape:
            tensor.copy_(value)
        elif name in ("video.head.weight", "video.head.bias"):
            tensor.copy_(_per_cell(value, tensor, before, after))
        elif name == "video.patch.weight":
            # Features of the stem, then the latents of the patch themselves.
            stem = value.shape[1] - PATCH * PATCH * before
            tensor[:, :stem] = value[:, :stem]
            tensor[:, stem:] = _per_cell(value[:, stem:].T, tensor[:, stem:].T, before, after).T
        else:
            # Further channels come last, of what is read (zeros) and of what is normalised (as it was made).
            corner = tuple(slice(0, extent) for extent in value.shape)
            if tensor.dim() > 1:
                tensor.zero_()
            tensor[corner] = value


@torch.no_grad()
def scale_channels(wide: AVLink, first: int) -> None:
    """Mean and std of the video latents from channel `first` on, measured on fresh scenes."""
    measured = AVLink(wide.preset, wide.vocabulary)
    measured.load_state_dict(wide.state_dict())
    VideoCodecObjective(measured).finish(torch.device("cpu"))
    for part, source in (
        (wide.video_encoder, measured.video_encoder),
        (wide.video_decoder, measured.video_decoder),
    ):
        part.mean[first:] = source.mean[first:]
        part.std[first:] = source.std[first:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--preset", choices=list(PRESETS), help="of --folder; its name by default")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--out-preset", choices=list(PRESETS), help="of --out; its name by default")
    args = parser.parse_args()
    torch.manual_seed(0)
    narrow = AVLink.load(args.folder, args.preset)
    wide = AVLink(PRESETS[args.out_preset or args.out.name])
    widen(narrow, wide)
    if wide.grid.video_channels > narrow.grid.video_channels:
        scale_channels(wide, narrow.grid.video_channels)
    write_parts(wide, args.out)


if __name__ == "__main__":
    main()
