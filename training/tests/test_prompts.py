"""The classifier hears materials in rendered sound, is kept with its run, and measures what prompts do."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from avlink.evaluate import prompts
from avlink.evaluate.results import quality, table
from avlink.evaluate.tasks import Settings
from avlink.export.random_system import random_system
from avlink.scenes import MATERIALS
from avlink.system import AVLink

CLIPS = 640  # of which a classifier learns to hear
FEW = 64


@pytest.fixture(scope="module")
def system() -> AVLink:
    return random_system("nano").eval().requires_grad_(False)


@pytest.fixture(scope="module")
def run(system: AVLink, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    with torch.no_grad():  # as measurements call it
        prompts.classifier_of(system, folder, CLIPS)
    return folder


def test_examples_are_single_known_materials() -> None:
    audio, labels = prompts.examples(3, 64, "train")
    assert audio.shape[0] == labels.shape[0] and 20 < labels.numel() < 64
    assert set(labels.tolist()) == set(range(len(prompts.ASKED)))
    assert all(name in MATERIALS for name in prompts.ASKED)


@pytest.mark.long
def test_a_little_training_hears_materials_well_above_chance(system: AVLink, run: Path) -> None:
    found = prompts.accuracy(prompts.classifier_of(system, run, CLIPS), *prompts.examples(40, 128, "heldout"))
    assert set(found) == {"mean", *prompts.ASKED}
    assert found["mean"] > 2 / len(prompts.ASKED)


@pytest.mark.long
def test_loudness_tells_the_classifier_next_to_nothing(system: AVLink, run: Path) -> None:
    classifier = prompts.classifier_of(system, run, CLIPS)
    audio, _ = prompts.examples(41, 64, "train")

    def likely(sounds: torch.Tensor) -> torch.Tensor:
        return classifier(classifier.features(sounds)).softmax(1)

    # Of probabilities, not of what is most likely: after so little training two materials are often as good as tied.
    loud = likely(audio)
    quieter, others = ((loud - x).abs().mean() for x in (likely(audio * 0.7), loud.roll(1, 0)))
    assert quieter < 0.1 * others


def test_the_classifier_is_kept_and_replaced_when_it_is_of_another_kind(system: AVLink, tmp_path: Path) -> None:
    path = tmp_path / prompts.FILE
    prompts.classifier_of(system, tmp_path, FEW)
    made = path.stat().st_mtime_ns
    prompts.classifier_of(system, tmp_path, FEW)
    assert path.stat().st_mtime_ns == made
    state = torch.load(path, weights_only=True)
    torch.save(state | {"version": prompts.VERSION - 1}, path)
    torch.testing.assert_close(
        prompts.classifier_of(system, tmp_path, FEW).head.weight, state["weights"]["head.weight"], rtol=1e-3, atol=1e-3
    )
    assert torch.load(path, weights_only=True)["version"] == prompts.VERSION


@pytest.mark.long
def test_a_report_says_how_far_the_classifier_can_be_trusted(system: AVLink, run: Path) -> None:
    report = prompts.prompts(system, Settings(clips=2, steps=1), run, CLIPS)
    assert report["classifier on held-out sound"]["mean"] > report["classifier on held-out sound, coded"]["mean"]


def test_a_report_has_finite_shares_and_figures(
    system: AVLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = prompts.examples
    monkeypatch.setattr(prompts, "examples", lambda seed, clips, split: examples(seed, FEW, split))
    report = prompts.prompts(system, Settings(clips=2, steps=1), tmp_path, FEW)
    report["settings"] = {}
    assert 0 <= report["agreement with the prompt"]["mean"] <= 1
    assert sum(report["heard without a prompt"].values()) == pytest.approx(1)
    assert 0 <= report["classifier on held-out sound, coded"]["mean"] <= 1
    assert "agreement with the prompt, wood" in table(report)
    figures = quality(report)
    assert "prompts agreement with the prompt, mean" in figures and all(map(math.isfinite, figures.values()))
    json.dumps(report, allow_nan=False)
