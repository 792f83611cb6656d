"""How far pictures move from one frame to the next, in closed form (Lucas & Kanade 1981), as features for networks.

Speed is a quotient, change over gradient, and a network of few layers divides badly: what it learned of a bright, rough
ball does not hold for a dark, smooth one. Here the division is done before it, with nothing to be learned, and its
layers are left with what speed means.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

SCALES = (1, 2, 4)  # in pixels: what moves farther than about one of them in a frame is seen by the next
FEATURES = 5 * len(SCALES)
CELL = 4  # pixels from one place that is measured to the next
LEAST = 5e-5  # squared gradient, of pictures in -1..1, that is taken for the camera's noise
MOST = 3.0  # shift, in units of its scale, beyond which it cannot be measured


def _gradient(x: Tensor) -> tuple[Tensor, Tensor]:
    """Central differences of pictures [N, 1, S, S] along x and y; the border's neighbour is itself."""
    wide = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return (wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2]) / 2, (wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]) / 2


def _cells(x: Tensor, scale: int) -> Tensor:
    """Mean of [N, C, s, s] over the surroundings of every cell."""
    stride = CELL // scale
    if stride == 1:
        return F.avg_pool2d(x, 3, 1, 1)
    # Means of 2 * stride places, every stride of them. Taken in two steps, no place is read more than once.
    return F.avg_pool2d(F.avg_pool2d(x, stride, stride, stride // 2), 2, 1)


def optical_flow(first: Tensor, second: Tensor) -> Tensor:
    """Frames in -1..1 [N, 3, S, S] and what follows them -> features of the movement [N, FEATURES, S / 4, S / 4].

    At every scale: shift to the right and down in units of the scale (-MOST..MOST, towards zero where there is no
    gradient to measure it by), change over gradient whatever its direction (0..MOST), how sure the gradient is of it
    (0..1), and the logarithm of the change itself (about -1..2).
    """
    first, second = first.mean(1, keepdim=True), second.mean(1, keepdim=True)
    found = []
    for scale in SCALES:
        a, b = (first, second) if scale == 1 else (F.avg_pool2d(first, scale), F.avg_pool2d(second, scale))
        x, y = _gradient((a + b) / 2)
        t = b - a
        products = torch.cat([x * x, y * y, x * y, x * t, y * t, t * t], dim=1)
        xx, yy, xy, xt, yt, tt = _cells(products, scale).split(1, dim=1)
        firm_x, firm_y = xx + LEAST, yy + LEAST
        determinant = firm_x * firm_y - xy * xy
        gradient = firm_x + firm_y
        found += [
            ((xy * yt - firm_y * xt) / determinant).clamp(-MOST, MOST),
            ((xy * xt - firm_x * yt) / determinant).clamp(-MOST, MOST),
            (tt / gradient).sqrt().clamp(max=MOST),
            (xx + yy) / gradient,
            torch.log(tt + 1e-4) / 3 + 2,
        ]
    return torch.cat(found, dim=1)
