import { describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { dct3, render3 } from './cosines.ts';
import { IntegerModel, MAX_MAGNITUDE } from './integers.ts';
import { analyse, decodePicture, encodePicture, fitPicture, render } from './picture-code.ts';
import { psnr, ssim } from './fidelity.ts';
import { BitModel, RangeDecoder, RangeEncoder } from './range-coder.ts';
import { decodeSound, encodeSound } from './sound-code.ts';
import { randomFrom } from './testing/random.ts';

test('base64url brings any bytes back, with nothing but letters, digits, - and _', () => {
  const random = randomFrom(1);
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
    const text = toBase64Url(bytes);
    expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
    const usual = btoa(String.fromCharCode(...bytes))
      .replace(/=+$/, '')
      .replaceAll('+', '-')
      .replaceAll('/', '_');
    expect(text).toBe(usual);
    expect(fromBase64Url(text)).toEqual(bytes);
  }
  for (const text of ['a b', 'a+b', 'ä', 'a=', 'a\u0000']) expect(fromBase64Url(text)).toBeUndefined();
});

test('the range coder brings back every bit, however likely it was', () => {
  const random = randomFrom(2);
  for (let round = 0; round < 40; round++) {
    const rare = random() ** 4;
    const bits = Array.from({ length: 3000 }, () => (random() < rare ? 1 : 0));
    const values = Array.from({ length: 50 }, () => Math.floor(random() * 2 ** 20));
    const coder = new RangeEncoder();
    const model = new BitModel(0.9);
    bits.forEach((bit, k) => {
      coder.bit(model, bit);
      if (k % 60 === 0) coder.raw(values[k / 60] ?? 0, 20);
    });
    const bytes = coder.finish();
    const reader = new RangeDecoder(bytes);
    const learnt = new BitModel(0.9);
    const back = bits.map((_, k) => {
      const bit = reader.bit(learnt);
      if (k % 60 === 0) expect(reader.raw(0, 20)).toBe(values[k / 60]);
      return bit;
    });
    expect(back).toEqual(bits);
    // Close to what information theory allows, beside the 1000 bits that no model shrinks.
    const entropy = rare === 0 ? 0 : -(rare * Math.log2(rare) + (1 - rare) * Math.log2(1 - rare)) * bits.length;
    expect(bytes.length).toBeLessThan((entropy * 1.1 + 1000) / 8 + 25);
  }
});

test('whole numbers of every size come back', () => {
  const random = randomFrom(3);
  const values = [0, 1, -1, 14, 15, 16, -16, MAX_MAGNITUDE, -MAX_MAGNITUDE, MAX_MAGNITUDE - 1];
  for (let k = 0; k < 3000; k++) values.push(Math.round((random() - 0.5) * 10 ** (random() * 4)) + 0);
  const coder = new RangeEncoder();
  const model = new IntegerModel();
  for (const value of values) model.code(coder, value);
  const reader = new RangeDecoder(coder.finish());
  const back = new IntegerModel();
  expect(values.map(() => back.code(reader, 0))).toEqual(values);
});

describe('sound code', () => {
  const count = 96;
  const channels = 16;
  const random = randomFrom(4);
  let state = new Array<number>(channels).fill(0);
  const latents = Float32Array.from(
    Array.from({ length: count }, (_, t) => {
      state = state.map((value, c) => 0.7 * value + (t > 30 && t < 40 ? 3 : 0.3) * (random() - 0.5) * (1 + c / 4));
      return state;
    }).flat(),
  );

  test.each([8, 16, 32, 64])('step %d/64 rounds by little more than half a step, finer costing more', (step) => {
    const data = encodeSound(latents, { count, channels, step });
    const back = decodeSound(data, { count, channels, step });
    const worst = Math.max(...back.map((value, i) => Math.abs(value - (latents[i] ?? 0))));
    expect(worst).toBeLessThan((0.57 * step) / 64);
    expect(data.length).toBeLessThan(encodeSound(latents, { count, channels, step: step / 2 }).length);
    // Fewer bytes than coding each value alone by how often it occurs.
    const tally = new Map<number, number>();
    for (const value of latents)
      tally.set(Math.round((value * 64) / step), (tally.get(Math.round((value * 64) / step)) ?? 0) + 1);
    const entropy = [...tally.values()].reduce((sum, n) => sum - n * Math.log2(n / latents.length), 0) / 8;
    expect(data.length).toBeLessThan(entropy + 10);
  });

  test('any bytes give finite latents', () => {
    for (let round = 0; round < 50; round++) {
      const noise = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
      expect(decodeSound(noise, { count, channels, step: 255 }).every(Number.isFinite)).toBe(true);
    }
  });

  test.each([{ count: 0 }, { count: 5000 }, { channels: 999 }, { step: 0 }, { step: 300 }, { count: 1.5 }])(
    'a description beyond all bounds is refused: %o',
    (odd) => {
      expect(() => decodeSound(new Uint8Array(), { count, channels, step: 32, ...odd })).toThrow(/makes no sense/);
    },
  );
});

