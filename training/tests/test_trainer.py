"""What the trainer does around an objective: scenes used again, matrices shared out among processes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from torch import Tensor

from avlink.presets import PRESETS
from avlink.system import AVLink
from avlink.train.auxiliary_heads import reading_error, word_error
from avlink.train.batch import Batch
from avlink.train.muon import orthogonalised, shared_out
from avlink.train.objectives.base import TEXT_DROP, UNCAPTIONED
from avlink.train.objectives.fusion import FusionObjective
from avlink.train.objectives.generators import VideoBackboneObjective
from avlink.train.trainer import Replay

BATCH = 4
WORLD = 2


class Numbered(VideoBackboneObjective):
    """Scenes that are the seeds they were made from."""

    reuse, kept = 2, 8 * BATCH

    def scenes(self, seed: int, batch: int, device: torch.device) -> Batch:
        return {"seed": torch.full((batch,), seed)}

    def corrupt(self, seed: int, scenes: Batch) -> Batch:
        return scenes


def test_scenes_come_fresh_until_the_store_is_full_and_are_then_used_again() -> None:
    replay = Replay(Numbered(AVLink(PRESETS["nano"])), BATCH, torch.device("cpu"))
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


@pytest.mark.long
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


CLIPS = 400
STUDIO = torch.arange(CLIPS) % 2 == 0


def test_only_pictures_of_the_studio_are_learnt_to_be_made_and_all_to_be_read() -> None:
    objective = VideoBackboneObjective(AVLink(PRESETS["nano"]))
    z = torch.zeros(CLIPS, *objective.system.grid.video_shape)
    made = objective.corrupt(3, {"z": z, "bag": torch.zeros(CLIPS, 2), "studio": STUDIO})
    flow, t = made["flow"], made["t"]
    assert not flow[~STUDIO].any()
    assert abs(float(flow[STUDIO].float().mean()) - objective.flow_share) < 0.1
    assert t[~flow].min() >= objective.clean[0]


def test_fusion_makes_pictures_of_the_studio_and_sound_for_all_others() -> None:
    objective = FusionObjective(AVLink(PRESETS["nano"]))
    grid = objective.system.grid
    latents = {"z_a": torch.zeros(CLIPS, *grid.audio_shape), "z_v": torch.zeros(CLIPS, *grid.video_shape)}
    told = {"bag": torch.zeros(CLIPS, 2), "hints": torch.ones(CLIPS, dtype=torch.bool)}
    made = objective.corrupt(3, latents | told | {"studio": STUDIO})
    sound, picture = made["learn_a"].bool(), made["learn_v"].bool()
    assert torch.equal(picture, STUDIO) and sound[~STUDIO].all()
    assert abs(float(sound[STUDIO].float().mean()) - objective.joint_share) < 0.1
    # The condition is nearly clean, what is made is anything.
    given = torch.cat([made["t_v"][~picture], made["t_a"][~sound]])
    assert objective.conditioning[0] <= given.min() and given.max() <= objective.conditioning[1]


def test_what_is_read_or_linked_comes_mostly_without_a_caption_and_what_is_named_never_loses_it() -> None:
    system = AVLink(PRESETS["nano"])
    grid, said = system.grid, torch.ones(CLIPS, 20)
    scenes = {"z": torch.zeros(CLIPS, *grid.video_shape), "bag": said, "studio": STUDIO}
    made = VideoBackboneObjective(system).corrupt(3, scenes)
    silent = (made["bag"] == 0).all(1)
    assert torch.equal(made["words"], said)
    assert abs(float(silent[~made["flow"]].float().mean()) - UNCAPTIONED) < 0.08
    assert abs(float(silent[made["flow"]].float().mean()) - TEXT_DROP) < 0.08
    latents = {"z_a": torch.zeros(CLIPS, *grid.audio_shape), "z_v": scenes["z"]}
    hints = torch.arange(CLIPS) < CLIPS // 2
    linked = FusionObjective(system).corrupt(3, latents | {"bag": said, "studio": STUDIO, "hints": hints})["bag"]
    untold = (linked == 0).all(1).float()
    assert abs(float(untold[hints].mean()) - UNCAPTIONED) < 0.1
    # Where the picture does not tell the material, the words do.
    assert abs(float(untold[~hints].mean()) - (1 - UNCAPTIONED)) < 0.1


def test_movement_of_level_counts_by_the_share_that_is_missed() -> None:
    wave = torch.sin(torch.arange(128) / 5)
    onsets = torch.zeros(2, 128)
    level = torch.stack([0.3 * wave, wave])  # an engine, and impacts
    silent = torch.full((2, 128), -9.0)  # no onsets, for certain
    flat = reading_error(torch.stack([silent, torch.zeros(2, 128)], -1), onsets, level)
    assert (flat > 0.4).all() and flat.max() < 1.1
    right = reading_error(torch.stack([silent, level], -1), onsets, level)
    assert (right < 0.01).all()
    higher = reading_error(torch.stack([silent, level + 2], -1), onsets, level)
    torch.testing.assert_close(higher - right, torch.full((2,), 4.0), rtol=1e-3, atol=1e-3)


def test_words_cost_least_for_the_words_said() -> None:
    words = torch.tensor([[1.0, 0, 0, 1], [0, 1, 0, 0]])
    right, wrong = word_error(4 * (2 * words - 1), words), word_error(4 * (1 - 2 * words), words)
    assert right.shape == (2,) and (right < 0.1).all() and (wrong > 3).all()


@pytest.mark.parametrize("studio", [True, False])
def test_losses_are_finite_when_no_clip_of_a_batch_learns_one_of_them(studio: bool) -> None:
    torch.manual_seed(0)
    system = AVLink(PRESETS["nano"])
    grid = system.grid
    common = {"bag": torch.zeros(2, system.vocabulary), "studio": torch.tensor([studio] * 2)}
    common |= {"onsets": torch.zeros(2, grid.audio_latents), "level": torch.zeros(2, grid.audio_latents)}
    common |= {"hints": torch.ones(2, dtype=torch.bool)}
    z_a, z_v = torch.randn(2, *grid.audio_shape), torch.randn(2, *grid.video_shape)
    fusion, video = FusionObjective(system), VideoBackboneObjective(system)
    video.flow_share, fusion.joint_share = 1.0, 0.0
    for objective, latents in ((fusion, {"z_a": z_a, "z_v": z_v}), (video, {"z": z_v})):
        losses = objective(objective.corrupt(1, common | latents))
        assert all(torch.isfinite(value) for value in losses.values()), losses
