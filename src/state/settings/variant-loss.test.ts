import { expect, test } from 'vitest';
import { lossOf } from './variant-loss.ts';

const measured = (lead: number) => ({
  quality: {
    'v2a onset F1': 0.33,
    'v2a onset F1, standard': 0.35,
    'lead in F1 over standard': lead,
    'lead in F1 over standard, standard error': 0.01,
  },
});

test.each([
  [-0.03, true],
  [-0.015, false],
  [0.03, false],
])('a lead of %d, known to 0.01, is a loss: %s', (lead, real) => {
  expect(lossOf(measured(lead))).toEqual({ own: 0.33, standard: 0.35, real });
});

test('nothing is said of what was not measured', () => {
  expect(lossOf({ quality: {} })).toBeUndefined();
});
