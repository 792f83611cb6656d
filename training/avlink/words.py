"""From what people type to the words that the model knows, as in src/model/text.ts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

# Endings that are taken off, longest first, with what may stand in their place.
ENDINGS = (("ing", ("", "e")), ("ies", ("y",)), ("ed", ("", "e")), ("es", ("", "e")), ("s", ("",)))
MIN_LENGTH = 3  # of a base form that is looked up: "sing" must not be taken for an inflected "s"
SILENCE = "silence"  # the word that asks for no sound

# Words that people are offered as ones to keep away from.
NEGATIVES = {
    "v2a": ("silence", "loud", "several", "fast", "water", "wind", "metal", "glass", "whoosh", "steady"),
    "a2v": ("still", "several", "fast", "water", "spark", "rain", "box", "person"),
}


def understand(text: str, vocabulary: Sequence[str], synonyms: Mapping[str, str]) -> list[str]:
    """The vocabulary words a text in any case amounts to, each once, in its order; unknown words are ignored."""
    known = set(vocabulary)

    def look_up(word: str) -> str | None:
        forms = (form if form in known else synonyms.get(form) for form in base_forms(word))
        return next((found for found in forms if found), None)

    words = (look_up(word) for word in re.findall(r"[^\W\d_]+", text.lower()))
    return list(dict.fromkeys(word for word in words if word is not None))


def base_forms(word: str) -> list[str]:
    """The word itself, then its likely base forms."""
    found = [word]
    for ending, replacements in ENDINGS:
        if not word.endswith(ending):
            continue
        stem = word[: -len(ending)]
        found += [stem + replacement for replacement in replacements]
        # "dropping", "slammed": the doubled consonant belongs to the ending.
        if stem[-1:] == stem[-2:-1]:
            found.append(stem[:-1])
    return [form for form in found if form == word or len(form) >= MIN_LENGTH]


def bag_of(words: Sequence[str], vocabulary: Sequence[str]) -> Tensor:
    """Multi-hot bag of vocabulary words, float32 [V]."""
    return torch.tensor([float(word in words) for word in vocabulary])
