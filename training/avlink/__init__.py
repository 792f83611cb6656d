"""AV-Link at browser size: made data, two flow-matching backbones, Fusion Blocks, export and evaluation."""
