import { describe, expect, it } from 'vitest';
import { fpsFraction } from './fps-fraction.ts';

describe('fpsFraction', () => {
  it.each([
    [15.625, '125/8'],
    [30_000 / 1001, '30000/1001'],
    [24.6, '123/5'],
    [25, '25/1'],
  ])('%d is %s', (fps, fraction) => expect(fpsFraction(fps)).toBe(fraction));
});
