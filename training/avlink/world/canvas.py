"""A canvas in units of the picture's side, on which things are painted: shaded shapes, soft light and shadow, cut-outs.

Skia draws with anti-aliasing; small pictures are drawn at twice their size and reduced, so that a picture of 64 pixels
is what a large one of the same moment amounts to. The light comes from the top left everywhere.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import skia

Point = tuple[float, float]
Warp = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

REDUCED = 128  # pictures up to this size are drawn at twice their size
MESH = 6  # cells of a warped cut-out along each side
BYTES, ROUND = np.uint32(0x00FF00FF), np.uint32(0x00020002)
SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear)
FINE = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
SHARP = skia.SamplingOptions(skia.CubicResampler.Mitchell())


def colour(text: str, alpha: float = 1.0, light: float = 0.0) -> int:
    """ "#rrggbb", made lighter (towards 1) or darker (towards -1) -> a colour of Skia."""
    r, g, b = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    if light:
        hue, lightness, saturation = colorsys.rgb_to_hls(r, g, b)
        lightness = lightness + (1 - lightness) * light if light > 0 else lightness * (1 + light)
        r, g, b = colorsys.hls_to_rgb(hue, lightness, saturation)
    a = max(0.0, min(1.0, alpha))
    return int(skia.Color(round(r * 255), round(g * 255), round(b * 255), round(a * 255)))


@dataclass(frozen=True)
class Cutout:
    """A picture with alpha; what is measured on it is in units of its width and height."""

    image: skia.Image
    _scaled: dict[int, skia.Image] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Height over width."""
        return float(self.image.height() / self.image.width())

    def sized(self, pixels: float) -> tuple[skia.Image, skia.SamplingOptions]:
        """The picture reduced to about `pixels` of width, kept for the next frame, and how to sample it."""
        if pixels >= self.image.width():
            return self.image, SHARP
        width = max(4, round(pixels / 4) * 4)
        if width not in self._scaled:
            self._scaled[width] = self.image.resize(width, max(4, round(width * self.ratio)), FINE)
        return self._scaled[width], SMOOTH


