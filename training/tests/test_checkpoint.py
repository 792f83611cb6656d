"""Runs of before, whose parts, stages and auxiliary heads had other names, are read in the names of today."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from avlink.checkpoint import checkpoint_path, checkpoint_paths, read_checkpoint
from avlink.errors import InputError
from avlink.evaluate.onset_evaluator import OnsetEvaluator
from avlink.presets import PRESETS
from avlink.system import ALONE, AVLink
from avlink.train.stages import OBJECTIVES

# Keys as stages wrote them before, and as they are called now.
KEYS = {
    "video_backbone": {
        "readers.0.reader.weight": "heads.0.head.weight",
        "word_readers.0.reader.bias": "word_heads.0.head.bias",
        "system.video.words.table.weight": "system.video.words.table.weight",
    },
    "fusion": {
        "read_audio.reader.weight": "audio_head.head.weight",
        "read_video.reader.bias": "video_head.head.bias",
    },
    "sync": {"word_reader.weight": "word_head.weight"},
    "tagger": {"system.namer.said.bias": "system.tagger.said.bias"},
}


@pytest.mark.parametrize("stage", KEYS)
def test_keys_of_before_are_those_of_the_objective(stage: str, tmp_path: Path) -> None:
    path = tmp_path / "stage.resume.pt"
    torch.save({"objective": {key: torch.ones(1) for key in KEYS[stage]}, "averages": {"namer": 1, "sync": 2}}, path)
    state = read_checkpoint(path)
    assert list(state["objective"]) == list(KEYS[stage].values())
    assert set(state["objective"]) <= set(OBJECTIVES[stage](AVLink(PRESETS["nano"])).state_dict())
    assert state["averages"] == {"tagger": 1, "sync": 2}


def test_keys_of_today_stay_as_they_are(tmp_path: Path) -> None:
    for stage, kind in OBJECTIVES.items():
        alone = tuple(task for task, part in ALONE.items() if part == stage)
        objective = kind(AVLink(replace(PRESETS["nano"], sets_alone=alone))).state_dict()
        torch.save({"objective": objective}, tmp_path / f"{stage}.pt")
        assert list(read_checkpoint(tmp_path / f"{stage}.pt")["objective"]) == list(objective)


def test_the_file_of_today_comes_before_that_of_before(tmp_path: Path) -> None:
    now, before = tmp_path / "tagger.pt", tmp_path / "namer.pt"
    assert checkpoint_paths(tmp_path, "tagger") == [now, before] and checkpoint_path(tmp_path, "tagger") == now
    before.touch()
    assert checkpoint_path(tmp_path, "tagger") == before
    now.touch()
    assert checkpoint_path(tmp_path, "tagger") == now
    assert checkpoint_paths(tmp_path, "sync") == [tmp_path / "sync.pt"]
    with pytest.raises(InputError, match=r"tagger\.pt is not a checkpoint"):
        read_checkpoint(now)


def test_a_system_and_its_evaluator_load_from_a_run_of_before(tmp_path: Path) -> None:
    trained, system = AVLink(PRESETS["nano"]), AVLink(PRESETS["nano"])
    torch.nn.init.normal_(trained.tagger.said.weight)
    torch.save({"weights": trained.tagger.state_dict()}, tmp_path / "namer.pt")
    assert system.load_part(tmp_path, "tagger")
    assert torch.equal(system.tagger.said.weight, trained.tagger.said.weight)
    weight = torch.randn_like(OBJECTIVES["evaluator"](system).state_dict()["heads.0.head.weight"])
    torch.save({"objective": {"readers.0.reader.weight": weight}}, tmp_path / "judge.resume.pt")
    assert torch.equal(OnsetEvaluator(system, tmp_path).objective.state_dict()["heads.0.head.weight"], weight)
