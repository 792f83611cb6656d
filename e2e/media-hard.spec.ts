/**
 * Everyday files that are not as files should be: each opens as what it is, or what cannot be used of it is said. They are
 * made here with the system's ffmpeg.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { GRID_FPS, type MediaCalls, save } from './harness/media-calls.ts';
import { setFile, shareMediaPage } from './harness/media-page.ts';
import { onsetTimes } from './harness/reopen.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

/** Makes a file with ffmpeg, the options without the output, and gives it to the page. */
async function given(name: string, ...args: string[]): Promise<string> {
  const path = test.info().outputPath(name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, path]);
  await setFile(page, path);
  return path;
}
const lavfi = (source: string) => ['-f', 'lavfi', '-i', source];

/** 16-bit PCM as a WAV file that says no more than it must: no layout of its channels, and sizes as they are given. */
async function givenWav(channels: readonly Float32Array[], rate: number, size?: number): Promise<void> {
  const [first = new Float32Array()] = channels;
  const data = Buffer.alloc(first.length * channels.length * 2);
  first.forEach((_, n) =>
    channels.forEach((samples, c) =>
      data.writeInt16LE(Math.round(32767 * (samples[n] ?? 0)), 2 * (n * channels.length + c)),
    ),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(size ?? data.length + 36, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels.length, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels.length * 2, 28);
  header.writeUInt16LE(channels.length * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(size ?? data.length, 40);
  const path = test.info().outputPath('made.wav');
  writeFileSync(path, Buffer.concat([header, data]));
  await setFile(page, path);
}

/** Beeps of 0.1 s at every half of a second. */
function beeps(seconds: number, rate: number, level: number): Float32Array {
  return Float32Array.from({ length: seconds * rate }, (_, n) => {
    const within = (n / rate) % 1;
    return within >= 0.5 && within < 0.6 ? level * Math.sin((2 * Math.PI * 880 * n) / rate) : 0;
  });
}

function expectBeeps(samples: Float32Array, count: number): void {
  const onsets = onsetTimes(samples, 16_000);
  expect(onsets).toHaveLength(count);
  onsets.forEach((onset, k) => expect(Math.abs(onset - (k + 0.5))).toBeLessThan(0.08));
}

test('pictures whose size changes midway keep their times', async () => {
  const part = (size: string) => {
    const path = test.info().outputPath(`${size}.webm`);
    const lit = "enable='gte(mod(t,1),0.5)*lt(mod(t,1),0.62)'";
    const picture = lavfi(`color=c=black:s=${size}:r=30:d=2,drawbox=c=white:t=fill:${lit}`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, '-c:v', 'libvpx', '-deadline', 'realtime', path]);
    return `file '${path}'\n`;
  };
  const list = test.info().outputPath('parts.txt');
  writeFileSync(list, part('160x120') + part('240x176'));
  await given('resized.webm', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy');
  expect(await media.probe()).toMatchObject({ decoder: 'browser' });
  const lit = await media.lit(GRID_FPS);
  const flashes = lit.flatMap((on, k) => (on && !lit[k - 1] ? [(k + 0.5) / GRID_FPS] : []));
  expect(flashes).toHaveLength(4);
  flashes.forEach((time, k) => expect(time - (k + 0.5)).toBeLessThan(1 / GRID_FPS));
  flashes.forEach((time, k) => expect(time - (k + 0.5)).toBeGreaterThanOrEqual(0));
});

test.describe('sound that cannot be read never stops a picture', () => {
  const picture = lavfi('testsrc2=s=160x120:r=30:d=2');

  test('a track that is declared and holds nothing', async () => {
    await given('empty-sound.webm', ...picture, ...lavfi('sine=d=2'), '-af', 'atrim=end=0', '-c:v', 'libvpx', '-c:a', 'libopus'); // prettier-ignore
    const info = await media.probe();
    expect(info).toMatchObject({
      video: { codec: 'vp8' },
      notices: [{ code: 'sound-unreadable', values: { codec: '' } }],
    });
    expect(info).not.toHaveProperty('audio');
    expect((await media.frames(GRID_FPS, 16)).count).toBeGreaterThan(30);
  });

  test('a codec that nobody decodes', async () => {
    const path = await given(
      'foreign-sound.mov',
      ...picture,
      ...lavfi('sine=d=2'),
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    );
    writeFileSync(
      path,
      Buffer.from(
        readFileSync(path).toString('latin1').replaceAll('mp4a', 'apac').replaceAll('esds', 'none'),
        'latin1',
      ),
    );
    await setFile(page, path);
    const info = await media.probe();
    expect(info).toMatchObject({ video: { codec: 'h264' }, notices: [{ code: 'sound-unreadable' }] });
    expect(info).not.toHaveProperty('audio');
    const { bytes } = await media.exportVideo({ beeps: [0.5], seconds: 2 });
    expect(bytes.length).toBeGreaterThan(1000);
  });
});

test.describe('lengths that a container only guesses are measured', () => {
  for (const [what, quiet, loud] of [
    ['first quiet', 0, 1],
    ['first loud', 1, 0],
  ] as const) {
    test(`MP3 of varying rate without a table, ${what}`, async () => {
      const parts = ['[0]volume=0.0005[q]', `[q][1]concat=n=2:v=0:a=1[both]`];
      const order = quiet < loud ? parts : [parts[0]!, '[1][q]concat=n=2:v=0:a=1[both]'];
      await given('vbr.mp3', ...lavfi('sine=r=44100:d=4'), ...lavfi('anoisesrc=r=44100:d=4:a=0.9'), '-filter_complex', order.join(';'), '-map', '[both]', '-c:a', 'libmp3lame', '-q:a', '2', '-write_xing', '0', '-id3v2_version', '0'); // prettier-ignore
      expect((await media.probe()).duration).toBeGreaterThan(7.9);
      expect((await media.probe()).duration).toBeLessThan(8.2);
    });
  }
});

test('sound that turns from mono to stereo midway is heard to its end', async () => {
  const half = (channels: number) => {
    const path = test.info().outputPath(`half-${channels}.mp3`);
    const beep = 'aevalsrc=0.7*sin(2*PI*880*t)*between(mod(t\\,1)\\,0.5\\,0.6):s=44100:d=4';
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...lavfi(beep), '-ac', String(channels), '-c:a', 'libmp3lame', '-b:a', '128k', '-write_xing', '0', '-id3v2_version', '0', path]); // prettier-ignore
    return readFileSync(path);
  };
  const path = test.info().outputPath('joined.mp3');
  writeFileSync(path, Buffer.concat([half(1), half(2)]));
  await setFile(page, path);
  const [samples] = await media.audio(16_000);
  expect(onsetTimes(samples!, 16_000)).toHaveLength(8);
});

