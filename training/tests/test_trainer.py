"""What the trainer does around an objective: scenes used again, matrices shared out among processes."""

from __future__ import annotations

import socket
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from torch import Tensor

from avlink.ladder.muon import orthogonalised, shared_out
from avlink.ladder.objectives import Batch, VideoBackboneObjective
from avlink.ladder.trainer import Replay
from avlink.presets import PRESETS
from avlink.system import AVLink

BATCH = 4
WORLD = 2


class Numbered(VideoBackboneObjective):
    """Scenes that are the seeds they were made from."""

    reuse = 2

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        return {"seed": torch.full((batch,), seed)}

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        return scenes


def test_scenes_come_fresh_until_the_store_is_full_and_are_then_used_again() -> None:
    replay = Replay(Numbered(AVLink(PRESETS["nano"])), BATCH, torch.device("cpu"), scenes=8 * BATCH)
    drawn = [replay.draw(seed)["seed"].tolist() for seed in range(1000)]
    assert drawn[:8] == [[seed] * BATCH for seed in range(8)]
    later = [seed for row in drawn[8:] for seed in row]
    uses = torch.tensor([later.count(seed) for seed in range(1000)])
    # Of what came later every second batch was made anew, and its scenes are drawn twice as often as they were made.
    made = uses[100:900].nonzero()[:, 0] + 100
    assert abs(len(made) - 400) < 60
    assert abs(float(uses[100:900].sum()) / (400 * BATCH) - 2) < 0.1


def _share(rank: int, port: int, stacked: Tensor, folder: str) -> None:
    dist.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=WORLD)
    torch.save(shared_out(stacked, torch.float32), Path(folder) / f"{rank}.pt")
    dist.destroy_process_group()


def test_processes_share_the_matrices_out_and_all_get_the_whole(tmp_path: Path) -> None:
    stacked = torch.randn(3, 6, 10, generator=torch.Generator().manual_seed(0))
    expected = orthogonalised(stacked, torch.float32)
    processes.spawn(_share, (free_port(), stacked, str(tmp_path)), nprocs=WORLD)
    for rank in range(WORLD):
        torch.testing.assert_close(torch.load(tmp_path / f"{rank}.pt", weights_only=True), expected)
    torch.testing.assert_close(shared_out(stacked, torch.float32), expected)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_few_of_the_clean_clips_learn_the_velocity() -> None:
    objective = VideoBackboneObjective(AVLink(PRESETS["nano"]))
    grid, clips = objective.system.grid, 400
    made = objective.corrupt(3, {"z": torch.zeros(clips, *grid.video_shape), "bag": torch.zeros(clips, 2)})
    clean, flow = made["clean"].bool(), made["flow"].bool()
    assert flow[~clean].all()
    assert abs(float(flow[clean].float().mean()) - objective.clean_flow_share) < 0.06
