import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkOgg, checkWav, leadIn, mp3Lead } from './sound-files.ts';

const bytes = (name: string) => readFileSync(`e2e/fixtures/media/${name}`);
const fixture = (name: string) => new Blob([bytes(name)]);

test('how late an MP3 begins', async () => {
  expect(await mp3Lead(fixture('sound.mp3'))).toBe(1105);
  expect(await mp3Lead(fixture('cover.mp3'))).toBe(1105);
  expect(leadIn(new Uint8Array([0xff, 0xfb, 0x90, 0]))).toBe(0);
  expect(leadIn(new Uint8Array())).toBe(0);
});

test('an MP3 that changes midway, or is damaged, is told', async () => {
  const whole = bytes('sound.mp3');
  const turned = Buffer.from(bytes('beeps.mp3'));
  // Two channels instead of one in the frames of the second.
  for (let at = 0; at + 3 < turned.length; at++) {
    if (turned[at] === 0xff && (turned[at + 1] ?? 0) >> 4 === 0xf) turned[at + 3] = (turned[at + 3] ?? 0) & 0x3f;
  }
  await expect(mp3Lead(new Blob([whole, turned]))).rejects.toThrow('changes or breaks off');
  const holed = Buffer.from(whole).fill(0, 6000, 9000);
  await expect(mp3Lead(new Blob([holed]))).rejects.toThrow('changes or breaks off');
});

test('a WAV is as long as it says', async () => {
  await checkWav(fixture('sound.wav'));
  await expect(checkWav(fixture('sound.wav').slice(0, 20_000))).rejects.toThrow('a false length');
  const endless = bytes('sound.wav');
  endless.writeUInt32LE(0xffffffff, 4);
  await expect(checkWav(new Blob([endless]))).rejects.toThrow('a false length');
  await expect(checkWav(fixture('sound.flac'))).rejects.toThrow('an unusual WAV');
});

test('an Ogg is one sound', async () => {
  const page = (serial: string) => new Blob([`OggS\0\x02\0\0\0\0\0\0\0\0${serial}\x01vorbis`]);
  await checkOgg(page('1234'));
  await checkOgg(new Blob([page('1234'), page('1234')]));
  await expect(checkOgg(new Blob([page('1234'), page('5678')]))).rejects.toThrow('one Ogg after the other');
  await expect(checkOgg(fixture('beeps.ogg'))).rejects.toThrow('more than a sound');
  await expect(checkOgg(new Blob(['OggS \x80theora']))).rejects.toThrow('more than a sound');
});
