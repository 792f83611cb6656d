"""The 48 kHz codec: its transforms, its fit, its training and its round trip."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from avlink.train import wideband as trainer
from avlink.wideband import WIDEBANDS, WidebandCodec
from avlink.wideband.config import UPPER_EDGES
from avlink.wideband.encoder import ThirdBand, UpperBands
from avlink.wideband.phases import Phases, between

TINY = WIDEBANDS["tiny"]
SPAN = TINY.samples_per_latent
RATE = TINY.sample_rate


def tone(hertz: float, latents: int = 24, rate: int = RATE, late: int = 0) -> Tensor:
    """A tone of amplitude .5, whose sample k stands at time (k + late) / RATE."""
    time = torch.arange(latents * SPAN * rate // RATE, dtype=torch.float64) / rate + late / RATE
    return (0.5 * torch.sin(2 * torch.pi * hertz * time)).float()[None]


def sounds(seed: int = 0, count: int = 12, latents: int = 24) -> trainer.Pool:
    """Noise bursts that decay, each of its own colour."""
    generator = torch.Generator().manual_seed(seed)
    waves = []
    for k in range(count):
        noise = torch.randn(latents * SPAN, generator=generator)
        decay = torch.exp(-torch.arange(latents * SPAN) / RATE * (2 + k))
        bright = 0.1 + 0.07 * k
        wave = 0.2 * decay * (bright * noise + (1 - bright) * noise.cumsum(0) / 30)
        waves.append((wave.clamp(-1, 1) * 32767).round().to(torch.int16).numpy())
    return trainer.Pool(waves, [True] * count)


def test_every_third_sample_is_the_sound_below_8_khz() -> None:
    down = ThirdBand(3)
    inner = slice(100, -100)
    kept = down(tone(1000))
    assert torch.allclose(kept[:, inner], tone(1000, rate=16_000, late=1)[:, inner], atol=2e-3)
    assert down(tone(9000))[:, inner].abs().max() < 2e-3


def test_upper_bands_tell_a_tone_above_8_khz_apart() -> None:
    bands = UpperBands(TINY)(tone(11_500))[0, 4:-4]
    assert bands.shape[1] == len(UPPER_EDGES) - 1
    assert (bands.argmax(1) == 2).all()
    assert (UpperBands(TINY)(tone(3000))[0, 4:-4] < -12).all()


def test_synthesis_undoes_analysis() -> None:
    phases = Phases(TINY)
    samples = torch.randn(2, 8 * SPAN, generator=torch.Generator().manual_seed(0))
    again = phases.synthesise(*phases.analyse(samples))
    inner = slice(TINY.fft, -TINY.fft)
    assert torch.allclose(again[:, inner], samples[:, inner], atol=1e-4)


def test_targets_are_the_magnitudes_that_analysis_finds() -> None:
    phases = Phases(TINY)
    samples = tone(2000)
    real, imaginary = phases.analyse(samples)
    expected = 0.5 * torch.log(real.square() + imaginary.square() + 1e-3)
    assert torch.allclose(trainer.targets(samples, TINY), expected, atol=1e-2)


def test_interpolation_is_exact_at_the_centres_and_flat_outside() -> None:
    centres = torch.tensor([100.0, 300.0, 400.0], dtype=torch.float64)
    weights = between(centres, torch.tensor([0.0, 100.0, 200.0, 400.0, 900.0], dtype=torch.float64))
    values = torch.tensor([1.0, 2.0, 4.0]) @ weights
    assert values.tolist() == [1.0, 1.0, 1.5, 4.0, 4.0]


@pytest.fixture(scope="module")
def fitted() -> WidebandCodec:
    torch.manual_seed(0)
    codec = WidebandCodec(TINY)
    figures = trainer.fit(codec, sounds(), trainer.Pool([], []), sounds(1, count=4))
    assert figures["kept below 8 kHz"] > 0.8
    assert figures["kept above"] > 0.8
    return codec.eval()


def test_latents_stand_for_the_bands_they_came_from(fitted: WidebandCodec) -> None:
    samples = torch.from_numpy(sounds(seed=5).waves[3].astype("float32"))[None] / 32768
    with torch.no_grad():
        bands = fitted.encoder.bands(samples)
        told = fitted.decoder.bands(fitted.encoder(samples))
    assert told.shape == bands.shape
    assert (told - bands).abs().mean() < 0.35 * (bands - bands.mean()).abs().mean()


@torch.no_grad()
def test_a_round_trip_keeps_the_level_of_every_band(fitted: WidebandCodec) -> None:
    samples = torch.from_numpy(sounds(seed=6).waves[5].astype("float32"))[None] / 32768
    latents = fitted.encoder(samples)
    made = fitted(samples)
    assert made.shape == samples.shape
    told, bands = fitted.decoder.bands(latents), fitted.encoder.bands(made)
    assert (told - bands).abs().mean() < 0.3
    # Without the corrections the wave does not have them.
    phases = fitted.decoder.phases
    plain = phases.synthesise(
        *(fitted.decoder.magnitudes(latents).exp() * x for x in phases.start[:, : made.shape[1] // TINY.hop])
    )
    assert (told - fitted.encoder.bands(plain)).abs().mean() > 2 * (told - bands).abs().mean()


@torch.no_grad()
def test_any_length_is_decoded_and_a_batch_is_decoded_clip_by_clip(fitted: WidebandCodec) -> None:
    latents = torch.randn(2, 40, TINY.channels, generator=torch.Generator().manual_seed(1))
    both = fitted.decoder(latents)
    assert both.shape == (2, 40 * SPAN)
    assert torch.allclose(fitted.decoder(latents[1:]), both[1:], atol=1e-3 * float(both.abs().max()))


def test_what_is_unknown_above_8_khz_is_guessed_and_does_not_count(fitted: WidebandCodec) -> None:
    crops = trainer.Crops(fitted, trainer.Pool([], []), trainer.Pool(sounds().waves, [False] * 12), latents=6)
    latents, real, known = crops.batch(0, 4)
    assert not known.any()
    lower = latents[..., : TINY.lower_channels]
    assert torch.allclose(latents, fitted.encoder.guessed(lower), atol=1e-5)
    made = real.clone()
    first = next(k for k in range(TINY.bins) if k * RATE / TINY.fft >= UPPER_EDGES[0])
    made[..., first + 48 :] += 3
    assert trainer.magnitude_loss(made, real, known, TINY)["fine"] == 0
    assert trainer.magnitude_loss(made, real, torch.ones(4, dtype=torch.bool), TINY)["fine"] > 0.1


def test_a_seed_decides_a_batch(fitted: WidebandCodec) -> None:
    crops = trainer.Crops(fitted, sounds(), sounds(seed=9), latents=6)
    first, again, other = (crops.batch(seed, 3)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_training_lowers_the_loss_and_resumes(fitted: WidebandCodec, tmp_path: Path) -> None:
    codec = WidebandCodec(TINY)
    codec.load_state_dict(fitted.state_dict())
    crops = trainer.Crops(codec, sounds(), sounds(seed=9), latents=6)
    held = trainer.Crops(codec, sounds(seed=20), sounds(seed=21), latents=6).batch(0, 8)

    def loss() -> float:
        with torch.no_grad():
            made = codec.decoder.magnitudes(held[0])
            return float(trainer.magnitude_loss(made, held[1], held[2], TINY)["loss"])

    before = loss()
    trainer.train(codec, crops, tmp_path, minutes=5, steps=100, batch=4, lr=3e-3)
    assert loss() < 0.97 * before
    saved = WidebandCodec.load(tmp_path)
    assert torch.equal(saved.encoder.lower.projection, fitted.encoder.lower.projection)
    trainer.train(codec, crops, tmp_path, minutes=5, steps=2, batch=4, lr=3e-3)
    assert torch.load(tmp_path / "wideband.resume.pt", weights_only=True)["step"] == 102


def test_a_folder_without_a_codec_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"train\.wideband"):
        WidebandCodec.load(tmp_path)
