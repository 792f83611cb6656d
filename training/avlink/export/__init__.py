"""From a trained run to a pack: ONNX graphs, quantized weights, golden values and the manifest."""
