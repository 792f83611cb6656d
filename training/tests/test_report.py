"""The report: every figure that was measured, with the command that measures it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avlink.evaluate.report import command, document


def test_the_report_holds_what_was_measured_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no report"):
        document(tmp_path)
    numbers = {"recall": 0.5, "precision": 0.75, "f1": 0.6}
    report = {
        "task": "v2a",
        "clips": 7,
        "onsets": {"generated": numbers, "other clip": {**numbers, "f1": 0.2}},
        "lead in F1": {"over other clips": 0.4, "over other clips, standard error": 0.03},
        "families": {"bells": {**numbers, "clips": 3, "chance_f1": 0.1}},
        "false onsets a second, silent scenes": {"generated": 0.25, "the scenes' own sound": None},
        "settings": {"clips": 16, "seed": 2, "steps": 8, "guidance_av": 2.0, "caption": True},
    }
    (tmp_path / "report-v2a.json").write_text(json.dumps(report))
    text = document(tmp_path)
    assert "| generated | 0.600 | 0.500 | 0.750 |  |" in text
    assert "| other clip | 0.200 | 0.500 | 0.750 | +0.400 \u00b1 0.030 |" in text
    assert "| bells | 3 | 0.600 | 0.100 |" in text
    assert "| false onsets per second, silent scenes, generated | 0.250 |" in text
    assert "own sound" not in text and "Codecs" not in text and "Sampler" not in text


def test_a_command_names_its_seed_and_what_differs_from_the_defaults() -> None:
    settings = {"clips": 128, "seed": 0, "steps": 8, "shift": 1.0, "caption": True}
    assert command("a2v", settings) == "python -m avlink.evaluate --task a2v --clips 128 --seed 0 --steps 8 --caption"


def test_ablations_and_variants_stand_in_the_report_once_they_are_measured(tmp_path: Path) -> None:
    row = {"f1": 0.5, "recall": 0.4, "precision": 0.6, "lead": 0.2, "lead_error": 0.05, "heads": None}
    row |= {"steps": 10, "batch": 4, "clips": 9, "seed": 0, "sampler_steps": 8}
    (tmp_path / "ablation.json").write_text(json.dumps({"first block only": row}))
    figures = {"v2a onset F1": 0.7, "lead in F1 over standard": -0.1, "lead in F1 over standard, standard error": 0.02}
    entries = [{"id": name, "weights": "q8", "bytes": 2_000_000, "quality": figures} for name in ("standard", "light")]
    index = {"variants": [*entries, {"id": "unmeasured", "weights": "q8", "bytes": 1, "quality": {}}]}
    (tmp_path / "variants.json").write_text(json.dumps(index))
    text = document(tmp_path, tmp_path)
    assert "| first block only | 0.500 | 0.400 | 0.600 | 0.200 \u00b1 0.050 |  |" in text
    assert "| standard | q8 | 2.0 | 0.700 |  |" in text and "| light | q8 | 2.0 | 0.700 | -0.100 \u00b1 0.020 |" in text
    assert "unmeasured" not in text and "light" not in document(tmp_path)
