"""Manifests of before are read in the words of today; no value of theirs changes, and no place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from avlink.export.variants import restored
from avlink.manifest import in_current_words, read_manifest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "e2e/fixtures/manifests"
TINY = ROOT / "e2e/fixtures/packs/tiny"
WORDS = {
    "naming": "tagger",
    "namer": "tagger",
    "lean": "onsetBias",
    "hushed": "quietLevel",
    "unceasing": "continuousLevel",
}


def quoted(manifest: dict[str, Any]) -> set[str]:
    """The words of before that a manifest has as keys or names; files keep the names that they have."""
    text = json.dumps(manifest)
    return {word for word in WORDS if f'"{word}"' in text}


def test_the_words_of_before_become_those_of_today_where_they_stand() -> None:
    path = KEPT / "without-second-attempt.json"
    text = path.read_text()
    assert quoted(json.loads(text)) == set(WORDS)
    for before, now in WORDS.items():
        text = text.replace(f'"{before}"', f'"{now}"')
    manifest = read_manifest(path)
    assert json.dumps(manifest) == json.dumps(json.loads(text))
    assert manifest["tagger"] == {"graph": "tagger", "seenAbove": 0.5}
    assert manifest["graphs"]["tagger"]["file"] == "namer.onnx"
    assert "tagger" in [case["graph"] for case in manifest["golden"]["cases"]]
    level = manifest["timing"]["level"]
    assert (level["onsetBias"], level["quietLevel"], level["continuousLevel"]) == (0.7, -0.3, 0.1)


def test_a_manifest_without_these_entries_stays_as_it_is() -> None:
    first = json.loads((KEPT / "first.json").read_text())
    assert not quoted(first) and in_current_words(first) == first


def test_a_pack_of_before_gives_its_weights_back(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    text = (TINY / "manifest.json").read_text()
    for before in ("namer", "lean", "hushed", "unceasing"):
        text = text.replace(f'"{WORDS[before]}"', f'"{before}"')
    text = text.replace('\n "namer": {', '\n "naming": {')
    (tmp_path / "manifest.json").write_text(text)
    before = json.loads(text)
    assert before["naming"]["graph"] == "namer" and quoted(before) == set(WORDS)
    again, here = (restored(pack, "nano").state_dict() for pack in (tmp_path, TINY))
    assert all(torch.equal(again[name], here[name]) for name in here)


@pytest.mark.parametrize(
    "path",
    [TINY / "manifest.json", *sorted((ROOT / "public/models/mini").glob("manifest*.json"))],
    ids=lambda path: path.name,
)
def test_the_packs_here_have_the_words_of_today(path: Path) -> None:
    manifest = json.loads(path.read_text())
    assert not quoted(manifest) and read_manifest(path) == manifest


# By these, links and recipes know the packs that were released before.
RELEASED = {
    "standard": "65e72f194711a84de3ed01448ad5830b1029442fb1682f2d8926df6b5bc3eb00",
    "light": "e96404cd3c39b4baf2bdebfc18561005fb423f539a9c1ac1a3a2c780e4ca7d9e",
    "processor": "9c50b2a0b3b994cf7bb6de536ed281cd046604c564fa3a1f6903a54aeeec8d6b",
}


def test_the_pack_answers_to_the_hashes_it_was_released_with() -> None:
    index = json.loads((ROOT / "public/models/mini/variants.json").read_text())
    known = {entry["id"]: [*entry["earlier"], entry["manifest"]["sha256"]] for entry in index["variants"]}
    assert all(sha256 in known[name] for name, sha256 in RELEASED.items())
