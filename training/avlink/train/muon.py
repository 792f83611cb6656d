"""Muon for hidden matrices: momentum whose singular values are all made about one (Keller Jordan et al., 2024).

PyTorch's own always orthogonalises in bfloat16, which costs more than the rest of a step on a processor that only
imitates it; this one takes the type it is given, treats matrices of one shape together, and shares them out among the
processes that train one model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor

# Quintic whose iteration brings every singular value in 0..1 near 1 in five steps.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5


def orthogonalised(x: Tensor, dtype: torch.dtype) -> Tensor:
    """Matrices [..., M, N] -> matrices with the same singular vectors and singular values of about 1."""
    a, b, c = COEFFICIENTS
    tall = x.shape[-2] > x.shape[-1]
    y = (x.mT if tall else x).to(dtype)
    y = y / y.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    for _ in range(ITERATIONS):
        gram = y @ y.mT
        y = a * y + (b * gram + c * gram @ gram) @ y
    return (y.mT if tall else y).to(x.dtype)


def shared_out(stacked: Tensor, dtype: torch.dtype) -> Tensor:
    """`orthogonalised` of [N, rows, columns]; every process does its share of the N, and all get the whole."""
    if not dist.is_initialized() or dist.get_world_size() == 1:
        return orthogonalised(stacked, dtype)
    mine = slice(dist.get_rank(), None, dist.get_world_size())
    made = torch.zeros_like(stacked)
    if len(stacked[mine]):
        made[mine] = orthogonalised(stacked[mine], dtype)
    dist.all_reduce(made)
    return made


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised, at an RMS of 0.2 an entry, so that AdamW's learning rates fit."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        *,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            momentum = group["momentum"]
            by_shape: dict[torch.Size, list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(parameter)
                buffer = state["momentum_buffer"].lerp_(parameter.grad, 1 - momentum)
                by_shape[parameter.shape].append((parameter, parameter.grad.lerp(buffer, momentum)))
            for shape, pairs in by_shape.items():
                updates = shared_out(torch.stack([update for _, update in pairs]), self.dtype)
                scale = 0.2 * max(shape) ** 0.5
                for (parameter, _), update in zip(pairs, updates, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-group["lr"] * scale)
