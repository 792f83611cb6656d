"""AV-Link as a whole: codecs, two frozen generators, Fusion Blocks, and the reference samplers.

The app's sampler (src/sampler) does the same in TypeScript; this one serves training and evaluation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from .audio_codec import AudioDecoder, AudioEncoder
from .backbone import AudioBackbone, VideoBackbone
from .checkpoint import write_checkpoint
from .flow import noised, schedule, solve
from .following import followed
from .fusion import FusionSet
from .grid import GRID
from .naming import UNLIKELY, Namer, seen
from .presets import PRESETS, Preset
from .sync import SyncEncoder
from .timing import TimingAdapter
from .video_codec import VideoDecoder, VideoEncoder, with_context
from .vocabulary import VOCABULARY

CODECS = ("audio_encoder", "audio_decoder", "video_encoder", "video_decoder")
PARTS = (*CODECS, "audio", "video", "fusion", "namer", "sync", "timing")
CONDITIONING_T = 0.95
WORDS = "words.table.weight"  # the word embedding of either backbone, [width, vocabulary]
SAID = ("said.weight", "said.bias")  # of the namer, [vocabulary, ...]


class AVLink(nn.Module):
    """All parts. Every part is stored as `<run>/<part>.pt` and can be trained, loaded and exported alone."""

    def __init__(self, preset: Preset, vocabulary: int = len(VOCABULARY)) -> None:
        super().__init__()
        grid = GRID
        self.preset, self.grid, self.vocabulary = preset, grid, vocabulary
        self.audio_encoder = AudioEncoder(grid)
        self.audio_decoder = AudioDecoder(grid, preset)
        self.video_encoder = VideoEncoder(grid, preset)
        self.video_decoder = VideoDecoder(grid, preset)
        self.audio = AudioBackbone(grid, preset, vocabulary)
        self.video = VideoBackbone(grid, preset, vocabulary)
        self.fusion = FusionSet(grid, preset)
        self.namer = Namer(preset, vocabulary)
        self.sync = SyncEncoder(grid, preset)
        self.timing = TimingAdapter(preset)

    def load_part(self, run: Path, part: str) -> bool:
        """Load one part's (averaged) weights; False if it has not been trained yet."""
        path = run / f"{part}.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location="cpu", weights_only=True)
        getattr(self, part).load_state_dict(grown(state["weights"], self.vocabulary))
        return True

    @classmethod
    def load(cls, run: Path, preset: str | None = None, parts: tuple[str, ...] = PARTS) -> AVLink:
        """The system of a run folder; raises FileNotFoundError naming the first missing part."""
        system = cls(PRESETS[preset or run.name])
        for part in parts:
            if not system.load_part(run, part):
                raise FileNotFoundError(f"{run / part}.pt: train this part first (python -m avlink.ladder --help)")
        return system.eval().requires_grad_(False)

    def shown(self, z: Tensor) -> Tensor:
        """Video latents of whole clips -> uint8 pixels [B, 2n, 3, 64, 64], as the app shows and judges see them."""
        # A clip at a time stays in a processor's cache, which makes it half as fast again.
        parts = z.split(1) if z.device.type == "cpu" else (z,)
        pictures = torch.cat([self.video_decoder.small(with_context(part)).float() for part in parts])
        return (pictures.clamp(-1, 1) * 127.5 + 127.5).round().to(torch.uint8)

    def watched(self, frames: Tensor) -> Tensor:
        """uint8 frames [B, T, 3, 64, 64] -> timing of their sound [B, 2 T, 2], see SyncEncoder."""
        return self.sync(to_frames(frames))

    def words_seen(self, z: Tensor, together: bool = False) -> Tensor:
        """The words that the clips of clean video latents z [B, ...] show, multi-hot [B, V].

        together: the batch is one video, window by window, and every window gets what most of it shows.
        """
        text = z.new_zeros(z.shape[0], self.preset.width)
        logits = self.namer(self.video.features(z, z.new_ones(z.shape[0]), text)[-1])
        return seen(logits.mean(0, keepdim=True).expand_as(logits) if together else logits)

    def fused_velocity(
        self,
        x_a: Tensor,
        t_a: Tensor,
        x_v: Tensor,
        t_v: Tensor,
        bag: Tensor,
        makes: str = "both",
        timing: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Velocities of "audio", of "video" or of both, with the Fusion Blocks between the generators' segments.

        makes: "audio", "video" or "both".
        timing: what SyncEncoder reads off the picture [B, audio_latents, 2]; None tells the sound nothing.
        """
        made = ("audio", "video") if makes == "both" else (makes,)
        ends = self.fused_ends(x_a, t_a, x_v, t_v, bag, dict.fromkeys(made), timing)
        found = {}
        if "audio" in ends:
            found["audio"] = self.audio.velocity(ends["audio"], x_a, t_a)
        if "video" in ends:
            found["video"] = self.video.velocity(ends["video"], x_v, t_v)
        return found

    def fused_ends(
        self,
        x_a: Tensor,
        t_a: Tensor,
        x_v: Tensor,
        t_v: Tensor,
        bag: Tensor,
        makers: Mapping[str, Tensor | None],
        timing: Tensor | None = None,
        observe: Callable[[Tensor], None] | None = None,
    ) -> dict[str, Tensor]:
        """What the generators' last segments end in (see Backbone.velocity), for every modality of `makers`.

        Before each segment the timing adapter tells the sound, and a Fusion Block joins the two streams.
        makers: of "audio" and "video" those that are made, each with the indices of the clips that make it, None for
        all. A stream that is not made goes no further than the last block, and without symmetric reinjection no block
        changes it.
        observe: is called with the fused tokens [B, Ta + Tv, inner] of every block.
        """
        h_a, cond_a = self.audio.embed(x_a, t_a, self.audio.words(bag))
        h_v, cond_v = self.video.embed(x_v, t_v, self.video.words(bag))
        last = self.fusion.places[-1]

        def kept(addition: Tensor, name: str) -> Tensor:
            """An addition to the stream `name`, of zero for clips that do not make it."""
            clips = makers.get(name, torch.zeros(0, dtype=torch.long, device=x_a.device))
            if clips is None:
                return addition
            return addition * torch.zeros_like(t_v).index_fill(0, clips, 1)[:, None, None]

        for index in range(self.preset.segments):
            if timing is not None:
                h_a = self.timing.before(index)(h_a, timing, t_a)
            if (block := self.fusion.before(index)) is not None:
                z = block.joint(h_a, h_v, t_a, t_v)
                if observe is not None:
                    observe(z)
                to_audio, to_video = block.additions(z)
                if not self.fusion.symmetric:
                    to_audio, to_video = kept(to_audio, "audio"), kept(to_video, "video")
                h_a, h_v = h_a + to_audio, h_v + to_video
            if index == last:
                # After the last block a stream concerns its own modality alone: clips that do not make it stop here.
                if (clips := makers.get("audio")) is not None:
                    h_a, cond_a, t_a = h_a[clips], cond_a[clips], t_a[clips]
                    timing = None if timing is None else timing[clips]
                if (clips := makers.get("video")) is not None:
                    h_v, cond_v = h_v[clips], cond_v[clips]
            if index < last or "audio" in makers:
                h_a = self.audio.segment(index, h_a, cond_a)
            if index < last or "video" in makers:
                h_v = self.video.segment(index, h_v, cond_v)
        return {name: h for name, h in (("audio", h_a), ("video", h_v)) if name in makers}

    @torch.no_grad()
    def generate(
        self,
        task: str,
        given: Tensor,
        bag: Tensor | None = None,
        timing: Tensor | None = None,
        *,
        seed: int = 0,
        solver: str = "euler",
        steps: int = 25,
        guidance_text: float = 1.0,
        guidance_level: float | None = None,
        guidance_most: float | None = None,
        guidance_av: float = 1.0,
        guidance_av_until: float = 1.0,
        shift: float = 1.0,
        conditioning_t: float = CONDITIONING_T,
        negative: Tensor | None = None,
    ) -> Tensor:
        """Latents of the other modality. `given`: video latents for v2a, audio latents for a2v (clean).

        bag: words [B, V] or [1, V]; None is no caption. What a picture shows goes in with `bag=system.words_seen(z)`.
        timing: of the sound, what `watched` reads off the frames; None for a picture that nobody watched. The generator
        is told it, and the level follows it (see following.py). Where words are exaggerated neither is done: with it,
        fewer sounds have the material that was asked for (.66 instead of .81).
        negative: words to keep away from, likewise; they act with guidance over text other than 1.
        v = v_full + (guidance_text - 1) (v_full - v_none) + (guidance_av - 1) (v_full - v_text): v_full with words and
        the other modality, v_none with the negative words in their stead, v_text with words by the generator alone.
        Of the channels that hold how loud a sound is, guidance_text is guidance_level at most: when things hit is
        written there, and "quiet", exaggerated like a material, is silence.
        What guidance over text adds to the velocity of a clip has an RMS of guidance_most at most (the threshold of
        Sadat et al., arXiv 2410.02416): a word or two take a large scale, which many words together cannot bear.
        From flow time guidance_av_until on, guidance_av is 1 at most (Kynkaanniemi et al., arXiv 2404.07724).
        """
        batch, device, grid = given.shape[0], given.device, self.grid
        generator = torch.Generator().manual_seed(seed)

        def noise(*shape: int) -> Tensor:
            return torch.randn(batch, *shape, generator=generator).to(device)

        noise_a, noise_v = noise(*grid.audio_shape), noise(*grid.video_shape)
        empty = torch.zeros(batch, self.vocabulary, device=device)
        bag = empty if bag is None else bag
        avoided = empty if negative is None else negative
        alone = self.audio if task == "v2a" else self.video
        start, other = (noise_a, noise_v) if task == "v2a" else (noise_v, noise_a)
        levels = grid.level_channels if task == "v2a" else 0
        text_weight = torch.full((start.shape[-1],), guidance_text - 1, device=device)
        if guidance_level is not None:
            text_weight[:levels] = min(guidance_level, guidance_text) - 1
        told = guidance_text != 1 and not bool((bag == avoided).all())
        timing = None if told else timing
        fixed_t = torch.full((batch,), conditioning_t, device=device)
        fixed = noised(given, other, fixed_t)

        def fused(x: Tensor, t: Tensor, words: Tensor) -> Tensor:
            if task == "v2a":
                return self.fused_velocity(x, t, fixed, fixed_t, words, "audio", timing)["audio"]
            return self.fused_velocity(fixed, fixed_t, x, t, words, "video")["video"]

        def limited(pull: Tensor) -> Tensor:
            if guidance_most is None:
                return pull
            rms = pull[..., levels:].flatten(1).square().mean(1).sqrt()
            scale = (guidance_most / rms.clamp(min=1e-9)).clamp(max=1).view(-1, *([1] * (pull.dim() - 1)))
            return torch.cat([pull[..., :levels], pull[..., levels:] * scale], dim=-1)

        def velocity(x: Tensor, now: float) -> Tensor:
            t = torch.full((batch,), now, device=device)
            full = guided = fused(x, t, bag)
            if told:
                guided = guided + limited(text_weight * (full - fused(x, t, avoided)))
            if guidance_av < 1 or (guidance_av > 1 and now < guidance_av_until):
                guided = guided + (guidance_av - 1) * (full - alone(x, t, bag))
            if timing is not None:
                guided = followed(guided, x, now, timing, levels)
            return guided

        return solve(velocity, start, schedule(steps, shift), solver)

    @torch.no_grad()
    def generate_both(
        self,
        count: int,
        bag: Tensor | None = None,
        *,
        seed: int = 0,
        solver: str = "euler",
        steps: int = 25,
        guidance_av: float = 1.0,
        shift: float = 1.0,
    ) -> tuple[Tensor, Tensor]:
        """Latents of sound and picture, made together out of noise: both generators at the same flow time.

        v = v_alone + guidance_av (v_fused - v_alone), for each of the two.
        """
        shape_a, shape_v = self.grid.audio_shape, self.grid.video_shape
        generator = torch.Generator().manual_seed(seed)
        # One row a clip: the sound's values, then the picture's.
        sound = math.prod(shape_a)
        start = torch.randn(count, sound + math.prod(shape_v), generator=generator)
        bag = torch.zeros(count, self.vocabulary) if bag is None else bag

        def apart(x: Tensor) -> tuple[Tensor, Tensor]:
            return x[:, :sound].reshape(count, *shape_a), x[:, sound:].reshape(count, *shape_v)

        def together(audio: Tensor, video: Tensor) -> Tensor:
            return torch.cat([audio.flatten(1), video.flatten(1)], dim=1)

        def velocity(x: Tensor, now: float) -> Tensor:
            t = torch.full((count,), now)
            x_a, x_v = apart(x)
            found = self.fused_velocity(x_a, t, x_v, t, bag)
            fused = together(found["audio"], found["video"])
            if guidance_av == 1:
                return fused
            alone = together(self.audio(x_a, t, bag), self.video(x_v, t, bag))
            return alone + guidance_av * (fused - alone)

        return apart(solve(velocity, start, schedule(steps, shift), solver))


def write_parts(system: AVLink, run: Path) -> None:
    """Every part of a system into a run folder, as later stages, export and evaluation read them."""
    run.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        write_checkpoint(run / f"{part}.pt", {"weights": getattr(system, part).state_dict()})
    print(f"{run}: {', '.join(PARTS)}")


def grown(state: dict[str, Tensor], vocabulary: int) -> dict[str, Tensor]:
    """A part's weights for `vocabulary` words: zeros for words that came after its training, which no namer sees.

    The vocabulary grows at its end only, so every earlier word keeps its place. Raises ValueError for weights that know
    more words than there are.
    """
    made = dict(state)
    for name, weight in state.items():
        axis = 1 if name.endswith(WORDS) else 0 if name.endswith(SAID) else None
        if axis is None:
            continue
        known = weight.shape[axis]
        if known > vocabulary:
            raise ValueError(f"{name} knows {known} words, but the vocabulary has {vocabulary}: it may only grow")
        more = weight.new_zeros([vocabulary - known if i == axis else size for i, size in enumerate(weight.shape)])
        if name.endswith("said.bias"):
            more += UNLIKELY
        made[name] = torch.cat([weight, more], axis)
    return made


def to_frames(pixels: Tensor) -> Tensor:
    """uint8 pixels -> float in -1..1."""
    return pixels.float() / 127.5 - 1
