"""The mean of runs: every weight of the part halfway, nothing else touched, and nothing resumed from before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from avlink.export.random_system import random_system
from avlink.system import AVLink, write_parts
from avlink.train import average


def test_the_mean_lies_halfway_and_training_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [tmp_path / name for name in ("before", "after")]
    for seed, run in enumerate(runs):
        write_parts(random_system("nano", seed), run)
    for stage in ("video_backbone", "video_decoder", "fusion"):
        (runs[1] / f"{stage}.resume.pt").touch()
    kept = (runs[1] / "audio.pt").read_bytes()
    states = [torch.load(run / "video.pt", weights_only=True)["weights"] for run in runs]
    arguments = ["average", "video", *map(str, runs), "--folder", str(runs[1])]
    monkeypatch.setattr(sys, "argv", arguments)
    average.main()
    found = AVLink.load(runs[1], "nano").video.state_dict()
    for name, value in found.items():
        torch.testing.assert_close(value, (states[0][name] + states[1][name]) / 2)
    assert any(not torch.equal(states[0][name], value) for name, value in found.items())
    assert sorted(x.name for x in runs[1].glob("*.resume.pt")) == ["fusion.resume.pt", "video_decoder.resume.pt"]
    assert (runs[1] / "audio.pt").read_bytes() == kept


def test_weights_of_another_network_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="of different networks"):
        average.mean([{"a": torch.zeros(2)}, {"a": torch.zeros(3)}])
    monkeypatch.setattr(sys, "argv", ["average", "video", str(tmp_path), "--folder", str(tmp_path)])
    with pytest.raises(SystemExit):
        average.main()
