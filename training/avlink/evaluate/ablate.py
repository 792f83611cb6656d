"""The paper's ablations of the Fusion Blocks, each trained from scratch for equally many steps on the same scenes.

    python -m avlink.evaluate.ablate --folder runs/mini --steps 600 --clips 64 --device cuda

The codecs and both frozen generators are those of the run. Writes ablation.json and ablation.md into it: V2A onset F1
of every variant on the same held-out scenes and seeds, its lead over other clips' sound with the standard error, and
the auxiliary heads' error at the end of training. Variants that are in ablation.json already, with the same settings,
are not trained again; `--only` names some of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from ..command_line import add_device, add_preset, entry_point, existing_folder, positive
from ..presets import Preset, preset_named
from ..system import CONDITIONING_T, AVLink
from ..train.objectives.fusion import FusionObjective
from ..train.trainer import train
from .tasks import Settings, impacts


@dataclass(frozen=True)
class Variant:
    """One way to build or train the Fusion Blocks; the rest is as it ships."""

    preset: dict[str, Any] = field(default_factory=dict)  # fields of the preset that differ
    conditioning: tuple[float, float] = FusionObjective.conditioning  # flow times of the condition in training
    conditioning_t: float = CONDITIONING_T  # and in sampling
    studio: float = FusionObjective.studio  # share of the scenes that pictures are learned from; 0: V2A alone


def variants(segments: int) -> dict[str, Variant]:
    """All of them, by name; the first is what ships."""
    last = segments - 1
    fixed = {f"conditioning at t = {t:g}": Variant(conditioning=(t, t), conditioning_t=t) for t in (0.5, 0.8, 0.9, 1.0)}
    return {
        "interleaved, symmetric, t in [0.88, 0.98]": Variant(),
        "first block only": Variant({"fusion_places": (0,)}),
        "middle block only": Variant({"fusion_places": (segments // 2,)}),
        "last block only": Variant({"fusion_places": (last,)}),
        "without symmetric reinjection": Variant({"symmetric": False}),
        "without hand-over by the moment": Variant({"aligned": False}),
        "for V2A alone": Variant(studio=0.0),
        "uniform t": Variant(conditioning=(0.0, 1.0)),
        **fixed,
    }


def trained(
    variant: Variant, base: Preset, run: Path, out: Path, args: argparse.Namespace
) -> tuple[AVLink, float | None]:
    """A system with fresh Fusion Blocks trained as the variant says, and the heads' last error if it was reported."""
    torch.manual_seed(0)
    system = AVLink(replace(base, **variant.preset))
    for part in ("audio_encoder", "audio_decoder", "video_encoder", "audio", "video"):
        if not system.load_part(run, part):
            raise SystemExit(f"{run / part}.pt is missing: train that stage first")
    objective = FusionObjective(system)
    objective.conditioning, objective.studio = variant.conditioning, variant.studio
    device: torch.device = args.device
    batch = args.batch or base.batch
    shutil.rmtree(out, ignore_errors=True)  # a variant that was stopped halfway starts over: all get as many steps
    # The steps end it; the budget of time only guards against a machine that has stopped.
    train(objective, "fusion", out, minutes=24 * 60, batch=batch, device=device, max_steps=args.steps)
    lines = (out / "fusion.log").read_text().splitlines() if (out / "fusion.log").exists() else []
    error = float(json.loads(lines[-1])["heads"]) if lines else None
    system.to("cpu").load_part(out, "fusion")
    return system.eval().requires_grad_(False), error


def table(rows: dict[str, dict[str, Any]]) -> str:
    """The variants as Markdown, in the order they were given."""
    lines = ["| Fusion Blocks | V2A onset F1 | recall | precision | lead over other clips | auxiliary heads' error |"]
    lines.append("|---|---|---|---|---|---|")
    for name, row in rows.items():
        lead = f"{row['lead']:.3f} ± {row['lead_error']:.3f}"
        heads = row["heads"] if "heads" in row else row["reader"]  # as tables of before call it
        error = "" if heads is None else f"{heads:.3f}"
        cells = [f"{row[key]:.3f}" for key in ("f1", "recall", "precision")]
        lines.append(f"| {name} | {' | '.join(cells)} | {lead} | {error} |")
    first = next(iter(rows.values()))
    lines.append(
        f"\nEach trained from scratch for {first['steps']} steps of {first['batch']}, measured on {first['clips']}"
        f" held-out clips with onsets; seed {first['seed']}, {first['sampler_steps']} sampling steps."
    )
    return "\n".join(lines) + "\n"


def measure(
    system: AVLink, error: float | None, variant: Variant, args: argparse.Namespace, batch: int
) -> dict[str, Any]:
    settings = Settings(
        clips=args.clips,
        seed=args.seed,
        steps=args.sampler_steps,
        guidance_av=args.guidance_av,
        conditioning_t=variant.conditioning_t,
    )
    report = impacts(system, settings)
    found, leads = report["onsets"]["generated"], report["lead in F1"]
    return {
        **{name: found[name] for name in ("f1", "recall", "precision")},
        "lead": leads["over other clips"],
        "lead_error": leads["over other clips, standard error"],
        "heads": error,
        "clips": report["clips"],
        **{"steps": args.steps, "batch": batch, "seed": args.seed},
        **{"sampler_steps": args.sampler_steps, "guidance_av": args.guidance_av, "rendered": args.clips},
    }


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=existing_folder, required=True, help="a run with codecs and both generators")
    add_preset(parser)
    parser.add_argument("--steps", type=positive, default=600, help="training steps for each variant")
    parser.add_argument("--batch", type=positive)
    parser.add_argument("--clips", type=positive, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sampler-steps", type=positive, default=8)
    parser.add_argument("--guidance-av", type=float, default=2.0)
    parser.add_argument("--only", nargs="*", help="names of the variants to train")
    add_device(parser)
    args = parser.parse_args()
    base = preset_named(args.preset or args.folder.resolve().name)
    batch = args.batch or base.batch
    chosen = variants(base.segments)
    unknown = [name for name in args.only or () if name not in chosen]
    if unknown:
        parser.error(f"no variant {', '.join(unknown)}; there are: {', '.join(chosen)}")
    path = args.folder / "ablation.json"
    settings = {"steps": args.steps, "batch": batch, "seed": args.seed, "rendered": args.clips}
    settings |= {"sampler_steps": args.sampler_steps, "guidance_av": args.guidance_av}
    rows: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}
    rows = {name: row for name, row in rows.items() if all(row[key] == value for key, value in settings.items())}
    for number, (name, variant) in enumerate(chosen.items()):
        if name in rows or (args.only and name not in args.only):
            continue
        # Numbered, since names hold what file names should not; the steps keep longer trainings apart.
        out = args.folder / "ablation" / f"{number:02d}-{args.steps}-{batch}"
        system, error = trained(variant, base, args.folder, out, args)
        rows[name] = measure(system, error, variant, args, batch)
        rows = {key: rows[key] for key in chosen if key in rows}
        path.write_text(json.dumps(rows, indent=1) + "\n")
        (args.folder / "ablation.md").write_text(table(rows))
        print(f"{name}: {json.dumps(rows[name])}", flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
