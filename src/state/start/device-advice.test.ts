import { expect, test } from 'vitest';
import type { Capability } from '../../model/capability.ts';
import { adviceFor, expectedBackend, roomLeft, type DeviceFacts } from './device-advice.ts';

const gpu = { available: true, description: '', software: false, features: [], maxBufferBytes: 1e9 } as const;
const capability: Capability = {
  gpu,
  crossOriginIsolated: true,
  cores: 8,
  deviceMemory: 8,
  storage: { quota: 1000, usage: 100 },
};
const facts: DeviceFacts = {
  capability,
  requires: { largestBuffer: 1e6, features: [] },
  need: { here: 0, missing: 500 },
  wasm: true,
  online: true,
  isolatedAfterReload: false,
  wanted: 'auto',
};
const codes = (change: Partial<DeviceFacts>) => adviceFor({ ...facts, ...change }).map(({ code }) => code);
const having = (change: Partial<Capability>) => ({ capability: { ...capability, ...change } });

test('a good device needs no advice', () => {
  expect(adviceFor(facts)).toEqual([]);
  expect(expectedBackend(facts)).toBe('webgpu');
  expect(roomLeft(capability)).toBe(900);
});

test.each<[string, Partial<DeviceFacts>, string[]]>([
  ['no WebAssembly', { wasm: false }, ['no-wasm']],
  ['no connection', { online: false }, ['offline']],
  ['no connection and none needed', { online: false, need: { here: 9, missing: 0 } }, []],
  ['little room', { need: { here: 0, missing: 901 } }, ['little-room']],
  ['no word of room', having({ storage: undefined }), []],
  ['little memory', having({ deviceMemory: 2 }), ['little-memory']],
  ['no word of memory', having({ deviceMemory: undefined }), []],
  ['an emulated GPU', having({ gpu: { ...gpu, software: true } }), ['emulated']],
  ['a GPU too small', { requires: { largestBuffer: 2e9, features: [] } }, ['no-gpu']],
  [
    'no GPU, no isolation',
    having({ gpu: { available: false, code: 'no-webgpu', reason: '' }, crossOriginIsolated: false }),
    ['no-gpu', 'not-isolated'],
  ],
  [
    'no isolation before the reload',
    { ...having({ crossOriginIsolated: false }), isolatedAfterReload: true, wanted: 'wasm' },
    ['not-isolated-yet'],
  ],
  ['no isolation, with a GPU', having({ crossOriginIsolated: false }), []],
  [
    'the processor asked for',
    { ...having({ gpu: { available: false, code: 'no-webgpu', reason: '' } }), wanted: 'wasm' },
    [],
  ],
])('%s', (_, change, expected) => {
  expect(codes(change)).toEqual(expected);
  if (expected.includes('no-gpu') || expected.includes('emulated')) {
    expect(expectedBackend({ ...facts, ...change })).toBe('wasm');
  }
});