test('cosines: drawing at as many points gives the values back', () => {
  const random = randomFrom(5);
  const sides = [5, 8, 12] as const;
  const values = Float32Array.from({ length: 5 * 8 * 12 }, () => random() - 0.5);
  const back = render3(dct3(values, sides), sides, sides);
  back.forEach((value, i) => expect(value).toBeCloseTo(values[i] ?? NaN, 5));
});

describe('picture code', () => {
  const [frames, width, height] = [24, 64, 48];
  const rgb = new Uint8Array(frames * width * height * 3);
  for (let i = 0; i < frames * width * height; i++) {
    const [x, y, t] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    const ball = Math.hypot(x - 10 - 2 * t, y - 24 - 10 * Math.sin(t / 3)) < 7;
    rgb.set(ball ? [230, 60, 40] : [40 + x, 90, 160 - y], i * 3);
  }
  const spectrum = analyse(rgb, frames, width, height);

  test('gets better with every byte', () => {
    let before = 0;
    for (const bytes of [200, 500, 1500]) {
      const fitted = fitPicture(spectrum, bytes);
      if (!fitted) throw new Error('nothing fits');
      expect(fitted.data.length).toBeLessThanOrEqual(bytes);
      const back = render(
        decodePicture(fitted.data, { ...spectrum, quantizer: fitted.quantizer }),
        frames,
        width,
        height,
      );
      const quality = psnr(rgb, back);
      expect(quality).toBeGreaterThan(before);
      before = quality;
    }
    expect(before).toBeGreaterThan(24);
  });

  test('500 bytes show where the ball is', () => {
    const fitted = fitPicture(spectrum, 500);
    if (!fitted) throw new Error('nothing fits');
    const back = render(
      decodePicture(fitted.data, { ...spectrum, quantizer: fitted.quantizer }),
      frames,
      width,
      height,
    );
    for (const t of [4, 12, 20]) {
      let [sum, at] = [0, 0];
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) {
          const pixel = ((t * height + y) * width + x) * 3;
          const redder = Math.max(0, (back[pixel] ?? 0) - (40 + x) - 60);
          sum += redder;
          at += redder * x;
        }
      }
      expect(Math.abs(at / sum - (10 + 2 * t))).toBeLessThan(5);
    }
  });

  test('can be drawn at another size and rate', () => {
    const fitted = fitPicture(spectrum, 1500);
    if (!fitted) throw new Error('nothing fits');
    const decoded = decodePicture(fitted.data, { ...spectrum, quantizer: fitted.quantizer });
    const large = render(decoded, frames * 2, width * 2, height * 2);
    const small = render(decoded, frames, width, height);
    const pixel = (t: number, y: number, x: number) => large[((t * height * 2 + y) * width * 2 + x) * 3] ?? 0;
    // The mean of the finer points around a coarse one is about that one.
    const fine = [0, 1].flatMap((t) => [0, 1].flatMap((y) => [0, 1].map((x) => pixel(24 + t, 40 + y, 60 + x))));
    expect(fine.reduce((a, b) => a + b, 0) / 8).toBeCloseTo(small[((12 * height + 20) * width + 30) * 3] ?? 0, -1);
  });

  test('any bytes give some picture; sides beyond the bounds are refused', () => {
    const random = randomFrom(6);
    for (let round = 0; round < 5; round++) {
      const noise = Uint8Array.from({ length: 400 }, () => Math.floor(random() * 256));
      const drawn = render(decodePicture(noise, { frames: 8, width: 16, height: 16, quantizer: 127 }), 4, 16, 16);
      expect(drawn.length).toBe(4 * 16 * 16 * 3);
    }
    for (const odd of [{ width: 6 }, { height: 128 }, { frames: 0 }, { frames: 1000 }, { quantizer: -1 }]) {
      const code = { frames: 8, width: 16, height: 16, quantizer: 60, ...odd };
      expect(() => decodePicture(new Uint8Array(), code)).toThrow(/makes no sense/);
    }
    expect(encodePicture(analyse(new Uint8Array(16 * 16 * 3), 1, 16, 16), 100)?.length).toBeLessThan(20);
  });

  test('similarity: 1 for the same, less for another picture', () => {
    const grey = rgb.filter((_, i) => i % 3 === 1);
    expect(ssim(grey, grey, width, height)).toBeCloseTo(1, 6);
    expect(ssim(grey, grey.toReversed(), width, height)).toBeLessThan(0.95);
    expect(psnr(grey, grey)).toBe(Infinity);
  });
});
