"""Train one stage or all of them. Stop and start at will: every stage resumes from its checkpoint.

    python -m avlink.train all --preset nano --minutes 5
    python -m avlink.train fusion --preset mini --minutes 60 --device cuda
    torchrun --nproc_per_node 4 -m avlink.train fusion --preset mini --minutes 10 --device cuda

Stages in order: audio_encoder (closed form), video_codec, audio_backbone, video_backbone, tagger, sync, fusion, timing,
audio_decoder, video_decoder, evaluator (measures A2V; not part of the pack). `all` divides the minutes among them.
The presets with the 48 kHz codec have one of their own, recorded_sound: the sound generator and its timing adapter
together, on the recordings of --sounds. fusion_v2a and fusion_a2v train sets of Fusion Blocks that make sound alone,
and pictures alone.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch

from ..checkpoint import write_checkpoint
from ..command_line import add_device, add_preset, entry_point, positive
from ..presets import PRESETS
from ..scenes import render
from ..system import AVLink
from .stages import OBJECTIVES
from .trainer import train

# Shares of the budget of `all`. Sync is learned last and slowest.
SHARES = {
    "video_codec": 0.08,
    "audio_backbone": 0.12,
    "video_backbone": 0.12,
    "tagger": 0.02,
    "sync": 0.08,
    "fusion": 0.34,
    "timing": 0.04,
    "audio_decoder": 0.1,
    "video_decoder": 0.08,
    "evaluator": 0.02,
}
# Steps that fresh auxiliary heads get to learn what trained parts already know.
SETTLE = 100


def fit_audio_encoder(run: Path, system: AVLink, clips: int = 512) -> None:
    """The closed-form stage: principal components of the log-mel of fresh scenes."""
    features = []
    for seed in range(clips // 32):
        audio = render(5_000_000 + seed, 32, sight=False).audio
        features.append(system.narrow.features(audio).flatten(0, 1))
    kept = system.narrow.fit(torch.cat(features))
    print(f"audio encoder: {kept:.1%} of the log-mel variance kept", flush=True)
    run.mkdir(parents=True, exist_ok=True)
    write_checkpoint(run / "audio_encoder.pt", {"weights": system.audio_encoder.state_dict(), "kept": kept})


def run_stage(stage: str, args: argparse.Namespace, minutes: float) -> None:
    preset = PRESETS[args.preset]
    run: Path = args.folder or Path("runs") / preset.name
    torch.manual_seed(0)
    system = AVLink(preset)
    if stage == "audio_encoder":
        fit_audio_encoder(run, system)
        return
    kind = OBJECTIVES[stage]
    for part in kind.needed(preset):
        if not system.load_part(run, part):
            raise SystemExit(f"{run / part}.pt is missing: train that stage first, or use `all`")
    # Trained already, by another stage (the decoder of video_codec) or before it was exported: go on from there.
    trained = [
        part
        for part in kind.trains
        if system.load_part(run, part) or (kind.starts_from and system.load_part(run, part, kind.starts_from))
    ]
    device: torch.device = args.device
    if "LOCAL_RANK" in os.environ and not torch.distributed.is_initialized():
        torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(device)
    objective = kind(system)
    if args.sounds:
        objective.listen(args.sounds)
    train(
        objective,
        stage,
        run,
        minutes=minutes,
        batch=args.batch or preset.batch,
        device=device,
        max_steps=args.steps,
        settle=SETTLE if trained else 0,
    )


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=["all", "audio_encoder", *OBJECTIVES])
    add_preset(parser, "nano")
    parser.add_argument("--folder", type=Path, help="folder of checkpoints; default: runs/PRESET")
    parser.add_argument(
        "--sounds",
        type=Path,
        help="a bank of recordings, for the preset next: recorded_sound, fusion, fusion_v2a, fusion_a2v, timing",
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="time budget")
    parser.add_argument("--steps", type=positive, help="stop after this many steps at the latest")
    parser.add_argument("--batch", type=positive)
    add_device(parser)
    parser.add_argument("--threads", type=positive)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.stage == "all":
        run_stage("audio_encoder", args, 0)
        for stage, share in SHARES.items():
            run_stage(stage, args, args.minutes * share)
    else:
        run_stage(args.stage, args, args.minutes)


if __name__ == "__main__":
    main()
