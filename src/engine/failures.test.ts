import { expect, test } from 'vitest';
import { AppError, cancelled } from '../errors.ts';
import { runtimeFailure } from './failures.ts';

test.each<[unknown, string]>([
  [new Error('WebGPU device error(2): Out of memory'), 'out-of-memory'],
  [new Error('std::bad_alloc'), 'out-of-memory'],
  [new RangeError('Array buffer allocation failed'), 'out-of-memory'],
  [new RangeError('Invalid typed array length: 9000000000'), 'out-of-memory'],
  [new Error('The GPU device was lost'), 'device-lost'],
  [new Error('Lost the device'), 'device-lost'],
  [new DOMException('aborted', 'AbortError'), 'cancelled'],
  [new RangeError('Steps must be a whole number from 1, not 0.'), 'internal'],
  [12345, 'internal'],
  ['Aborted()', 'internal'],
])('%s', (thrown, code) => {
  const failure = runtimeFailure(thrown, 'running audio-embed');
  expect(failure.code).toBe(code);
  if (code === 'internal') expect(failure.message).toContain('running audio-embed');
});

test('errors of the app pass unchanged', () => {
  for (const error of [cancelled(), new AppError('pack-hash', 'Off.')]) expect(runtimeFailure(error, 'x')).toBe(error);
});
