"""Sets of Fusion Blocks for one task alone: who uses which, where they are stored, and what a pack says of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from avlink.errors import InputError
from avlink.export.graphs import system_graphs
from avlink.export.pack import fusion_entries
from avlink.presets import PRESETS
from avlink.system import ALONE, AVLink, write_parts
from avlink.train.objectives.fusion import FusionA2VObjective, FusionV2AObjective, TimingObjective

JOINT = PRESETS["nano"]
OWN = replace(JOINT, sets_alone=("v2a",))


def two_sets() -> AVLink:
    torch.manual_seed(1)
    system = AVLink(OWN).eval().requires_grad_(False)
    # What is fresh has outputs of zero.
    for parameter in system.parameters():
        parameter.copy_(0.1 * torch.randn(parameter.shape))
    return system


def velocity(system: AVLink, makes: str) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    x_a, x_v = (torch.randn(1, *s, generator=generator) for s in (system.grid.audio_shape, system.grid.video_shape))
    t = torch.full((1,), 0.5)
    bag = torch.zeros(1, system.vocabulary)
    return next(iter(system.fused_velocity(x_a, t, x_v, t, bag, makes).values()))


def test_each_task_is_made_by_its_own_set() -> None:
    system = two_sets()
    sound, picture = velocity(system, "audio"), velocity(system, "video")
    for parameter in system.fusion_for("v2a").parameters():
        parameter.zero_()
    assert not torch.equal(velocity(system, "audio"), sound)
    assert torch.equal(velocity(system, "video"), picture)
    assert system.fusion_for("a2v") is system.fusion is system.fusion_for("joint")


def test_a_pack_has_both_and_says_which_task_has_which() -> None:
    system = two_sets()
    graphs = {graph.name for graph in system_graphs(system)}
    of_task = {task: entry["blocks"] for entry in fusion_entries(system, 0.95) for task in entry["tasks"]}
    assert of_task["v2a"] == [f"fusion_v2a_{i}" for i in range(4)]
    assert of_task["a2v"] == [f"fusion_joint_{i}" for i in range(4)]
    assert graphs >= {*of_task["v2a"], *of_task["a2v"]}
    both = fusion_entries(AVLink(replace(JOINT, sets_alone=("v2a", "a2v"))), 0.95)
    assert [(entry["name"], entry["tasks"]) for entry in both] == [("a2v", ["a2v"]), ("v2a", ["v2a"])]
    (only,) = fusion_entries(AVLink(JOINT), 0.95)
    assert (only["name"], only["tasks"]) == ("joint", ["v2a", "a2v"])


def test_a_fresh_set_starts_from_the_joint_one_and_both_are_stored(tmp_path: Path) -> None:
    system = two_sets()
    write_parts(system, tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == set(system.parts) > {"fusion", "fusion_v2a"}
    fresh = AVLink(OWN)
    assert fresh.load_part(tmp_path, "fusion_v2a", "fusion")
    for mine, joint in zip(fresh.fusion_for("v2a").parameters(), system.fusion.parameters(), strict=True):
        assert torch.equal(mine, joint)
    assert fresh.load_part(tmp_path, "fusion_v2a")
    for mine, own in zip(fresh.fusion_for("v2a").parameters(), system.fusion_for("v2a").parameters(), strict=True):
        assert torch.equal(mine, own)


def test_without_a_joint_set_nothing_is_made_together() -> None:
    system = AVLink(replace(JOINT, sets_alone=("v2a", "a2v")))
    assert "fusion" not in system.parts and {*ALONE.values()} < {*system.parts}
    with pytest.raises(InputError, match="together"):
        system.generate_both(1, steps=1)


def test_stages_train_and_need_the_set_of_sound() -> None:
    objective = FusionV2AObjective(AVLink(OWN))
    learning = {name.split(".")[1] for name, p in objective.named_parameters() if p.requires_grad and "system." in name}
    assert learning == {ALONE["v2a"]}
    scenes = objective.scenes(2, 4, torch.device("cpu"))
    objective(objective.corrupt(0, scenes))["loss"].backward()
    assert any(p.grad is not None and bool(p.grad.any()) for p in objective.system.fusion_for("v2a").parameters())
    assert ALONE["v2a"] in TimingObjective.needed(OWN) and "fusion" not in TimingObjective.needed(OWN)
    assert "fusion" in TimingObjective.needed(JOINT)
    pictures = FusionA2VObjective(AVLink(replace(JOINT, sets_alone=("v2a", "a2v"))))
    losses = pictures(pictures.corrupt(0, pictures.scenes(2, 4, torch.device("cpu"))))
    assert float(losses["video"]) > 0 and float(losses["audio"]) == 0
    with pytest.raises(InputError, match="train the stage fusion"):
        FusionV2AObjective.needed(JOINT)
