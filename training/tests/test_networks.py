"""Networks: shapes, identities that hold by construction, and closed forms."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from avlink.audio_codec import FFT, AudioEncoder, InverseStft, dft_basis
from avlink.backbone import PATCH, AudioBackbone, MotionBlock, VideoBackbone, video_positions
from avlink.flow import EVALUATIONS, noised, schedule, solve
from avlink.fusion import Alignment, FusionSet
from avlink.grid import GRID
from avlink.layers import attend, rotary_tables, rotate
from avlink.presets import PRESETS
from avlink.system import AVLink, grown
from avlink.video_codec import CHANGE_FLOOR, VideoDecoder, VideoEncoder, with_context

NANO = PRESETS["nano"]


def test_grid_lengths_agree() -> None:
    assert GRID.window_seconds == pytest.approx(4.096)
    assert GRID.fps == pytest.approx(15.625)
    assert GRID.audio_latents == 128
    assert GRID.audio_latent_rate == pytest.approx(31.25)
    assert GRID.audio_per_video_latent * GRID.video_latents == GRID.audio_latents


def test_video_tokens_sit_in_the_middle_of_their_frames() -> None:
    positions = video_positions(GRID)
    # The first latent covers frames 0 and 1: 0 to 0.128 s, middle 0.064 s = 2 audio latents.
    assert positions[0] == pytest.approx(0.064 * GRID.audio_latent_rate)
    assert positions.numel() == GRID.video_latents * (GRID.video_latent_size // PATCH) ** 2


def test_inverse_stft_undoes_the_stft() -> None:
    samples = torch.randn(2, 16 * 256)
    pad = (FFT - 256) // 2
    basis = dft_basis(torch.hann_window(FFT))
    spectrum = F.conv1d(F.pad(samples, (pad, pad))[:, None], basis, stride=256).transpose(1, 2)
    again = InverseStft(256)(spectrum)
    inner = slice(FFT, -FFT)
    torch.testing.assert_close(again[:, inner], samples[:, inner], atol=1e-5, rtol=0)


def test_log_mel_places_a_tone_and_an_onset() -> None:
    encoder = AudioEncoder(GRID)
    time = torch.arange(16 * 512) / GRID.sample_rate
    tone = torch.sin(2 * math.pi * 1000 * time)[None]
    mel = encoder.mel(tone)[0]
    assert mel.shape == (32, GRID.mel_bands)
    low, high = 2595 * math.log10(1 + 30 / 700), 2595 * math.log10(1 + 8000 / 700)
    expected = (2595 * math.log10(1 + 1000 / 700) - low) / (high - low) * (GRID.mel_bands + 1) - 1
    assert abs(int(mel[16].argmax()) - expected) <= 1
    click = torch.zeros(1, 16 * 512)
    click[0, 10 * 256 + 128] = 1
    assert int(encoder.mel(click)[0].sum(-1).argmax()) == 10


def test_audio_encoder_fit_is_centred_and_ordered() -> None:
    encoder = AudioEncoder(GRID)
    scale = torch.linspace(3, 0.1, 128)
    features = torch.randn(4000, 128) * scale + 2
    kept = encoder.fit(features)
    assert 0.3 < kept < 1
    latents = (features - encoder.mean) @ encoder.projection
    assert latents.mean(0).abs().max() < 1e-3
    assert latents.square().mean().item() == pytest.approx(1, abs=0.02)
    deviations = latents.std(0)
    assert torch.all(deviations[:-1] >= deviations[1:] - 1e-3)


def test_patches_and_latents_are_inverse() -> None:
    video = VideoBackbone(GRID, NANO, 10)
    x = torch.randn(2, GRID.video_latents, 8, 8, GRID.video_channels)
    torch.testing.assert_close(video._latents(video._patches(x, PATCH)), x)


def test_audio_backbone_starts_as_zero_velocity() -> None:
    x = torch.randn(2, *GRID.audio_shape)
    velocity = AudioBackbone(GRID, NANO, 10)(x, torch.rand(2), torch.zeros(2, 10))
    assert velocity.shape == x.shape
    assert velocity.abs().max() == 0


def test_video_backbone_starts_as_the_best_linear_guess() -> None:
    generator = torch.Generator().manual_seed(0)
    video = VideoBackbone(GRID, NANO, 10)
    # Latents that vary along few axes, far more along some of them than along others.
    count = PATCH * PATCH * GRID.video_channels
    mixing = torch.randn(40, count, generator=generator) * torch.logspace(0, -1.5, 40)[:, None]
    values = torch.randn(8, GRID.video_latents * video.side**2, 40, generator=generator) @ mixing
    z = video._latents(values)
    video.fit(z)
    eye = torch.eye(count)
    torch.testing.assert_close(video.axes[0].T @ video.axes[0], eye, atol=1e-4, rtol=0)
    noise = torch.randn(z.shape, generator=generator)
    for now in (0.0, 0.3, 0.7, 1.0):
        t = torch.full((8,), now)
        x, target = noised(z, noise, t), z - noise
        guess = video(x, t, torch.zeros(8, 10))
        flat, wanted = (video._patches(v, PATCH).flatten(0, 1) for v in (x, target))
        best = flat @ torch.linalg.lstsq(flat, wanted).solution
        mine = video._patches(guess, PATCH).flatten(0, 1)
        errors = [float((wanted - found).detach().square().mean()) for found in (best, mine)]
        assert errors[1] < 1.35 * errors[0] + 0.05, (now, errors)  # the fit itself knows more of its few samples


def test_motion_blocks_start_as_the_identity_and_mix_neighbouring_moments() -> None:
    torch.manual_seed(0)
    block, time = MotionBlock(8), 6
    x = torch.randn(2 * time, 8, 4, 4)
    torch.testing.assert_close(block(x, time), x)
    nn.init.normal_(block.add.weight)
    changed = x.clone()
    changed[3] += 1
    moved = (block(changed, time) - block(x, time)).abs().flatten(1).amax(1) > 1e-4
    # Frame 3 of the first clip reaches its neighbours, and nothing of the second clip.
    assert moved.tolist() == [False, False, True, True, True, False] + [False] * time


def test_new_fusion_blocks_leave_both_generators_alone_but_learn() -> None:
    blocks = FusionSet(GRID, NANO).blocks
    h_a = torch.randn(2, GRID.audio_latents, NANO.width)
    h_v = torch.randn(2, video_positions(GRID).numel(), NANO.width)
    t = torch.tensor([0.3, 0.9])
    out_a, out_v = blocks[0](h_a, h_v, t, t.flip(0))
    torch.testing.assert_close(out_a, h_a)
    torch.testing.assert_close(out_v, h_v)
    (out_a.square().mean() + out_v.square().mean()).backward()
    assert blocks[0].out_audio.weight.grad is not None
    assert blocks[0].out_audio.weight.grad.abs().max() > 0
    assert blocks[0].out_video.weight.grad.abs().max() > 0


def test_alignment_hands_every_moment_what_the_other_modality_holds_for_it() -> None:
    align = Alignment(GRID, NANO)
    tokens = video_positions(GRID).numel()
    h_a, h_v = torch.randn(2, GRID.audio_latents, NANO.width), torch.randn(2, tokens, NANO.width)
    assert all(not x.any() for x in align(h_a, h_v))  # starts at zero
    with torch.no_grad():
        for parameter in align.parameters():
            parameter.normal_()
    to_audio, to_video = align(h_a, h_v)
    moment, per = 11, GRID.audio_per_video_latent
    places = tokens // GRID.video_latents
    own_a, own_v = slice(per * moment, per * (moment + 1)), slice(places * moment, places * (moment + 1))
    other_a, other_v = torch.randn_like(h_a), torch.randn_like(h_v)
    other_a[:, own_a], other_v[:, own_v] = h_a[:, own_a], h_v[:, own_v]
    again_a, again_v = align(other_a, other_v)
    for before, after, own in ((to_audio, again_a, own_a), (to_video, again_v, own_v)):
        torch.testing.assert_close(before[:, own], after[:, own])
        assert not torch.allclose(before, after)
    # The latents of one moment are told apart; the places of one moment hear the same.
    assert not torch.allclose(to_audio[:, per * moment], to_audio[:, per * moment + 1])
    torch.testing.assert_close(to_video[:, places * moment], to_video[:, places * moment + 1])


def test_rotation_depends_on_distance_alone() -> None:
    cos, sin = rotary_tables(torch.arange(20.0), 16)
    q, k = torch.randn(1, 1, 1, 16).expand(1, 1, 20, 16), torch.randn(1, 1, 1, 16).expand(1, 1, 20, 16)
    scores = (rotate(q, cos, sin) @ rotate(k, cos, sin).transpose(-1, -2))[0, 0]
    torch.testing.assert_close(scores[3, 1], scores[12, 10], atol=1e-4, rtol=0)
    torch.testing.assert_close(scores.diagonal(), scores[0, 0].expand(20), atol=1e-4, rtol=0)


def test_attention_matches_the_fused_kernel() -> None:
    q, k, v = (torch.randn(2, 2, 12, 16) for _ in range(3))
    torch.testing.assert_close(attend(q, k, v), F.scaled_dot_product_attention(q, k, v), atol=1e-5, rtol=1e-4)


def test_flow_conventions() -> None:
    data, noise = torch.randn(3, 4), torch.randn(3, 4)
    t = torch.tensor([0.0, 0.5, 1.0])
    x = noised(data, noise, t)
    torch.testing.assert_close(x[0], noise[0])
    torch.testing.assert_close(x[2], data[2])
    # The straight path has constant velocity: Euler is exact in one step.
    for solver in EVALUATIONS:
        torch.testing.assert_close(solve(lambda _x, _t: data - noise, noise, schedule(1, 1.0), solver), data)


def test_second_order_solvers_err_less_on_a_curved_path() -> None:
    """dx/dt = x from 1: e at t = 1. Halving the steps divides a second-order error by about four."""
    one = torch.ones(1, 1, dtype=torch.float64)

    def error(solver: str, steps: int) -> float:
        return abs(float(solve(lambda x, _t: x, one, schedule(steps, 2.0).double(), solver)) - math.e)

    assert error("euler", 20) / error("euler", 40) == pytest.approx(2, abs=0.2)
    for solver in ("midpoint", "ab2"):
        assert error(solver, 20) / error(solver, 40) == pytest.approx(4, abs=0.7)
    with pytest.raises(ValueError, match="one of euler"):
        solve(lambda x, _t: x, one, schedule(2, 1.0), "heun")


def test_schedule_shift_spends_steps_near_noise() -> None:
    even, shifted = schedule(10, 1.0), schedule(10, 3.0)
    assert even[0] == shifted[0] == 0
    assert even[-1] == shifted[-1] == 1
    assert torch.all(shifted[1:-1] < even[1:-1])


def test_video_codec_shapes() -> None:
    encoder, decoder = VideoEncoder(GRID, NANO), VideoDecoder(GRID, NANO)
    frames = torch.rand(2, 6, 3, 64, 64) * 2 - 1
    z = encoder(frames)
    assert z.shape == (2, 3, 8, 8, GRID.video_channels)
    # Latent frames know nothing of their neighbours.
    torch.testing.assert_close(encoder(frames[:, 2:4]), z[:, 1:2], atol=1e-5, rtol=1e-4)
    large = decoder(with_context(z))
    assert large.shape == (2, 6, 3, 256, 256)
    assert large.abs().max() <= 1


def test_video_decoder_sees_one_latent_beyond_either_end_and_no_more() -> None:
    torch.manual_seed(0)
    decoder = VideoDecoder(GRID, NANO)
    z = torch.randn(1, 7, 8, 8, GRID.video_channels)
    whole = decoder(with_context(z))
    assert whole.shape[1] == 14
    context = GRID.decoder_context
    torch.testing.assert_close(decoder(z[:, 2 - context : 4 + context]), whole[:, 4:8], atol=1e-5, rtol=1e-4)
    # A neighbour decides how the pair moves, and nothing about its mean picture.
    moved = z.clone()
    moved[:, 4] += 1
    again = decoder.small(with_context(moved))[0].unflatten(0, (-1, 2))
    before = decoder.small(with_context(z))[0].unflatten(0, (-1, 2))
    torch.testing.assert_close(again[3].mean(0), before[3].mean(0), atol=1e-5, rtol=1e-4)
    assert (again[3, 1] - again[3, 0] - before[3, 1] + before[3, 0]).abs().max() > 1e-3
    torch.testing.assert_close(again[:3], before[:3])


def test_decoded_pairs_change_as_much_as_their_latents_say() -> None:
    torch.manual_seed(0)
    encoder, decoder = VideoEncoder(GRID, NANO), VideoDecoder(GRID, NANO)
    # An untrained decoder, told of little change in one half of the clip and of ten times as much in the other.
    z = torch.randn(1, 6, 8, 8, GRID.video_channels)
    told = torch.full((6, 8, 8, GRID.motion_channels), math.log(0.02))
    told[3:] += math.log(10)
    z[0, ..., -GRID.motion_channels :] = told
    pairs = decoder.small(with_context(z))[0].unflatten(0, (-1, 2)).flatten(1, 2)
    change = encoder.change(pairs).permute(0, 2, 3, 1)
    torch.testing.assert_close(change, told, atol=0.8, rtol=0)
    assert (change - told).abs().mean() < 0.15
    # What stands still keeps still, whatever the neighbours do.
    z[..., -GRID.motion_channels :] = math.log(CHANGE_FLOOR)
    still = decoder.small(with_context(z))[0].unflatten(0, (-1, 2))
    loud = encoder.change(still.flatten(1, 2)).exp() - CHANGE_FLOOR
    assert loud.mean() < 0.05


def test_video_latents_hold_how_much_changes_within_a_pair_and_where() -> None:
    encoder = VideoEncoder(GRID, NANO).requires_grad_(False)
    frames = torch.full((1, 6, 3, 64, 64), 0.2)
    # In the second pair a few pixels of one cell (row 2, column 5) change a little, in its upper right part.
    frames[:, 3, :, 17:19, 45:47] += 0.2
    change = encoder.raw(frames)[0, ..., -GRID.motion_channels :]
    still = change[0, 0, 0, 0]
    assert torch.equal(change[0], still.expand_as(change[0])) and torch.equal(change[2], change[0])
    moved = (change[1] > still + 1).nonzero().tolist()
    assert moved == [[2, 5, 1]]
    # A louder change of the same pixels is a larger value, in log scale.
    frames[:, 3, :, 17:19, 45:47] += 0.2
    louder = encoder.raw(frames)[0, 1, 2, 5, -GRID.motion_channels + 1]
    assert float(louder - change[1, 2, 5, 1]) == pytest.approx(math.log(2), abs=0.1)


def test_a_part_trained_with_fewer_words_goes_on_with_more(tmp_path: Path) -> None:
    preset = PRESETS["nano"]
    before = AVLink(preset, vocabulary=20)
    torch.save({"weights": before.audio.state_dict()}, tmp_path / "audio.pt")
    after = AVLink(preset, vocabulary=26)
    assert after.load_part(tmp_path, "audio")
    table = after.audio.words.table.weight
    assert torch.equal(table[:, :20], before.audio.words.table.weight)
    assert table.shape[1] == 26 and not table[:, 20:].any()
    bag = torch.zeros(1, 26)
    bag[0, [3, 24]] = 1
    assert torch.equal(after.audio.words(bag), before.audio.words(bag[:, :20]))
    with pytest.raises(ValueError, match="may only grow"):
        grown(after.audio.state_dict(), 20)
