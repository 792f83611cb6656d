"""Audio codec at 48 kHz: waveform <-> latents at 31.25 Hz, fitted on recordings and renders together.

The codec of the pack after the shipped one, whose codec is `avlink.audio_codec`. `encoder` fits components of the
log-mel and of the level of the upper bands; `decoder` gives magnitudes of a short-time spectrum back from them, the
learned part; `phases` finds a wave that has them. `python -m avlink.train.wideband` fits and trains it.
"""

from .codec import WidebandCodec
from .config import WIDEBANDS, Wideband
from .decoder import WidebandDecoder
from .encoder import WidebandEncoder

__all__ = ["WIDEBANDS", "Wideband", "WidebandCodec", "WidebandDecoder", "WidebandEncoder"]
