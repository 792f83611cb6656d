"""The tagger: what a picture shows stands in for the caption that nobody gave."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from avlink.attempts import Sounds
from avlink.evaluate import tasks
from avlink.evaluate.tasks import Settings
from avlink.export.random_system import random_system
from avlink.presets import PRESETS
from avlink.scenes import render
from avlink.system import AVLink, grown, to_frames
from avlink.tagger import SEEN_ABOVE, Tagger, seen
from avlink.vocabulary import INDEX, VOCABULARY

NANO = PRESETS["nano"]


@pytest.fixture
def system() -> AVLink:
    """Untrained, with a tagger that sees wood everywhere."""
    system = random_system("nano").eval().requires_grad_(False)
    with torch.no_grad():
        system.tagger.said.weight.zero_()
        system.tagger.said.bias.fill_(-4.0)
        system.tagger.said.bias[INDEX["wood"]] = 4.0
    return system


def test_an_untrained_tagger_says_nothing() -> None:
    tagger = Tagger(NANO, 20)
    assert not seen(tagger(torch.randn(3, 16, NANO.width))).any()


def test_words_are_seen_above_the_threshold() -> None:
    logit = torch.logit(torch.tensor([SEEN_ABOVE - 0.01, SEEN_ABOVE + 0.01]))
    assert seen(logit[None]).tolist() == [[0.0, 1.0]]


def test_windows_of_one_video_go_by_the_same_words(system: AVLink, monkeypatch: pytest.MonkeyPatch) -> None:
    z = torch.randn(3, *system.grid.video_shape)
    logits = torch.full((3, len(VOCABULARY)), -2.0)
    logits[:, INDEX["drop"]] = torch.tensor([6.0, -1.0, -1.0])
    logits[:, INDEX["glass"]] = torch.tensor([1.0, -1.0, -1.0])
    monkeypatch.setattr(system.tagger, "forward", lambda h: logits)
    apart, together = system.words_seen(z), system.words_seen(z, together=True)
    assert apart[:, INDEX["drop"]].tolist() == [1, 0, 0] and apart[:, INDEX["glass"]].tolist() == [1, 0, 0]
    assert together[:, INDEX["drop"]].tolist() == [1, 1, 1] and not together[:, INDEX["glass"]].any()


def test_the_same_picture_always_shows_the_same(system: AVLink) -> None:
    torch.nn.init.normal_(system.tagger.said.weight)
    z = torch.randn(2, *system.grid.video_shape)
    first = system.words_seen(z)
    assert first.any() and torch.equal(first, system.words_seen(z))


def test_sound_is_made_with_what_is_seen_unless_it_is_told_or_blind(
    system: AVLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = render(5, 2, sound=False)
    z = system.video_encoder(to_frames(scenes.frames))
    calls: list[tuple[Tensor | None, Tensor | None]] = []

    def make_sound(*_: object, asked: Tensor | None, seen: Tensor | None, **__: object) -> Sounds:
        calls.append((asked, seen))
        return Sounds(torch.zeros(2, 8), z, torch.zeros(2, dtype=torch.bool))

    monkeypatch.setattr(tasks, "make_sound", make_sound)
    for settings in (Settings(), Settings(caption=True), Settings(blind=True)):
        tasks.sound(system, scenes, z, settings, 0)
    (asked, by_sight), (told, beside), blind = calls
    assert asked is None
    assert by_sight is not None and by_sight.nonzero()[:, 1].tolist() == [INDEX["wood"]] * 2
    assert told is not None and torch.equal(told, scenes.bag) and beside is None
    assert blind == (None, None)


def test_precision_and_recall_of_the_words(system: AVLink, monkeypatch: pytest.MonkeyPatch) -> None:
    scenes = render(7, 4, sound=False)
    monkeypatch.setattr(tasks, "parts", lambda settings: [scenes])
    monkeypatch.setattr(system, "words_seen", lambda z: scenes.bag)
    assert tasks.seen_words(system, Settings()) == {"precision": 1.0, "recall": 1.0}
    monkeypatch.setattr(system, "words_seen", lambda z: 1 - scenes.bag)
    assert tasks.seen_words(system, Settings()) == {"precision": 0.0, "recall": 0.0}


def test_a_tagger_of_fewer_words_never_sees_the_later_ones(tmp_path: Path) -> None:
    before, after = AVLink(NANO, vocabulary=20), AVLink(NANO, vocabulary=26)
    torch.nn.init.normal_(before.tagger.said.weight)
    torch.save({"weights": before.tagger.state_dict()}, tmp_path / "tagger.pt")
    assert after.load_part(tmp_path, "tagger")
    h = torch.randn(2, 16, NANO.width)
    read = after.tagger(h)
    torch.testing.assert_close(read[:, :20], before.tagger(h))
    assert not seen(read[:, 20:]).any()
    with pytest.raises(ValueError, match="may only grow"):
        grown(after.tagger.state_dict(), 20)
