"""Reads the manifests of packs (schema: src/model/manifest.ts), also those written when some words were others.

Packs stay valid for good, and a manifest's hash is the name by which links and recipes know its pack. So files of
before stay as they are, and the words of before are known here alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]

ENTRIES = {"naming": "tagger"}  # of the manifest
GRAPHS = {"namer": "tagger"}
LEVEL = {"lean": "onsetBias", "hushed": "quietLevel", "unceasing": "continuousLevel"}  # of timing.level


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file, in the words of today."""
    return in_current_words(json.loads(path.read_text()))


def in_current_words(manifest: Manifest) -> Manifest:
    """A manifest in the words of today, every entry in its place; one that has them already stays as it is."""
    made = _renamed(manifest, ENTRIES)
    if "graphs" in made:
        made["graphs"] = _renamed(made["graphs"], GRAPHS)
    if "tagger" in made:
        made["tagger"] = _with_graph(made["tagger"])
    if "level" in made.get("timing", {}):
        made["timing"] = made["timing"] | {"level": _renamed(made["timing"]["level"], LEVEL)}
    if "golden" in made:
        made["golden"] = made["golden"] | {"cases": [_with_graph(case) for case in made["golden"]["cases"]]}
    return made


def _renamed(entries: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {words.get(name, name): value for name, value in entries.items()}


def _with_graph(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"graph": GRAPHS.get(entry["graph"], entry["graph"])}
