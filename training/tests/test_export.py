"""Export: parity is checked inside, so here the pack as a whole, the quantizer and what must be refused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from avlink.export.benchmark import write_benchmark
from avlink.export.graphs import Graph, system_graphs
from avlink.export.halve import SUFFIX
from avlink.export.onnx_graph import ExportError, export_graph
from avlink.export.pack import GOLDEN_VALUES, file_entry, write_pack
from avlink.export.parity import ParityError, check, session
from avlink.export.quantize import gemm_to_matmul, pack, quantize, unpack
from avlink.export.random_system import random_system
from avlink.export.restore import RestoreError, restore, restore_graph, words_of
from avlink.export.webgpu import miscomputed, pad_channels
from avlink.presets import PRESETS
from avlink.system import AVLink
from avlink.vocabulary import VOCABULARY

SHAPE_OPS = {"Shape", "Range", "ConstantOfShape", "NonZero", "Expand"}


@pytest.fixture(scope="module")
def folder(tiny_pack: Path) -> Path:
    return tiny_pack


def test_manifest_lists_every_file_with_its_hash(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = {"manifest.json"}
    for entry in [*manifest["graphs"].values(), manifest["golden"]]:
        for file in (entry, entry.get("data")):
            if file:
                path = folder / file["file"]
                assert file_entry(path) == {key: file[key] for key in ("file", "bytes", "sha256")}
                listed.add(file["file"])
    assert listed == {path.name for path in folder.iterdir()}


def test_no_graph_computes_shapes(folder: Path) -> None:
    for path in folder.glob("*.onnx"):
        model = onnx.load(path, load_external_data=False)
        found = {node.op_type for node in model.graph.node} & SHAPE_OPS
        assert not found, f"{path.name}: {found}"


def test_weights_are_quantized_and_outside_the_graphs(folder: Path) -> None:
    model = onnx.load(folder / "audio_segment_0.onnx", load_external_data=False)
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("MatMulNBits") >= 2
    for tensor in model.graph.initializer:
        assert tensor.external_data or np.prod(tensor.dims) < 1024


def test_golden_values_are_what_the_graphs_give(folder: Path) -> None:
    golden = json.loads((folder / "manifest.json").read_text())["golden"]
    values = np.fromfile(folder / golden["file"], "<f4")

    def read(place: dict) -> np.ndarray:
        stride, size = place.get("stride", 1), int(np.prod(place["shape"]))
        kept = values[place["offset"] : place["offset"] + -(-size // stride)]
        return kept if stride > 1 else kept.reshape(place["shape"])

    covered = {case["graph"] for case in golden["cases"]}
    assert covered >= {"video_encoder", "audio_encoder", "video_embed", "audio_embed", "fusion_joint_0"}
    for case in golden["cases"]:
        run = session(folder / f"{case['graph']}.onnx")
        outputs = run.run(list(case["outputs"]), {name: read(place) for name, place in case["inputs"].items()})
        for place, got in zip(case["outputs"].values(), outputs, strict=True):
            assert np.abs(got).max() > 1e-3
            shown = got.reshape(-1)[:: place["stride"]] if "stride" in place else got
            assert read(place).size <= GOLDEN_VALUES
            np.testing.assert_allclose(shown, read(place), rtol=1e-4, atol=1e-4)
    assert any("stride" in place for case in golden["cases"] for place in case["outputs"].values())


@pytest.mark.parametrize("bits", [8, 4])
def test_pack_of_weights_is_near_and_exact_on_its_grid(bits: int) -> None:
    generator = np.random.default_rng(0)
    weight = generator.standard_normal((64, 8)).astype(np.float32)
    packed, scales = pack(weight, bits)
    assert packed.shape == (8, 2, 4 * bits) and scales.shape == (16,)
    again = unpack(packed, scales, 64, bits)
    assert np.abs(again - weight).max() <= scales.max() / 2 + 1e-6
    assert np.array_equal(pack(again, bits)[0], packed)


@pytest.mark.parametrize("bits", [8, 4])
def test_gemm_becomes_a_quantized_matmul(tmp_path: Path, bits: int) -> None:
    weight = np.random.default_rng(1).standard_normal((96, 64)).astype(np.float32)
    node = helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)
    floats = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [node],
        "linear",
        [helper.make_tensor_value_info("x", floats, ["B", 64])],
        [helper.make_tensor_value_info("y", floats, ["B", 96])],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(np.ones(96, np.float32), "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    gemm_to_matmul(model)
    assert quantize(model, bits) == 1
    path = tmp_path / "linear.onnx"
    onnx.save(model, path)
    x = np.random.default_rng(2).standard_normal((3, 64)).astype(np.float32)
    made = session(path).run(None, {"x": x})[0]
    # What the runtime makes of the packed weights is what they unpack to; 4 bits are that much coarser.
    rounded = unpack(*pack(weight.T, bits), 64, bits)
    np.testing.assert_allclose(made, x @ rounded + 1, atol=0.02 if bits == 8 else 0.1)
    np.testing.assert_allclose(made, x @ weight.T + 1, atol=0.2 if bits == 8 else 3.0, rtol=0.02)


def test_a_restored_pack_holds_the_weights_it_was_made_from(folder: Path) -> None:
    trained, restored = random_system("nano").state_dict(), AVLink(PRESETS["nano"]).eval()
    restore(folder, restored)
    for name, value in restored.state_dict().items():
        step = float(trained[name].abs().max()) / 127
        assert float((value - trained[name]).abs().max()) <= step, name


@torch.no_grad()
def restored_block(packed: onnx.ModelProto) -> dict[str, Tensor]:
    """What `restore` makes of the graph of the first Fusion Block."""
    system = AVLink(PRESETS["nano"]).eval()
    block = system.fusion.blocks[0].state_dict()
    for tensor in block.values():
        tensor.copy_(torch.randn(tensor.shape))
    (graph,) = (graph for graph in system_graphs(system) if graph.name == "fusion_joint_0")
    filled = restore_graph(graph, packed)
    assert filled >= {tensor.data_ptr() for tensor in block.values()}
    return block


def test_in_which_order_a_pack_lists_its_nodes_does_not_matter(folder: Path) -> None:
    file = json.loads((folder / "manifest.json").read_text())["graphs"]["fusion_joint_0"]["file"]
    model = onnx.load(folder / file)
    waiting, listed = list(model.graph.node), []
    made = {t.name for t in (*model.graph.input, *model.graph.initializer)} | {""}
    while waiting:
        # Always the last of those that can be computed: as far from the order they came in as it gets.
        node = next(node for node in reversed(waiting) if made.issuperset(node.input))
        waiting.remove(node)
        listed.append(node)
        made.update(node.output)
    assert [n.output for n in listed] != [n.output for n in model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(listed)
    first, second = (restored_block(packed) for packed in (onnx.load(folder / file), model))
    trained = random_system("nano").fusion.blocks[0].state_dict()
    for name, value in second.items():
        assert torch.equal(value, first[name]), name
        assert float((value - trained[name]).abs().max()) <= float(trained[name].abs().max()) / 127, name


def test_a_pack_with_fewer_words_is_restored_with_its_own(folder: Path, tmp_path: Path) -> None:
    assert words_of(folder) == len(VOCABULARY)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["text"]["vocabulary"] = list(VOCABULARY[:50])
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert words_of(tmp_path) == 50
    manifest["text"]["vocabulary"] = [*VOCABULARY[:49], "elsewhere"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RestoreError, match="not the first 50"):
        words_of(tmp_path)


def test_a_pack_of_another_topology_is_not_restored(folder: Path) -> None:
    deeper = dataclasses.replace(PRESETS["nano"], vocoder_blocks=3)
    with pytest.raises(RestoreError, match="audio_decoder"):
        restore(folder, AVLink(deeper).eval())


class Mean(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * x.shape[0]


def test_a_constant_that_follows_the_batch_is_refused() -> None:
    graph = Graph("mean", Mean(), {"x": ("B", 4)}, {"y": ("B", 4)})
    with pytest.raises(ExportError, match="mean"):
        export_graph(graph)


def test_parity_names_the_graph_that_differs(tmp_path: Path) -> None:
    graph = Graph("line", nn.Linear(4, 4), {"x": ("B", 4)}, {"y": ("B", 4)})
    path = tmp_path / "line.onnx"
    onnx.save(export_graph(graph), path)
    assert check(graph, path) < 1e-5
    with torch.no_grad():
        graph.module.weight.add_(1.0)
    with pytest.raises(ParityError, match="line"):
        check(graph, path)


def convolution(into: int, out: int, kernel: int) -> onnx.ModelProto:
    generator = np.random.default_rng(3)
    floats = onnx.TensorProto.FLOAT
    weight = generator.standard_normal((out, into, kernel, kernel)).astype(np.float32)
    bias = generator.standard_normal(out).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w", "b"], ["y"], kernel_shape=[kernel, kernel], pads=[1, 1, 1, 1])],
        "convolution",
        [helper.make_tensor_value_info("x", floats, ["B", into, 8, 8])],
        [helper.make_tensor_value_info("y", floats, None)],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(bias, "b")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


# What the GPU computed right and wrong when every combination was compared with the CPU.
@pytest.mark.parametrize("shape", [(8, 6, 3, 3), (32, 6, 4, 4), (8, 9, 3, 3), (8, 15, 3, 3), (8, 18, 3, 3)])
def test_a_convolution_the_gpu_gets_wrong_is_known(shape: tuple[int, ...]) -> None:
    assert miscomputed(shape, 1)


@pytest.mark.parametrize("shape", [(8, 3, 3, 3), (8, 12, 3, 3), (8, 10, 3, 3), (6, 9, 3, 3), (8, 6, 1, 1)])
def test_a_convolution_the_gpu_gets_right_stays(shape: tuple[int, ...]) -> None:
    assert not miscomputed(shape, 1)


def test_padded_channels_change_nothing(tmp_path: Path) -> None:
    model = convolution(6, 8, 4)
    x = np.random.default_rng(4).standard_normal((2, 6, 8, 8)).astype(np.float32)
    results = []
    for name, count in (("before", 0), ("after", 1)):
        if count:
            assert pad_channels(model) == count
            assert pad_channels(model) == 0
        onnx.save(model, tmp_path / f"{name}.onnx")
        results.append(session(tmp_path / f"{name}.onnx").run(None, {"x": x})[0])
    np.testing.assert_allclose(results[1], results[0], rtol=1e-5, atol=1e-5)


def test_no_graph_of_the_pack_holds_such_a_convolution(folder: Path) -> None:
    for path in folder.glob("*.onnx"):
        model = onnx.load(path, load_external_data=False)
        shapes = {t.name.removesuffix(SUFFIX): tuple(t.dims) for t in model.graph.initializer}
        # The bases of transforms are computed in the graph.
        computed = onnx.shape_inference.infer_shapes(model).graph.value_info
        for value in computed:
            shapes.setdefault(value.name, tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim))
        for node in model.graph.node:
            if node.op_type == "Conv":
                group = next(a.i for a in node.attribute if a.name == "group")
                assert not miscomputed(shapes[node.input[1]], group), f"{path.name}: {node.name}"


def test_a_folder_that_is_no_pack_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(ValueError, match="something other"):
        write_pack(random_system("nano"), tmp_path, name="tiny")
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_failed_export_leaves_the_old_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "text.onnx").write_text("old")

    def fails(*_: object) -> None:
        raise ParityError("text: off")

    monkeypatch.setattr("avlink.export.pack.check", fails)
    with pytest.raises(ParityError):
        write_pack(random_system("nano"), tmp_path, name="tiny")
    assert (tmp_path / "text.onnx").read_text() == "old"


def test_the_apps_speed_test_has_the_structure_of_a_shipped_segment(tmp_path: Path) -> None:
    made = tmp_path / "segment.onnx"
    data, tokens, work = write_benchmark(made)
    root = Path(__file__).parents[2]
    # The app repeats these figures.
    source = (root / "src/engine/benchmark-network.ts").read_text() + (root / "src/engine/benchmark.ts").read_text()
    for figure in (data, work):
        assert f"{figure:_}" in source
    assert tokens == 128

    def structure(path: Path) -> list[str]:
        model = onnx.load(str(path), load_external_data=False)
        return [node.op_type for node in model.graph.node]

    assert structure(made) == structure(root / "src/engine/benchmark/segment.onnx")
    assert structure(made) == structure(root / "public/models/mini/audio_segment_0.onnx")
