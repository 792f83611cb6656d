"""Movement in closed form: as far as pictures were shifted, whatever their contrast; none where nothing moves."""

import pytest
import torch
import torch.nn.functional as F

from avlink.optical_flow import FEATURES, MOST, SCALES, optical_flow

SIZE = 64


def view(right: float = 0.0, down: float = 0.0, contrast: float = 1.0, grain: int = 8) -> torch.Tensor:
    """A noise picture [1, 3, SIZE, SIZE], blurred over `grain` pixels, its content shifted by so many pixels."""
    generator = torch.Generator().manual_seed(0)
    rough = torch.randn(1, 3, 192 // grain, 192 // grain, generator=generator)
    large = F.interpolate(rough, size=(192, 192), mode="bicubic").clamp(-1, 1)
    move = torch.tensor([[[1.0, 0.0, -2 * right / 192], [0.0, 1.0, -2 * down / 192]]])
    moved = F.grid_sample(large, F.affine_grid(move, list(large.shape), align_corners=False), align_corners=False)
    return contrast * moved[..., 64:128, 64:128]


def middle(features: torch.Tensor) -> torch.Tensor:
    """Mean over the places away from the border, by scale and feature [SCALES, 5]."""
    return features[0, :, 2:-2, 2:-2].mean((1, 2)).reshape(len(SCALES), 5)


@pytest.mark.parametrize(("right", "down"), [(0.3, 0.0), (0.0, 0.6), (-1.0, 0.5), (1.5, -1.5)])
def test_a_shift_is_measured_in_pixels(right: float, down: float) -> None:
    measured = middle(optical_flow(view(), view(right, down)))[0, :2]
    torch.testing.assert_close(measured, torch.tensor([right, down]), rtol=0.1, atol=0.08)


def test_a_coarse_scale_measures_what_is_too_far_for_a_fine_one() -> None:
    by_scale = middle(optical_flow(view(grain=24), view(6.0, grain=24)))[:, 0] * torch.tensor(SCALES)
    assert by_scale[0] < 4.0
    assert by_scale[2] == pytest.approx(6.0, rel=0.2)


def test_speed_hardly_depends_on_contrast() -> None:
    bright, dull = (middle(optical_flow(view(contrast=c), view(1.0, 0.0, c))) for c in (1.0, 0.4))
    torch.testing.assert_close(dull[:, 0], bright[:, 0], rtol=0.25, atol=0.05)
    torch.testing.assert_close(dull[:, 2], bright[:, 2], rtol=0.25, atol=0.05)
    assert bool((dull[:, 4] < bright[:, 4] - 0.3).all())  # the change itself does


def test_what_stands_still_or_is_empty_does_not_move() -> None:
    still = middle(optical_flow(view(), view()))
    empty = middle(optical_flow(torch.zeros(1, 3, SIZE, SIZE), torch.zeros(1, 3, SIZE, SIZE)))
    for found in (still, empty):
        assert torch.equal(found[:, :3], torch.zeros(len(SCALES), 3))
    assert float(still[0, 3]) > 0.9
    assert float(empty[0, 3]) == 0.0


def test_features_stay_in_their_range_on_any_picture() -> None:
    generator = torch.Generator().manual_seed(1)
    first, second = (torch.rand(4, 3, SIZE, SIZE, generator=generator) * 2 - 1 for _ in range(2))
    cut = optical_flow(torch.cat([first, -torch.ones_like(first)]), torch.cat([second, torch.ones_like(first)]))
    assert cut.shape == (8, FEATURES, SIZE // 4, SIZE // 4)
    assert bool(cut.isfinite().all())
    assert float(cut.abs().max()) <= MOST


def test_a_mirror_image_moves_the_other_way() -> None:
    first, second = view(), view(1.0, -0.5)
    there = optical_flow(first.flip(-1), second.flip(-1)).unflatten(1, (len(SCALES), 5))
    here = optical_flow(first, second).flip(-1).unflatten(1, (len(SCALES), 5))
    torch.testing.assert_close(there[:, :, 0], -here[:, :, 0], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(there[:, :, 1:], here[:, :, 1:], rtol=1e-3, atol=1e-3)
    assert float(here[:, :, 0].abs().max()) > 0.5
