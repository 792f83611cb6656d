"""Variants of a pack: what they share, what they leave alone, and that they compute what the networks compute."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper

from avlink.evaluate.variants import loss
from avlink.export.dynamic import MIDDLE, quantize_dynamic, rounded
from avlink.export.onnx_graph import share_constants
from avlink.export.pack import file_entry, write_pack
from avlink.export.parity import session
from avlink.export.random_system import random_system
from avlink.export.restore import RestoreError, restore
from avlink.export.runtime import run_on_graphs
from avlink.export.sampler import choose
from avlink.export.variants import INDEX, VARIANTS, files_of, record, requantized, write_index, write_variant
from avlink.grid import GRID
from avlink.presets import PRESETS
from avlink.system import AVLink


@pytest.fixture(scope="module")
def folder(tiny_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny pack with both variants."""
    out = shutil.copytree(tiny_pack, tmp_path_factory.mktemp("variants") / "tiny")
    system = random_system("nano")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for name in ("light", "processor"):
        write_variant(system, out, name)
    # The default's hash is what recipes and links know.
    assert {name: (out / name).read_bytes() for name in before} == before
    return out


def manifest(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text())


def entries(folder: Path) -> dict[str, dict]:
    return {entry["id"]: entry for entry in manifest(folder, INDEX)["variants"]}


@pytest.mark.parametrize(("name", "kind"), [("light", "q4"), ("processor", "int8")])
def test_a_variant_shares_everything_but_what_makes_latents(folder: Path, name: str, kind: str) -> None:
    default, variant = manifest(folder, "manifest.json"), manifest(folder, f"manifest.{name}.json")
    assert {k: v for k, v in variant.items() if k not in ("graphs", "golden", "quality")} == {
        k: v for k, v in default.items() if k not in ("graphs", "golden", "quality")
    }
    for graph, entry in variant["graphs"].items():
        if requantized(graph):
            assert entry["file"] == f"{graph}.{kind}.onnx"
            assert entry["weights"] == kind
        else:
            assert entry == default["graphs"][graph]
    for file in files_of(variant).values():
        expected = {key: file[key] for key in ("file", "bytes", "sha256")}
        assert file_entry(folder / file["file"]) == expected


def test_the_index_says_what_the_manifests_say(folder: Path) -> None:
    found = entries(folder)
    assert list(found) == ["standard", "light", "processor"]
    shared = files_of(manifest(folder, "manifest.json"))
    for entry in found.values():
        assert file_entry(folder / entry["manifest"]["file"]) == entry["manifest"]
        files = files_of(manifest(folder, entry["manifest"]["file"]))
        assert entry["bytes"] == sum(file["bytes"] for file in files.values())
        assert entry["ownBytes"] == sum(file["bytes"] for key, file in files.items() if key not in shared)
        assert entry["soundDecoder"] == found["standard"]["soundDecoder"]
    assert found["light"]["bytes"] < found["standard"]["bytes"]
    # Every backend has one that is taken unasked, and that can run there.
    automatic = [backend for entry in found.values() for backend in entry["automatic"]]
    assert sorted(automatic) == ["wasm", "webgpu"]
    assert all(set(entry["automatic"]) <= set(entry["backends"]) for entry in found.values())


def test_figures_stay_with_the_manifest_they_were_measured_on(folder: Path) -> None:
    index = manifest(folder, INDEX)
    for entry in index["variants"]:
        entry["quality"] = {"clips": 1.0}
    index["variants"][1]["manifest"]["sha256"] = "0" * 64
    (folder / INDEX).write_text(json.dumps(index))
    assert [entry["quality"] for entry in write_index(folder).values()] == [{"clips": 1.0}, {}, {"clips": 1.0}]


def copy_measured(folder: Path, out: Path) -> None:
    """The pack in another folder, its variants measured on 0, 1 and 2 clips."""
    for path in folder.iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    index = manifest(out, INDEX)
    for place, entry in enumerate(index["variants"]):
        entry["quality"] = {"clips": float(place)}
    (out / INDEX).write_text(json.dumps(index))


def test_recorded_figures_leave_those_of_the_variants_in_place(folder: Path, tmp_path: Path) -> None:
    copy_measured(folder, tmp_path)
    record(tmp_path, {"v2a onset F1, generated": 0.5})
    assert manifest(tmp_path, "manifest.json")["quality"] == {"v2a onset F1, generated": 0.5}
    found = entries(tmp_path)
    assert [entry["quality"]["clips"] for entry in found.values()] == [0.0, 1.0, 2.0]
    # Links and recipes know the pack by its hash of before, and the weights are the same.
    before = entries(folder)["standard"]["manifest"]["sha256"]
    assert [entry["earlier"] for entry in found.values()] == [[before], [], []]
    record(tmp_path, {"v2a onset F1, generated": 0.6})
    assert len(entries(tmp_path)["standard"]["earlier"]) == 2
    record(tmp_path, {"v2a onset F1, generated": 0.5})
    assert found["standard"]["manifest"]["sha256"] not in entries(tmp_path)["standard"]["earlier"]
    assert found["standard"]["manifest"] == file_entry(tmp_path / "manifest.json")
    assert manifest(tmp_path, "manifest.light.json") == manifest(folder, "manifest.light.json")


