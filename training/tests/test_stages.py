"""The training stages on `nano`: all run, resume, write loadable parts, and leave the frozen parts untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from avlink.presets import PRESETS
from avlink.system import WORDS, AVLink
from avlink.train.__main__ import SHARES, fit_audio_encoder
from avlink.train.auxiliary_heads import onset_envelope
from avlink.train.objectives.fusion import FusionObjective
from avlink.train.objectives.generators import VideoBackboneObjective
from avlink.train.stages import OBJECTIVES
from avlink.train.trainer import split_parameters, train
from avlink.vocabulary import VOCABULARY

CPU = torch.device("cpu")
NANO = PRESETS["nano"]


def step(stage: str, run: Path, steps: int = 2) -> AVLink:
    system = AVLink(NANO)
    kind = OBJECTIVES[stage]
    for part in kind.needs + kind.trains:
        system.load_part(run, part)
    train(kind(system), stage, run, minutes=5, batch=4, device=CPU, max_steps=steps)
    return system


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nano")
    torch.manual_seed(0)
    fit_audio_encoder(folder, AVLink(NANO), clips=32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VideoBackboneObjective, "fitted", 4)
        for stage in SHARES:
            step(stage, folder)
    return folder


def test_all_stages_train_a_whole_system(run: Path) -> None:
    system = AVLink.load(run, "nano")
    given = torch.randn(2, system.grid.video_latents, 8, 8, system.grid.video_channels)
    latents = system.generate("v2a", given, steps=2, guidance_av=1.5)
    assert latents.shape == (2, system.grid.audio_latents, system.grid.audio_channels)
    assert torch.isfinite(system.audio_decoder(latents)).all()
    clip = system.generate("a2v", latents, steps=2)
    # What was measured before training is not averaged with what stood there before.
    axes = system.video.axes[0]
    torch.testing.assert_close(axes.T @ axes, torch.eye(axes.shape[0]), atol=1e-3, rtol=0)
    assert system.video.spread.max() > 2
    assert torch.isfinite(system.video_decoder(clip[:, :3])).all()


def test_same_seed_same_latents(run: Path) -> None:
    system = AVLink.load(run, "nano")
    given = torch.randn(1, system.grid.video_latents, 8, 8, system.grid.video_channels)
    first = system.generate("v2a", given, seed=5, steps=2)
    torch.testing.assert_close(first, system.generate("v2a", given, seed=5, steps=2))
    assert (first - system.generate("v2a", given, seed=6, steps=2)).abs().max() > 0.1


def test_stage_resumes_where_it_stopped(run: Path) -> None:
    before = torch.load(run / "fusion.resume.pt", weights_only=True)["step"]
    step("fusion", run, steps=1)
    assert torch.load(run / "fusion.resume.pt", weights_only=True)["step"] == before + 1


def test_heads_settle_before_trained_parts_move(run: Path, tmp_path: Path) -> None:
    system = AVLink.load(run, "nano")
    before = {name: value.clone() for name, value in system.fusion.state_dict().items()}
    objective = FusionObjective(system)
    head = objective.audio_head.head.weight.clone()
    train(objective, "fusion", tmp_path, minutes=5, batch=4, device=CPU, max_steps=2, settle=2)
    assert all(torch.equal(value, before[name]) for name, value in system.fusion.state_dict().items())
    assert not torch.equal(objective.audio_head.head.weight, head)


def test_fusion_stage_trains_fusion_alone(run: Path) -> None:
    system = AVLink.load(run, "nano")
    objective = FusionObjective(system)
    names = {name for name, p in objective.named_parameters() if p.requires_grad}
    assert names and all(name.startswith(("system.fusion.", "audio_head.", "video_head.")) for name in names)
    matrices, others = split_parameters(objective)
    assert all(p.dim() == 2 for p in matrices) and others
    losses = objective(objective.draw(3, 4, CPU))
    losses["loss"].backward()
    assert torch.isfinite(losses["loss"])
    assert all(p.grad is None for name, p in objective.named_parameters() if name not in names)


def test_missing_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="audio_encoder"):
        AVLink.load(tmp_path, "nano")


def test_onset_envelope_peaks_at_events() -> None:
    envelope = onset_envelope(torch.tensor([[1.0, float("nan")], [float("nan"), float("nan")]]), 128)
    assert int(envelope[0].argmax()) in (30, 31)
    assert envelope[1].max() == 0


def test_training_goes_on_when_the_vocabulary_has_grown(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    resume = tmp_path / "run" / "audio_backbone.resume.pt"
    state = torch.load(resume, weights_only=True)
    fewer = len(VOCABULARY) - 3

    def cut(value: object) -> object:
        """What was saved, as if the last three words had not been there."""
        if isinstance(value, dict):
            return {name: cut(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [cut(inner) for inner in value]
        if isinstance(value, torch.Tensor) and value.dim() == 2 and value.shape[1] == len(VOCABULARY):
            return value[:, :fewer].clone()
        return value

    torch.save(cut(state), resume)
    part = tmp_path / "run" / "audio.pt"
    torch.save(cut(torch.load(part, weights_only=True)), part)
    assert torch.load(part, weights_only=True)["weights"][WORDS].shape[1] == fewer
    step("audio_backbone", tmp_path / "run", steps=1)
    again = torch.load(resume, weights_only=True)
    assert again["step"] == state["step"] + 1
    assert again["averages"]["audio"][WORDS].shape[1] == len(VOCABULARY)


def test_a_stage_goes_on_from_its_name_of_before(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    now, before = (tmp_path / "run" / f"{name}.resume.pt" for name in ("tagger", "namer"))
    state = torch.load(now, weights_only=True)
    state["averages"] = {"namer": state["averages"]["tagger"]}
    state["objective"] = {key.replace("tagger", "namer"): value for key, value in state["objective"].items()}
    torch.save(state, before)
    now.unlink()
    (tmp_path / "run" / "tagger.pt").rename(tmp_path / "run" / "namer.pt")
    step("tagger", tmp_path / "run", steps=1)
    assert torch.load(now, weights_only=True)["step"] == state["step"] + 1
