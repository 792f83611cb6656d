"""The stages that train by steps, with what each minimises. The closed-form stage audio_encoder is no objective."""

from __future__ import annotations

from .objectives.base import Objective
from .objectives.codecs import AudioDecoderObjective, VideoCodecObjective, VideoDecoderObjective
from .objectives.fusion import FusionA2VObjective, FusionObjective, FusionV2AObjective, TimingObjective
from .objectives.generators import AudioBackboneObjective, VideoBackboneObjective
from .objectives.recognition import EvaluatorObjective, SyncObjective, TaggerObjective
from .objectives.recorded import RecordedSoundObjective

OBJECTIVES: dict[str, type[Objective]] = {
    "audio_decoder": AudioDecoderObjective,
    "video_codec": VideoCodecObjective,
    "video_decoder": VideoDecoderObjective,
    "audio_backbone": AudioBackboneObjective,
    "video_backbone": VideoBackboneObjective,
    "evaluator": EvaluatorObjective,
    "tagger": TaggerObjective,
    "sync": SyncObjective,
    "fusion": FusionObjective,
    "fusion_v2a": FusionV2AObjective,
    "fusion_a2v": FusionA2VObjective,
    "timing": TimingObjective,
    "recorded_sound": RecordedSoundObjective,
}