def test_chosen_sampler_settings_reach_every_variant_and_what_was_measured_stays(folder: Path, tmp_path: Path) -> None:
    copy_measured(folder, tmp_path)
    choose(tmp_path, "v2a", {"steps": 4, "guidanceAv": 2.5})
    files = ["manifest.json", *(f"manifest.{name}.json" for name in VARIANTS)]
    for file in files:
        before, after = manifest(folder, file), manifest(tmp_path, file)
        assert after["sampler"]["v2a"] == before["sampler"]["v2a"] | {"steps": 4, "guidanceAv": 2.5}
        after["sampler"]["v2a"] = before["sampler"]["v2a"]
        assert after == before
    found = entries(tmp_path)
    assert [entry["quality"]["clips"] for entry in found.values()] == [0.0, 1.0, 2.0]
    assert [entry["manifest"] for entry in found.values()] == [file_entry(tmp_path / file) for file in files]
    for wrong in ({"solver": "heun"}, {"steps": 0}, {"guidanceText": -1.0}):
        with pytest.raises(ValueError, match="|".join(wrong)):
            choose(tmp_path, "v2a", wrong)


def test_a_new_pack_takes_its_variants_with_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def files(system: AVLink, out: Path, **_: object) -> int:
        (out / "manifest.json").write_text("{}")
        return 2

    monkeypatch.setattr("avlink.export.pack._write_files", files)
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    write_pack(random_system("nano", seed=1), tmp_path, name="tiny")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(("name", "tolerance"), [("light", 0.5), ("processor", 0.1)])
def test_the_graphs_generate_what_the_networks_generate(folder: Path, name: str, tolerance: float) -> None:
    given = torch.randn(2, *GRID.video_shape, generator=torch.Generator().manual_seed(0))
    settings = {"steps": 2, "guidance_av": 2.0}
    expected = random_system("nano").generate("v2a", given, **settings)
    graphs = manifest(folder, f"manifest.{name}.json")["graphs"]
    made = run_on_graphs(random_system("nano"), folder, graphs).generate("v2a", given, **settings)
    difference = float((made - expected).abs().max() / expected.abs().max())
    assert 0 < difference < tolerance


@pytest.mark.long
def test_a_variant_of_weights_alone_is_restored(folder: Path) -> None:
    trained, system = random_system("nano").state_dict(), AVLink(PRESETS["nano"]).eval()
    restore(folder, system, "light")
    for name, value in system.state_dict().items():
        step = float(trained[name].abs().max()) / 7
        assert float((value - trained[name]).abs().max()) <= step, name


def test_a_variant_of_other_arithmetic_is_not_restored(folder: Path) -> None:
    with pytest.raises(RestoreError, match="audio_embed"):
        restore(folder, AVLink(PRESETS["nano"]).eval(), "processor")


def linear(weight: np.ndarray) -> onnx.ModelProto:
    floats = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("MatMul", ["x", "w"], ["z"])],
        "linear",
        [helper.make_tensor_value_info("x", floats, ["B", weight.shape[0]])],
        [helper.make_tensor_value_info(name, floats, ["B", weight.shape[1]]) for name in ("y", "z")],
        [numpy_helper.from_array(weight, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def test_dynamic_int8_is_near_and_rounds_a_shared_activation_once(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    weight = generator.standard_normal((96, 64)).astype(np.float32)
    model = linear(weight)
    assert quantize_dynamic(model) == 2
    kinds = [node.op_type for node in model.graph.node]
    assert (kinds.count("DynamicQuantizeLinear"), kinds.count("MatMulInteger"), kinds.count("MatMul")) == (1, 2, 0)
    onnx.save(model, tmp_path / "linear.onnx")
    x = generator.standard_normal((3, 96)).astype(np.float32)
    made, again = session(tmp_path / "linear.onnx").run(None, {"x": x})
    np.testing.assert_array_equal(made, again)
    np.testing.assert_allclose(made, x @ weight, atol=0.3)


def test_large_values_of_one_sign_do_not_overflow(tmp_path: Path) -> None:
    # Pairs of such products leave 16 bits, in which some kernels add signed weights.
    weight = np.ones((128, 64), np.float32)
    model = linear(weight)
    quantize_dynamic(model)
    onnx.save(model, tmp_path / "linear.onnx")
    x = np.linspace(0.9, 1, 128, dtype=np.float32)[None]
    made, _ = session(tmp_path / "linear.onnx").run(None, {"x": x})
    np.testing.assert_allclose(made, x @ weight, rtol=0.01)


def test_rounded_weights_have_a_scale_for_each_output() -> None:
    weight = np.random.default_rng(1).standard_normal((32, 8)).astype(np.float32) * np.arange(8, dtype=np.float32)
    integers, scales = rounded(weight)
    assert integers.shape == weight.shape and scales.shape == (8,)
    again = (integers.astype(np.float32) - MIDDLE) * scales
    assert np.all(np.abs(again - weight) <= scales / 2 + 1e-6)
    assert np.array_equal(again[:, 0], np.zeros(32, np.float32))


def test_constants_that_are_alike_are_kept_once(tmp_path: Path) -> None:
    weight = np.random.default_rng(2).standard_normal((8, 4)).astype(np.float32)
    model = linear(weight)
    model.graph.initializer.append(numpy_helper.from_array(weight.copy(), "w2"))
    model.graph.initializer.append(numpy_helper.from_array(weight.reshape(4, 8), "unlike"))
    model.graph.node[1].input[1] = "w2"
    share_constants(model)
    assert [tensor.name for tensor in model.graph.initializer] == ["w"]
    assert [list(node.input) for node in model.graph.node] == [["x", "w"], ["x", "w"]]


def test_the_loss_is_taken_clip_by_clip() -> None:
    default = {"clips": 4, "f1": 0.5, "f1_by_clip": [0.4, 0.5, 0.5, 0.6]}
    row = {"clips": 4, "f1": 0.45, "f1_by_clip": [0.35, 0.45, 0.45, 0.55]}
    figures = loss(row, default)
    assert figures["lead in F1 over standard"] == -0.05
    assert figures["lead in F1 over standard, standard error"] == 0.0
    assert (figures["v2a onset F1"], figures["v2a onset F1, standard"]) == (0.45, 0.5)
