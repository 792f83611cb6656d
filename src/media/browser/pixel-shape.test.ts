import { expect, test } from 'vitest';
import { stretchOf } from './pixel-shape.ts';

test.each([
  [320, 320, 1, 1],
  [320, 427, 4, 3],
  [1440, 1920, 4, 3],
  [720, 1047, 16, 11],
  [704, 853, 40, 33],
  [720, 1024, 64, 45],
])('%i pixels that become %i are stretched by %i:%i', (coded, square, num, den) => {
  expect(stretchOf(coded, square)).toEqual({ num, den });
});
