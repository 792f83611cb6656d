import { expect, test } from 'vitest';
import { brandAsMusic, nameTagsPlainly } from './marks.ts';

test('an MP4 becomes one for music players', () => {
  const bytes = new TextEncoder().encode('....ftypisom....');
  brandAsMusic(bytes);
  expect(new TextDecoder().decode(bytes)).toBe('....ftypM4A ....');
});

test('the target of the tags is voided once, and nothing else changes', () => {
  const target = [0x63, 0xca, 0x85, 0x4d, 0x4f, 0x56, 0x49, 0x45];
  const bytes = new Uint8Array([1, 2, ...target, 3, ...target]);
  nameTagsPlainly(bytes);
  expect([...bytes]).toEqual([1, 2, 0xec, 0x86, 0, 0, 0, 0, 0, 0, 3, ...target]);
  const none = new Uint8Array([1, 2, 3]);
  nameTagsPlainly(none);
  expect([...none]).toEqual([1, 2, 3]);
});