class Canvas:
    """One square picture of `size` pixels; coordinates run from 0 to 1, y downwards."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.factor = 2 if size <= REDUCED else 1
        side = size * self.factor
        self._pixels = np.zeros((side, side, 4), np.uint8)
        info = skia.ImageInfo.Make(side, side, skia.ColorType.kBGRA_8888_ColorType, skia.AlphaType.kPremul_AlphaType)
        self._surface = skia.Surface.MakeRasterDirect(info, self._pixels)
        self.skia = self._surface.getCanvas()
        self.skia.scale(side, side)

    def picture(self) -> np.ndarray:
        """What has been painted, uint8 [size, size, 3]."""
        if self.factor == 1:
            return self._pixels[..., 2::-1].copy()
        # Means of 2 x 2, two channels at a time: a sum of four bytes fits into 16 bits.
        words = self._pixels.view(np.uint32)[..., 0]
        even, odd = words & BYTES, (words >> 8) & BYTES
        half = []
        for each in (even, odd):
            rows = each[0::2] + each[1::2]
            half.append(((rows[:, 0::2] + rows[:, 1::2] + ROUND) >> 2) & BYTES)
        return (half[0] | (half[1] << 8))[..., None].view(np.uint8)[..., 2::-1].copy()

    def kept(self) -> np.ndarray:
        """A copy of everything painted, for `restore_kept`."""
        return self._pixels.copy()

    def restore_kept(self, kept: np.ndarray) -> None:
        self._pixels[:] = kept
        self._surface.notifyContentWillChange(skia.Surface.ContentChangeMode.kRetain_ContentChangeMode)

    @contextmanager
    def at(self, x: float = 0, y: float = 0, turn: float = 0, sx: float = 1, sy: float | None = None) -> Iterator[None]:
        """Everything within is moved to (x, y), turned clockwise by `turn` degrees and scaled, in this order."""
        self.skia.save()
        self.skia.translate(x, y)
        if turn:
            self.skia.rotate(turn)
        if sx != 1 or sy is not None:
            self.skia.scale(sx, sx if sy is None else sy)
        yield
        self.skia.restore()

    @contextmanager
    def clipped(self, path: skia.Path) -> Iterator[None]:
        """Nothing outside the path is painted."""
        self.skia.save()
        self.skia.clipPath(path, skia.ClipOp.kIntersect, True)
        yield
        self.skia.restore()

    # Shapes. `paint` is one of the paints below.

    def ellipse(self, x: float, y: float, rx: float, ry: float, paint: skia.Paint) -> None:
        self.skia.drawOval(skia.Rect(x - rx, y - ry, x + rx, y + ry), paint)

    def box(self, x: float, y: float, width: float, height: float, radius: float, paint: skia.Paint) -> None:
        """A rectangle with round corners from its top left corner."""
        self.skia.drawRoundRect(skia.Rect(x, y, x + width, y + height), radius, radius, paint)

    def line(self, points: Sequence[Point], width: float, paint: skia.Paint) -> None:
        """A line with round ends through the points."""
        stroke = skia.Paint(paint)
        stroke.setStyle(skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(width)
        stroke.setStrokeCap(skia.Paint.kRound_Cap)
        stroke.setStrokeJoin(skia.Paint.kRound_Join)
        if len(points) == 2:
            self.skia.drawLine(*points[0], *points[1], stroke)
        else:
            self.skia.drawPath(polygon(points, closed=False), stroke)

    def path(self, path: skia.Path, paint: skia.Paint) -> None:
        self.skia.drawPath(path, paint)

    def glow(self, x: float, y: float, radius: float, of: str, alpha: float) -> None:
        """Light that falls off to nothing at the radius."""
        if alpha <= 0.004 or radius <= 0:
            return
        self.ellipse(x, y, radius, radius, soft(x, y, radius, of, alpha))

    def shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.35) -> None:
        """The soft shadow of a thing on the floor, darkest at its middle."""
        with self.at(x, y, sx=rx, sy=ry):
            self.glow(0, 0, 1, "#2a1b3d", alpha)

    # Cut-outs.

    def _unit(self) -> float:
        """Pixels of one unit where painting is now."""
        matrix = self.skia.getTotalMatrix()
        return float(np.hypot(matrix.getScaleX(), matrix.getSkewY()))

    def cutout(self, one: Cutout, x: float, y: float, width: float, alpha: float = 1.0) -> None:
        """A cut-out around (x, y); use `at` to turn or squash it."""
        height = width * one.ratio
        image, sampling = one.sized(width * self._unit())
        paint = skia.Paint(Alphaf=alpha, AntiAlias=self.factor == 1)
        place = skia.Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        self.skia.drawImageRect(image, place, sampling, paint)

    def warped(self, one: Cutout, x: float, y: float, width: float, warp: Warp) -> None:
        """A cut-out around (x, y) whose points are moved by warp(u, v), all in units of its own width and height."""
        height = width * one.ratio
        grid = np.linspace(0, 1, MESH + 1)
        v, u = (each.ravel() for each in np.meshgrid(grid, grid, indexing="ij"))
        du, dv = warp(u, v)
        px, py = x + (u + du - 0.5) * width, y + (v + dv - 0.5) * height
        image, sampling = one.sized(width * self._unit())
        wide, tall = image.width(), image.height()
        places = [skia.Point(a, b) for a, b in zip(px.tolist(), py.tolist(), strict=True)]
        texture = [skia.Point(a * wide, b * tall) for a, b in zip(u.tolist(), v.tolist(), strict=True)]
        mesh = skia.Vertices(skia.Vertices.kTriangles_VertexMode, places, texture, None, TRIANGLES)
        shader = image.makeShader(skia.TileMode.kDecal, skia.TileMode.kDecal, sampling)
        self.skia.drawVertices(mesh, skia.Paint(Shader=shader, AntiAlias=True))


def _triangles() -> list[int]:
    found = []
    for row in range(MESH):
        for column in range(MESH):
            a = row * (MESH + 1) + column
            found += [a, a + 1, a + MESH + 1, a + 1, a + MESH + 2, a + MESH + 1]
    return found


TRIANGLES = _triangles()


def polygon(points: Sequence[Point], closed: bool = True) -> skia.Path:
    """Straight lines through the points."""
    return skia.Path.Polygon([skia.Point(*point) for point in points], closed)


def curve(start: Point, *pieces: Sequence[float]) -> skia.Path:
    """A closed outline: pieces of 2 numbers are straight, of 4 quadratic and of 6 cubic."""
    builder = skia.PathBuilder()
    builder.moveTo(*start)
    for piece in pieces:
        (builder.lineTo, builder.quadTo, builder.cubicTo)[len(piece) // 2 - 1](*piece)
    builder.close()
    return builder.detach()


def plain(of: str, alpha: float = 1.0, light: float = 0.0) -> skia.Paint:
    """One colour."""
    return skia.Paint(Color=colour(of, alpha, light), AntiAlias=True)


def shaded(of: str, x0: float, y0: float, x1: float, y1: float, depth: float = 0.35) -> skia.Paint:
    """A colour that is lit at (x0, y0) and darker towards (x1, y1)."""
    colours = [colour(of, light=depth), colour(of), colour(of, light=-depth)]
    ends = [skia.Point(x0, y0), skia.Point(x1, y1)]
    return skia.Paint(Shader=skia.GradientShader.MakeLinear(ends, colours, [0, 0.45, 1]), AntiAlias=True)


def between(first: str, second: str, x0: float, y0: float, x1: float, y1: float) -> skia.Paint:
    """One colour at (x0, y0) that becomes another at (x1, y1)."""
    ends = [skia.Point(x0, y0), skia.Point(x1, y1)]
    return skia.Paint(Shader=skia.GradientShader.MakeLinear(ends, [colour(first), colour(second)]), AntiAlias=True)


def round_(of: str, x: float, y: float, radius: float, depth: float = 0.45) -> skia.Paint:
    """The shading of a ball of the radius around (x, y)."""
    centre = skia.Point(x - 0.35 * radius, y - 0.4 * radius)
    colours = [colour(of, light=depth), colour(of), colour(of, light=-depth)]
    shader = skia.GradientShader.MakeRadial(centre, radius * 1.5, colours, [0, 0.5, 1])
    return skia.Paint(Shader=shader, AntiAlias=True)


def patch(x: float, y: float, radius: float, of: str) -> skia.Paint:
    """A colour that covers what is beneath and fades at its edge."""
    colours = [colour(of), colour(of), colour(of, 0)]
    shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colours, [0, 0.6, 1])
    return skia.Paint(Shader=shader, AntiAlias=True)


def soft(x: float, y: float, radius: float, of: str, alpha: float) -> skia.Paint:
    """A colour that fades from `alpha` in the middle to nothing at the radius."""
    colours = [colour(of, alpha), colour(of, alpha * 0.55), colour(of, 0)]
    shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colours, [0, 0.4, 1])
    return skia.Paint(Shader=shader, AntiAlias=True)
