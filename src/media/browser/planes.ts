/** The samples of a decoded picture, as the decoder made them. */

import { Declined } from './declined.ts';
import type { Plane } from './scale.ts';

export interface Planes {
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
  /** Bits of a sample. */
  readonly depth: number;
}

/** Chroma is this many times coarser, across and down. */
const PLANAR: Readonly<Record<string, readonly [across: number, down: number]>> = {
  I420: [2, 2],
  I422: [2, 1],
  I444: [1, 1],
};

/** Copies pictures out of the decoder, all of them into one buffer: what it gives is good until the next call. */
export class PlaneReader {
  #buffer = new ArrayBuffer(0);

  /** Throws Declined for a format that is not luma and two colour differences. */
  async read(frame: VideoFrame): Promise<Planes> {
    const [, base = '', bits = '8'] = /^(I4\d\d|NV12)A?(?:P(1[02]))?$/.exec(frame.format ?? '') ?? [];
    const coarse = base === 'NV12' ? ([2, 2] as const) : PLANAR[base];
    if (coarse === undefined) throw new Declined(`pixels of format ${frame.format ?? 'unknown'}`);
    const size = frame.allocationSize();
    if (this.#buffer.byteLength < size) this.#buffer = new ArrayBuffer(size);
    const layout = await frame.copyTo(this.#buffer);
    const depth = Number(bits);
    const wide = depth > 8;
    const samples = wide ? new Uint16Array(this.#buffer, 0, size >> 1) : new Uint8Array(this.#buffer, 0, size);
    const bytes = wide ? 2 : 1;
    const visible = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
    const plane = (index: number, width: number, height: number, step = 1, shift = 0): Plane => {
      const { offset, stride } = layout[index] ?? { offset: 0, stride: 0 };
      return { samples, offset: offset / bytes + shift, stride: stride / bytes, step, width, height };
    };
    const [w, h] = [Math.ceil(visible.width / coarse[0]), Math.ceil(visible.height / coarse[1])];
    const y = plane(0, visible.width, visible.height);
    return base === 'NV12'
      ? { y, u: plane(1, w, h, 2), v: plane(1, w, h, 2, 1), depth }
      : { y, u: plane(1, w, h), v: plane(2, w, h), depth };
  }
}
