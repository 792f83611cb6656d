"""Measure whether prompts work: the material heard in generated sound against the material requested.

    python -m avlink.evaluate.prompts --folder runs/mini --clips 16 --steps 8 --guidance-text 2

The pictures are held-out scenes of things being struck, with colours that do not show the material. Each picture gets a
sound for every material, from the same noise, and, with no material requested, a sound that excludes each. Onsets are
measured against those of the scene's own sound as well. A small classifier decides which material is heard. It learns
from rendered sound, half of it encoded and decoded again. Its accuracy on held-out scenes, plain and encoded, is
reported too: no agreement can be trusted further than that.

Writes report-prompts.json and .md into the run folder and stores the classifier there.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..attempts import make_sound
from ..audio_codec import AudioEncoder
from ..checkpoint import read_checkpoint, write_checkpoint
from ..command_line import add_preset, add_solver, entry_point, positive
from ..grid import GRID
from ..sampling import draw_noise
from ..scenes import MATERIALS, render
from ..system import AVLink, to_frames
from ..vocabulary import encode_caption
from . import metrics
from .hits import directed_by
from .results import write
from .tasks import Settings

ASKED = ("wood", "metal", "glass", "plastic", "stone")
FAMILIES = ("striking", "hitting", "falling", "bouncing")  # what the classifier learns from
SCENES = ("striking",)  # whose picture, without its colours, goes with any of the materials
FILE = "material-classifier.pt"
VERSION = 2  # raise it when features, network or data change: older classifiers are trained anew
PART = 64


class MaterialClassifier(nn.Module):
    """Sound [B, 65536] -> logits [B, len(ASKED)]: convolutions over the log-mel, pooled over time."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.mel = AudioEncoder(GRID).mel.requires_grad_(False)
        self.layers = nn.Sequential(
            nn.Conv1d(GRID.mel_bands, width, 5, stride=2, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 3, padding=1),
            nn.GELU(),
        )
        self.head = nn.Linear(2 * width, len(ASKED))

    def features(self, audio: Tensor) -> Tensor:
        """Log-mel [B, bands, T] below its own loudest place by 0..8 nepers, scaled: level tells nothing."""
        mel = self.mel(audio).transpose(1, 2)
        return (mel - mel.amax((1, 2), keepdim=True)).clamp(min=-8) / 4 + 1

    def forward(self, features: Tensor) -> Tensor:
        h = self.layers(features)
        return self.head(torch.cat([h.mean(2), h.amax(2)], 1))

    def hears(self, audio: Tensor) -> Tensor:
        """The most likely material of each sound, index into ASKED [B]."""
        return self(self.features(audio)).argmax(1)


