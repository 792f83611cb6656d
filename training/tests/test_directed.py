"""What the generator is told of hits and levels that a person set."""

from __future__ import annotations

import math

import pytest
import torch

from avlink.directed import DIRECTING, STROKE, asks_for_silence, is_drawn, reach_of_words, timing_track
from avlink.presets import ONSET_BIAS

RATE = 31.25


def probability(track: torch.Tensor) -> torch.Tensor:
    """What the timing blocks make of the onset logits: they add the bias themselves."""
    return torch.sigmoid(track[:, 0] + ONSET_BIAS)


def test_nothing_asked_is_silence() -> None:
    track = timing_track([], [], 128, RATE)
    assert track.shape == (128, 2)
    assert (probability(track) < 0.001).all()
    assert torch.equal(track[:, 1], torch.full((128,), DIRECTING.quiet))


def test_a_hit_in_the_middle_of_a_latent_peaks_there_and_decays() -> None:
    at = 40
    track = timing_track([((at + 0.5) / RATE, 1.0)], [], 128, RATE)
    found = probability(track)
    assert int(found.argmax()) == at
    assert float(found[at]) == pytest.approx(1 / (1 + math.exp(-3.8918)), abs=1e-3)  # logit of .98
    assert float(found[at - 1]) == pytest.approx(0.98 * math.exp(-0.5), abs=1e-3)
    assert float(track[at - 1, 1]) == pytest.approx(DIRECTING.quiet)
    assert float(track[at, 1]) == pytest.approx(DIRECTING.loud, abs=1e-5)
    assert float(track[at + 5, 1]) == pytest.approx(DIRECTING.loud - 4.5 * DIRECTING.decay, abs=0.01)


def test_soft_hits_are_told_softer() -> None:
    soft, hard = (timing_track([(1.0, strength)], [], 128, RATE)[32, 1] for strength in (0.1, 1.0))
    assert float(hard - soft) > 1


def test_the_level_goes_straight_from_point_to_point_and_ends_with_them() -> None:
    track = timing_track([], [(1.0, 0.0), (2.0, 1.0), (3.0, 1.0)], 128, RATE)[:, 1]
    span = DIRECTING.loud - DIRECTING.quiet
    assert float(track[20]) == pytest.approx(DIRECTING.quiet)
    assert float(track[46]) == pytest.approx(DIRECTING.quiet + span * (46.5 / RATE - 1), abs=1e-4)
    assert float(track[80]) == pytest.approx(DIRECTING.loud, abs=1e-4)
    assert float(track[100]) == pytest.approx(DIRECTING.quiet)


def test_hits_stand_out_of_the_level() -> None:
    level = [(0.0, 0.3), (4.0, 0.3)]
    track = timing_track([(2.0, 1.0)], level, 128, RATE)[:, 1]
    assert float(track[62]) == pytest.approx(DIRECTING.loud, abs=0.2)
    assert float(track[10]) == pytest.approx(DIRECTING.quiet + 0.3 * (DIRECTING.loud - DIRECTING.quiet), abs=1e-4)
    assert float(track[120]) == pytest.approx(float(track[10]), abs=1e-4)


def test_only_silence_asks_for_silence() -> None:
    silent = timing_track([], [(0.0, 0.2), (4.0, 0.2)], 128, RATE)
    struck = timing_track([(1.0, 0.05)], [], 128, RATE)
    steady = timing_track([], [(1.0, 0.5), (3.0, 0.5)], 128, RATE)
    assert asks_for_silence(torch.stack([silent, struck, steady])).tolist() == [True, False, False]


def test_the_fall_after_a_hit_was_not_drawn_and_a_level_was() -> None:
    hit = timing_track([(1.0, 1.0)], [], 128, RATE)[None, :, 1]
    assert not bool(is_drawn(hit)[0, 34:].any())
    drawn = timing_track([(1.0, 1.0)], [(2.0, 0.5), (3.0, 0.2)], 128, RATE)[None, :, 1]
    # At its highest a hit stands out, as a drawn level does where it is above the fall.
    assert is_drawn(drawn)[0, 40:].nonzero().flatten().tolist() == list(range(22, 54))


def test_words_count_at_hits_and_throughout_where_there_are_none() -> None:
    hit, none = timing_track([(1.0, 1.0)], [], 128, RATE), timing_track([], [], 128, RATE)
    reach = reach_of_words(torch.stack([hit, none]))
    assert float(reach[0, 31 : 31 + STROKE].min()) > 0.9
    assert float(reach[0, 50:].max()) < 0.01
    assert float(reach[1].min()) > 0.99
