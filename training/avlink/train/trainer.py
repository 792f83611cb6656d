"""Runs one stage within a time budget: optimiser, averaging, checkpoints, DDP. Resumes where it stopped."""

from __future__ import annotations

import copy
import json
import os
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ..checkpoint import checkpoint_path, read_checkpoint, write_checkpoint
from ..system import grown
from .batch import Batch, clip, collated
from .muon import Muon
from .objectives.base import Objective, fast_dtype


def split_parameters(objective: Objective) -> tuple[list[Tensor], list[Tensor]]:
    """Hidden matrices (for Muon) and everything else (for AdamW): embeddings, heads, convolutions, vectors."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in objective.named_parameters():
        if not parameter.requires_grad:
            continue
        hidden = parameter.dim() == 2 and not any(key in name for key in ("words", "head", "place", "expand", "said"))
        (matrices if hidden else others).append(parameter)
    return matrices, others


class Averages:
    """Exponential moving average of the trained parts; early steps weigh less."""

    def __init__(self, parts: dict[str, nn.Module], decay: float) -> None:
        self.parts = {name: copy.deepcopy(part).requires_grad_(False) for name, part in parts.items()}
        self.decay = decay

    @torch.no_grad()
    def update(self, parts: dict[str, nn.Module], step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, part in parts.items():
            mine = self.parts[name].state_dict()
            for key, value in part.state_dict().items():
                if value.is_floating_point():
                    mine[key].lerp_(value, 1 - decay)
                else:
                    mine[key].copy_(value)


class Replay:
    """The last scenes made, on the training device, each used `reuse` times on average before it is forgotten.

    Rendering and coding a scene costs as much as a training step. Two uses that lie thousands of scenes apart are
    nearly as good as two scenes. Four uses within a thousand are not: the networks memorise them, the heads' error
    falls far below what it is on scenes never seen, and stands still there.
    """

    def __init__(self, objective: Objective, batch: int, device: torch.device) -> None:
        self.objective, self.batch, self.device = objective, batch, device
        self.capacity = max(2, objective.kept // batch)  # batches
        self.kept: list[Batch] = []
        self.made = self.calls = 0

    def draw(self, seed: int) -> Batch:
        """A batch for one step; `seed` decides it together with the history."""
        reuse = self.objective.reuse
        if reuse == 1:
            return self.objective.draw(seed, self.batch, self.device)
        self.calls += 1
        if len(self.kept) < self.capacity:
            # Until the store is full, only fresh scenes: the first would otherwise be drawn again and again.
            self.kept.append(self.objective.scenes(seed, self.batch, self.device))
            return self.objective.corrupt(seed, self.kept[-1])
        if self.calls % reuse == 0:
            self.kept[self.made % self.capacity] = self.objective.scenes(seed, self.batch, self.device)
            self.made += 1
        generator = torch.Generator().manual_seed(seed)
        shelf = torch.randint(0, len(self.kept), (self.batch,), generator=generator).tolist()
        row = torch.randint(0, self.batch, (self.batch,), generator=generator).tolist()
        chosen = [clip(self.kept[s], r) for s, r in zip(shelf, row, strict=True)]
        return self.objective.corrupt(seed, collated(torch.stack, chosen))


def train(
    objective: Objective,
    stage: str,
    run: Path,
    *,
    minutes: float,
    batch: int,
    device: torch.device,
    max_steps: int | None = None,
    settle: int = 0,
    save_every: float = 120.0,
) -> None:
    """Train until the budget ends; the learning rate falls to zero over its last fifth.

    In the first `settle` steps of a run without a checkpoint the parts themselves hold still and only the objective's
    auxiliary heads learn: fresh ones would lead trained weights astray.

    Writes `<run>/<part>.pt` (averaged weights, what everything else loads), `<run>/<stage>.resume.pt` and one JSON
    line a report in `<run>/<stage>.log`.
    """
    rank = int(os.environ.get("RANK", 0))
    world = int(os.environ.get("WORLD_SIZE", 1))
    run.mkdir(parents=True, exist_ok=True)
    objective.to(device)
    parts = {name: getattr(objective.system, name) for name in objective.trains}
    matrices, others = split_parameters(objective)
    optimizers: list[torch.optim.Optimizer] = [torch.optim.AdamW(others, lr=objective.lr, betas=(0.9, 0.98))]
    if matrices:
        optimizers.append(Muon(matrices, lr=objective.lr, dtype=fast_dtype(device)))
    resume = run / f"{stage}.resume.pt"
    resumed = checkpoint_path(run, stage, ".resume")
    if not resumed.exists():
        objective.prepare(device)
    averages = Averages(parts, objective.ema)
    step, spent = 0, 0.0
    if resumed.exists() or not any(key.split(".")[0] != "system" for key, _ in objective.named_parameters()):
        settle = 0
    if resumed.exists():
        state = read_checkpoint(resumed, device)
        words = objective.system.vocabulary
        objective.load_state_dict(grown(state["objective"], words), strict=False)
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            load_optimizer(optimizer, saved)
        for name, part in averages.parts.items():
            part.load_state_dict(grown(state["averages"][name], words))
        step, spent = state["step"], state["seconds"]

    def save() -> None:
        if rank:
            return
        for name, part in averages.parts.items():
            write_checkpoint(run / f"{name}.pt", {"weights": part.state_dict(), "step": step, "seconds": spent})
        trained = {key: value for key, value in objective.state_dict().items() if not frozen(key, objective)}
        state = {
            "objective": trained,
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "averages": {name: part.state_dict() for name, part in averages.parts.items()},
            "step": step,
            "seconds": spent,
        }
        write_checkpoint(resume, state)

    model: nn.Module = objective
    if world > 1:
        model = DistributedDataParallel(objective)
    began = saved_at = reported_at = time.monotonic()
    budget = minutes * 60
    sums: dict[str, float] = {}
    count = 0
    first_step = step
    replay = Replay(objective, batch, device)
    while (elapsed := time.monotonic() - began) < budget and (max_steps is None or step - first_step < max_steps):
        left = min(1.0, (1 - elapsed / budget) / 0.2)
        if max_steps is not None:
            left = min(left, (max_steps - (step - first_step)) / (0.2 * max_steps))
        rate = objective.lr * min(1.0, (step + 1) / 50) * max(left, 0.02)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        with torch.no_grad():
            data = replay.draw(1 + step * world + rank)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast_dtype(device) is torch.bfloat16):
            losses = model(data)
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        if step < settle:
            for part in parts.values():
                part.zero_grad(set_to_none=True)
        torch.nn.utils.clip_grad_norm_(matrices + others, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        averages.update(parts, step)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        count += 1
        now = time.monotonic()
        if now - reported_at > 20:
            spent += now - reported_at
            report(run, stage, step, spent, batch * world * step, rate, {k: v / count for k, v in sums.items()}, rank)
            sums, count, reported_at = {}, 0, now
        if now - saved_at > save_every:
            save()
            saved_at = now
    # What the averaged weights measure, not the live ones: finish() works on the system's own parts.
    live = {name: {k: v.clone() for k, v in part.state_dict().items()} for name, part in parts.items()}
    for name, part in parts.items():
        part.load_state_dict(averages.parts[name].state_dict())
    objective.finish(device)
    for name, part in parts.items():
        measured = part.state_dict()
        averages.parts[name].load_state_dict(measured)
        buffers = {key for key, _ in part.named_buffers()}
        part.load_state_dict({k: (measured[k] if k in buffers else v) for k, v in live[name].items()})
    save()


def load_optimizer(optimizer: torch.optim.Optimizer, saved: dict) -> None:
    """An optimizer's state, with zeros for what a parameter has grown by since (see `grown`)."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state = {}
    for index, values in saved["state"].items():
        shape = parameters[index].shape
        state[index] = {
            name: torch.nn.functional.pad(value, (0, shape[1] - value.shape[1]))
            if isinstance(value, torch.Tensor) and value.dim() == 2 and len(shape) == 2
            else value
            for name, value in values.items()
        }
    optimizer.load_state_dict(saved | {"state": state})


def frozen(key: str, objective: Objective) -> bool:
    """Whether a state-dict key belongs to a part this stage does not train."""
    return key.startswith("system.") and key.split(".")[1] not in objective.trains


def report(run: Path, stage: str, step: int, spent: float, samples: int, rate: float, means: dict, rank: int) -> None:
    if rank:
        return
    row = {"stage": stage, "step": step, "seconds": round(spent), "samples": samples, "lr": round(rate, 6)}
    row |= {name: round(value, 4) for name, value in means.items()}
    line = json.dumps(row)
    print(line, flush=True)
    with (run / f"{stage}.log").open("a") as log:
        log.write(line + "\n")