def examples(seed: int, clips: int, split: str) -> tuple[Tensor, Tensor]:
    """Rendered sounds [n, 65536] that one of the ASKED materials makes, and its index [n]; n <= clips."""
    sounds, labels = [], []
    table = torch.full((len(MATERIALS) + 1,), -1)
    for index, name in enumerate(ASKED):
        table[MATERIALS.index(name)] = index
    for part in range(-(-clips // PART)):
        made = render(
            seed + part, PART, split="heldout" if split == "heldout" else "train", families=FAMILIES, sight=False
        )
        label = table[made.material]
        kept = (label >= 0) & ~made.events.isnan().all(1)
        sounds.append(made.audio[kept])
        labels.append(label[kept])
    return torch.cat(sounds), torch.cat(labels)


@torch.no_grad()
def coded(system: AVLink, audio: Tensor) -> Tensor:
    """Sounds [n, 65536] after a round trip through the codec: generated sound comes out of it, too."""
    return torch.cat([system.at_grid_rate(system.audio_decoder(system.code_sound(part))) for part in audio.split(PART)])


@torch.enable_grad()  # whoever asks for a measurement has none
def train_classifier(system: AVLink, clips: int = 4096, epochs: int = 14, seed: int = 0) -> MaterialClassifier:
    """A classifier trained on rendered scenes of the training split, coded and not; minutes at most on a CPU."""
    torch.manual_seed(seed)
    classifier = MaterialClassifier()
    audio, labels = examples(6_000_000 + 1000 * seed, clips, "train")
    with torch.no_grad():
        both = (audio, coded(system, audio))
        features = torch.stack(
            [torch.cat([classifier.features(part) for part in sounds.split(PART)]) for sounds in both]
        )
    count = labels.numel()
    # Materials come up unevenly: each weighs the same.
    weight = count / labels.bincount(minlength=len(ASKED)).clamp(min=1).float() / len(ASKED)
    steps = epochs * max(1, count // PART)
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    generator = torch.Generator().manual_seed(seed)
    classifier.train()
    for _ in range(steps):
        pick = torch.randint(count, (min(PART, count),), generator=generator)
        x = features[torch.randint(2, pick.shape, generator=generator), pick]
        # Generated sound is blurred and noisy: neither may decide.
        x = x + torch.rand(len(pick), 1, 1, generator=generator) * 0.3 * torch.randn(x.shape, generator=generator)
        x = x + 0.15 * torch.randn(len(pick), x.shape[1], 1, generator=generator)
        loss = F.cross_entropy(classifier(x), labels[pick], weight)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
    return classifier.eval().requires_grad_(False)


def classifier_of(system: AVLink, run: Path, clips: int = 4096) -> MaterialClassifier:
    """The run's classifier, trained for its codec and stored there if it has none of this version."""
    path = run / FILE
    if path.exists():
        state = read_checkpoint(path)
        if state["version"] == VERSION and state["clips"] == clips and tuple(state["materials"]) == ASKED:
            classifier = MaterialClassifier()
            classifier.load_state_dict(state["weights"])
            return classifier.eval().requires_grad_(False)
    classifier = train_classifier(system, clips)
    state = {"version": VERSION, "clips": clips, "materials": list(ASKED), "weights": classifier.state_dict()}
    write_checkpoint(path, state)
    return classifier


@torch.no_grad()
def accuracy(classifier: MaterialClassifier, audio: Tensor, labels: Tensor) -> dict[str, float]:
    """Share of sounds whose material is heard, as a mean over the materials and for each that occurs."""
    heard = torch.cat([classifier.hears(part) for part in audio.split(PART)])
    shares = {
        name: float((heard[labels == i] == i).float().mean())
        for i, name in enumerate(ASKED)
        if bool((labels == i).any())
    }
    return with_mean(shares)


def with_mean(shares: dict[str, float]) -> dict[str, float]:
    return {"mean": sum(shares.values()) / len(shares)} | shares


def decibels(audio: Tensor) -> list[float]:
    """RMS level of sounds [n, N], one each."""
    return audio.square().mean(1).sqrt().clamp(min=1e-5).log10().mul(20).tolist()


@torch.no_grad()
def prompts(system: AVLink, settings: Settings, run: Path, training_clips: int = 4096) -> dict[str, Any]:
    """Agreement of generated sound with the material asked for; settings.clips pictures, each for every material."""
    classifier = classifier_of(system, run, training_clips)
    audio, labels = examples(9_500_000, 512, "heldout")
    agreement: dict[str, list[float]] = {name: [] for name in ASKED}
    unasked: list[Tensor] = []
    levels: dict[str, list[float]] = {"loud": [], "quiet": [], "not quiet": [], "not loud": []}
    avoided: dict[str, list[float]] = {name: [] for name in ASKED}
    hits: list[metrics.Agreement] = []
    size, rate = 16, system.grid.sample_rate
    for k in range(-(-settings.clips // size)):
        count = min(size, settings.clips - k * size)
        seed = 9_600_000 + 1000 * settings.seed + k
        scenes = render(seed, count, split="heldout", families=SCENES, hints=False)
        given = system.video_encoder(to_frames(scenes.frames))
        timing = directed_by(scenes.audio, system.grid) if settings.directed else system.watched(scenes.frames)
        marks = [metrics.onset_samples(metrics.resampled(wave, rate)) for wave in scenes.audio.numpy()]

        def sound(
            words: str, avoid: str = "", given: Tensor = given, timing: Tensor = timing, count: int = count, k: int = k
        ) -> Tensor:
            bag, negative = (encode_caption(text).expand(count, -1) for text in (words, avoid))
            noise = draw_noise(system.grid, count, settings.seed * 1000 + k)
            chosen, second = settings.sampling(), settings.second()
            made = make_sound(
                system,
                given,
                timing,
                noise,
                chosen,
                asked=bag,
                negative=negative,
                second=second,
                directed=settings.directed,
            )
            return system.at_grid_rate(made.audio)

        for index, name in enumerate(ASKED):
            made = sound(f"strike {name}")
            agreement[name] += (classifier.hears(made) == index).float().tolist()
            avoided[name] += (classifier.hears(sound("strike", name)) == index).float().tolist()
            for own, wave in zip(marks, made.numpy(), strict=True):
                if own:
                    hits.append(metrics.compare(own, metrics.resampled(wave, rate), settings.tolerance))
        unasked.append(classifier.hears(sound("strike")))
        for word in ("loud", "quiet"):
            levels[word] += decibels(sound(f"strike {word}"))
            levels[f"not {word}"] += decibels(sound("strike", word))
    heard = torch.cat(unasked).bincount(minlength=len(ASKED)).float() / settings.clips

    def shares(found: dict[str, list[float]]) -> dict[str, float]:
        return with_mean({name: sum(values) / len(values) for name, values in found.items()})

    def louder(one: str, other: str) -> dict[str, float]:
        return {"dB": sum(a - b for a, b in zip(levels[one], levels[other], strict=True)) / len(levels[one])}

    return {
        "task": "prompts-directed" if settings.directed else "prompts",
        "classifier on held-out sound": accuracy(classifier, audio, labels),
        "classifier on held-out sound, coded": accuracy(classifier, coded(system, audio), labels),
        "agreement with the prompt": shares(agreement),
        # Asked for no material: what the classifier hears then is what a prompt that does nothing would score.
        "heard without a prompt": dict(zip(ASKED, heard.tolist(), strict=True)),
        "heard though to be avoided": shares(avoided),
        "onset F1 of what was asked for": {"0.1 s": metrics.total(hits)["f1"]},
        "loud over quiet": louder("loud", "quiet"),
        "avoiding quiet over avoiding loud": louder("not quiet", "not loud"),
    }


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("runs/mini"))
    add_preset(parser)
    parser.add_argument("--clips", type=positive, default=16, help="pictures, each with a sound for every material")
    parser.add_argument(
        "--training-clips", type=positive, default=4096, help="rendered sounds the classifier learns from"
    )
    parser.add_argument("--seed", type=int, default=0)
    add_solver(parser)
    parser.add_argument("--steps", type=positive, default=16)
    parser.add_argument("--guidance-text", type=float, default=2.0)
    parser.add_argument("--guidance-level", type=float, default=Settings.guidance_level)
    parser.add_argument("--guidance-most", type=float, default=Settings.guidance_most)
    parser.add_argument("--words-with-timing", action="store_true", help="told both in every branch")
    parser.add_argument("--guidance-av", type=float, default=1.0)
    parser.add_argument("--guidance-av-until", type=float, default=Settings.guidance_av_until)
    parser.add_argument("--shift", type=float, default=Settings.shift)
    parser.add_argument("--silent-below", type=float, default=Settings.silent_below)
    parser.add_argument("--second-guidance", type=float, default=Settings.second_guidance)
    parser.add_argument("--directed", action="store_true", help="told of the scenes' own hits, too")
    parser.add_argument("--once", action="store_true", help="without the second attempt where sound is silent")
    parser.add_argument("--threads", type=positive)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    names = {field.name for field in dataclasses.fields(Settings)}
    settings = Settings(**{name: value for name, value in vars(args).items() if name in names})
    report = prompts(AVLink.load(args.folder, args.preset), settings, args.folder, args.training_clips)
    report["settings"] = dataclasses.asdict(settings)
    print(write(report, args.folder))


if __name__ == "__main__":
    main()
