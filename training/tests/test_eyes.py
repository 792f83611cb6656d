"""The eyes: the table against the vocabularies, the look at a picture, the rule, and the export of a network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from avlink.errors import InputError
from avlink.evaluate.eyes import SHOWN_BY, Seen, best, fit, outcome, shown_by
from avlink.export.eyes import CLASSES, MANIFEST, WORDS, round_weights, to_onnx, write_eyes
from avlink.eyes import SIDE, Calibration, Group, group_probabilities, look, read_groups
from avlink.vocabulary import VOCABULARY, WIDE_VOCABULARY

TABLE = Path(__file__).parents[2] / "public/models/eyes" / WORDS
EVEN = Calibration(1.0, 0.0)


def test_every_word_is_known_and_every_class_is_there_once() -> None:
    groups = read_groups(TABLE)
    unknown = {word for g in groups for way in g.say for word in way} - set(WIDE_VOCABULARY)
    assert not unknown
    classes = [k for g in groups for k in g.classes]
    assert len(set(classes)) == len(classes)
    assert all(0 <= k < CLASSES for k in classes)
    # A pack with all words can speak of everything, and the one before it of much.
    assert all(g.words(WIDE_VOCABULARY) == g.say[0] for g in groups)
    assert sum(bool(g.words(VOCABULARY)) for g in groups) > 50


def test_cut_outs_are_compared_with_groups_that_there_are() -> None:
    names = {g.name for g in read_groups(TABLE)}
    assert {name for shown in SHOWN_BY.values() for name in shown} <= names


def test_a_picture_is_scaled_as_pytorch_does() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (1, 300, 300, 3), dtype=np.uint8)
    wanted = F.interpolate(
        torch.from_numpy(picture).float().permute(0, 3, 1, 2), size=(SIDE, SIDE), mode="bilinear", antialias=True
    ).permute(0, 2, 3, 1)
    assert np.abs(look(picture, 1.0) - wanted.numpy()).max() < 0.01
    # Of a wide picture the middle, in its own proportions: whatever is left and right of it is not seen.
    wide = picture.copy()
    wide[:, :, :60] = wide[:, :, -60:] = 0
    assert np.array_equal(look(picture, 2.0), look(wide, 2.0))
    assert not np.array_equal(look(picture, 2.0, whole=True), look(wide, 2.0, whole=True))


def test_logits_are_averaged_and_things_that_sound_alike_added() -> None:
    groups = [Group("dog", (("dog",),), (0, 1)), Group("hammer", (("hammer", "strike"),), (2,))]
    logits = np.full((2, CLASSES), -30.0)
    logits[0, :3], logits[1, :3] = [2, 0, 0], [0, 0, 2]
    p = group_probabilities(logits, groups)
    assert p == pytest.approx(np.array([np.e + 1, np.e]) / (2 * np.e + 1))
    assert best(p, groups, ("dog",))[1].name == "dog"
    # What a pack cannot say is not the best, and half a way of saying it is none.
    assert best(p, groups, ("hammer", "strike"))[1].name == "hammer"
    assert groups[1].words(("hammer",)) == ()


def test_the_surer_one_is_believed_if_it_is_sure_enough() -> None:
    clips = [
        Seen(0.6, True, 0.5, False),
        Seen(0.6, False, 0.7, True),
        Seen(0.2, True, 0.0, False),
        Seen(0.3, True, 0.0, False),
    ]
    counts = outcome(clips, 0.25, EVEN, EVEN)
    assert counts == {"eyes right": 2, "eyes wrong": 0, "tagger right": 1, "tagger wrong": 0, "nobody": 1}


def test_a_curve_of_certainty_is_found_again() -> None:
    draw = np.random.default_rng(1)
    true = Calibration(0.8, -0.5)
    p = draw.uniform(0.01, 0.99, 20_000)
    right = draw.uniform(size=p.size) < [true.certainty(x) for x in p]
    found = fit(list(p), list(right))
    assert (found.slope, found.offset) == pytest.approx((true.slope, true.offset), abs=0.06)


def test_what_shows_a_thing() -> None:
    groups = read_groups(TABLE)
    assert shown_by("rooster", groups) == ("rooster", "hen")
    assert shown_by("violin", groups) == ("violin",)
    assert shown_by("egg", groups) == ()


class Small(nn.Module):
    """A large layer, a convolution by channel and a product, as the real network has them."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 128, 8, 8)
        self.alone = nn.Conv2d(128, 128, 3, padding=1, groups=128)
        self.last = nn.Linear(128, CLASSES)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        h = self.first(pixels.permute(0, 3, 1, 2) / 255).clamp(0, 6)
        made: torch.Tensor = self.last(self.alone(h).clamp(0, 6).mean((2, 3)))
        return made


def test_a_network_is_written_with_its_table_and_stays_what_it_was(tmp_path: Path) -> None:
    torch.manual_seed(1)
    eyes = Small().eval()
    with pytest.raises(InputError, match="table"):
        write_eyes(eyes, tmp_path)
    (tmp_path / WORDS).write_text(TABLE.read_text())
    assert write_eyes(eyes, tmp_path, "small") < 0.02
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest["graph"]["bytes"] == (tmp_path / manifest["graph"]["file"]).stat().st_size
    assert manifest["classes"] == CLASSES
    kinds = {t.data_type for t in onnx.load(tmp_path / manifest["graph"]["file"]).graph.initializer}
    assert {onnx.TensorProto.INT8, onnx.TensorProto.FLOAT16} <= kinds


def test_large_layers_alone_are_rounded_to_8_bits() -> None:
    assert round_weights(to_onnx(Small().eval())) == 2


def test_a_table_with_a_class_that_is_not_there_is_refused(tmp_path: Path) -> None:
    table = json.loads(TABLE.read_text())
    table["groups"][0]["classes"]["1000"] = "nothing"
    (tmp_path / WORDS).write_text(json.dumps(table))
    with pytest.raises(InputError, match="not below 1000"):
        write_eyes(Small(), tmp_path)
