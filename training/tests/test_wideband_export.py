"""A pack at 48 kHz: what its manifest says, what its graphs do, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from avlink.export.fixture import LATENTS, SOUND, VALUES, tiny_at_48_khz, write_fixture
from avlink.export.graphs import Graph, system_graphs
from avlink.export.pack import file_entry
from avlink.export.parity import session
from avlink.export.restore import restore_graph
from avlink.export.runtime import GraphModule, GraphSoundDecoder
from avlink.manifest import read_manifest
from avlink.presets import PRESETS
from avlink.system import AVLink
from avlink.wideband import WidebandDecoder, WidebandEncoder

TINY = Path(__file__).resolve().parents[2] / "e2e/fixtures/packs/tiny"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packs") / "tiny-48k"
    write_fixture(TINY, out)
    return out


def wide() -> tuple[AVLink, WidebandEncoder, WidebandDecoder]:
    system = tiny_at_48_khz()
    assert isinstance(system.audio_encoder, WidebandEncoder) and isinstance(system.audio_decoder, WidebandDecoder)
    return system, system.audio_encoder, system.audio_decoder


def graph_of(system: AVLink, name: str) -> Graph:
    return next(graph for graph in system_graphs(system) if graph.name == name)


def test_manifest_is_of_48_khz_and_of_a_schema_that_apps_of_before_refuse(folder: Path) -> None:
    manifest = read_manifest(folder / "manifest.json")
    grid = manifest["grid"]
    assert (manifest["schema"], grid["sampleRate"], grid["samplesPerLatent"]) == (2, 48_000, 1536)
    assert grid["audioLatents"] * grid["samplesPerLatent"] == pytest.approx(grid["windowSeconds"] * grid["sampleRate"])
    assert manifest["phases"]["frame"] == 4 * manifest["phases"]["hop"] == 1536
    bands = manifest["phases"]["lower"]["bands"] + len(manifest["phases"]["upper"]["edges"]) - 1
    assert manifest["graphs"]["audio_decoder"]["outputs"][1]["shape"][-1] == bands


def test_files_are_here_or_in_the_pack_beside(folder: Path) -> None:
    manifest = read_manifest(folder / "manifest.json")
    here = {"manifest.json", SOUND, VALUES}
    for entry in [*manifest["graphs"].values(), manifest["golden"]]:
        for file in (entry, entry.get("data")):
            if file:
                path = folder / file["file"]
                assert file_entry(path if path.exists() else TINY / file["file"])["sha256"] == file["sha256"]
                here |= {file["file"]} if path.exists() else set()
    assert {path.name for path in folder.iterdir()} == here
    assert not (folder / "video_decoder.bin").exists()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000


def test_encoder_takes_the_upper_band_or_guesses_it(folder: Path) -> None:
    _, encoder, _ = wide()
    samples = 0.3 * torch.randn(2, 8 * 1536, generator=torch.Generator().manual_seed(2))
    feeds = {"samples": samples.numpy(), "known": np.array([1, 0], np.float32)}
    (made,) = session(folder / "audio_encoder.onnx").run(None, feeds)
    whole = encoder(samples)
    guessed = encoder.guessed(whole[..., :64])
    assert (whole[1, :, 64:] - guessed[1, :, 64:]).abs().max() > 0.01
    np.testing.assert_allclose(made[0], whole[0].numpy(), atol=1e-4)
    np.testing.assert_allclose(made[1], guessed[1].numpy(), atol=1e-4)


def test_bases_of_transforms_are_computed_not_stored(folder: Path) -> None:
    model = onnx.load(folder / "audio_encoder.onnx", load_external_data=False)
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    stored = {tensor.name for tensor in model.graph.initializer}
    assert [node.input[1] in stored for node in convolutions].count(False) == 2
    assert file_entry(folder / "audio_encoder.bin")["bytes"] < 250_000


# Half a step of the bits that each has.
@pytest.mark.parametrize(("name", "step"), [("audio_encoder", 0.01), ("audio_decoder", 0.075)])
def test_a_restored_codec_has_the_weights_of_the_pack(folder: Path, name: str, step: float) -> None:
    trained = getattr(tiny_at_48_khz(), name).state_dict()
    system = AVLink(PRESETS["next-nano"], tiny_at_48_khz().vocabulary).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(1)
    for tensor in system.state_dict().values():
        tensor.copy_(torch.randn(tensor.shape, generator=generator))
    filled = restore_graph(graph_of(system, name), onnx.load(folder / f"{name}.onnx"))
    for key, tensor in getattr(system, name).state_dict().items():
        if tensor.data_ptr() in filled:
            assert (tensor - trained[key]).abs().max() <= step * trained[key].abs().max() + 1e-6, key
    lacking = {key for key, tensor in getattr(system, name).state_dict().items() if tensor.data_ptr() not in filled}
    assert not lacking


def test_sound_beside_the_pack_is_what_the_system_makes_of_its_latents(folder: Path) -> None:
    _, _, decoder = wide()
    shapes = json.loads((folder / SOUND).read_text())
    values = torch.from_numpy(np.fromfile(folder / VALUES, "<f4"))
    count = int(np.prod(shapes["latents"]))
    assert shapes["samples"] == [1, LATENTS * 1536]
    latents, samples = values[:count].reshape(shapes["latents"]), values[count:][None]
    entry = read_manifest(folder / "manifest.json")["graphs"]["audio_decoder"]
    again = GraphSoundDecoder(GraphModule(folder, entry), decoder.phases)(latents)
    np.testing.assert_allclose(again.numpy(), samples.numpy(), atol=1e-4)
    # Rounded weights shift phases, not levels.
    made = decoder(latents)
    assert samples.std() > 0.01
    assert float((made.std() / samples.std()).log().abs()) < 0.1