test('ten channels without a layout become their mean', async () => {
  const beep = beeps(3, 48_000, 0.5);
  await givenWav(Array.from({ length: 10 }, () => beep), 48_000); // prettier-ignore
  expectBeeps((await media.audio(16_000))[0]!, 3);
  expect(await media.audio(16_000, { channels: 2 })).toHaveLength(2);
});

test('two channels of opposite phase are heard', async () => {
  const left = beeps(4, 48_000, 0.5);
  await givenWav([left, left.map((value) => -value)], 48_000);
  const [samples] = await media.audio(16_000);
  expectBeeps(samples!, 4);
  expect(Math.max(...samples!)).toBeGreaterThan(0.4);
});

test('a recording that was never finished opens, again and again', async () => {
  for (let n = 0; n < 16; n++) {
    await givenWav([beeps(2, 16_000, 0.5)], 16_000, 0);
    expect((await media.probe()).duration).toBeCloseTo(2, 1);
  }
});

test.describe('H.264 in AVI', () => {
  test('without sound and without times opens at its length', async () => {
    await given('plain.avi', ...lavfi('testsrc2=s=160x120:r=25:d=4'), '-c:v', 'libx264', '-bf', '0', '-pix_fmt', 'yuv420p'); // prettier-ignore
    expect((await media.probe()).duration).toBeCloseTo(4, 1);
    expect((await media.frames(GRID_FPS, 16)).count).toBe(63);
  });

  test('with B-frames is exported in the order in which it is shown, and says why it was coded again', async () => {
    const ramp = "color=c=black:s=64x64:r=25:d=2,geq=lum='16+4*N':cb=128:cr=128";
    await given('ramp.avi', ...lavfi(ramp), '-c:v', 'libx264', '-bf', '2', '-b_strategy', '0', '-pix_fmt', 'yuv420p');
    const { bytes, notices } = await media.exportVideo({ beeps: [0.5], seconds: 2 });
    expect(notices).toMatchObject([{ code: 'video-reencoded', values: { reason: 'order' } }]);
    const out = save(test.info(), 'ramp.mp4', bytes);
    const grey = execFileSync('ffmpeg', ['-v', 'error', '-i', out, '-map', '0:v', '-vf', 'scale=1:1,format=gray', '-f', 'rawvideo', '-']); // prettier-ignore
    expect(grey.length).toBeGreaterThan(47);
    for (let k = 1; k < grey.length; k++) expect(grey[k]!, `picture ${k}`).toBeGreaterThanOrEqual(grey[k - 1]!);
    expect(grey.at(-1)! - grey[0]!).toBeGreaterThan(150);
  });
});
