import { describe, expect, it } from 'vitest';
import type { SoundFacts } from './pcm.ts';
import { planClip, planSound, planVideo, type VideoPlanInput } from './preflight.ts';

const sound: SoundFacts = { seconds: 10, sampleRate: 16_000, channels: 2, silent: false, busy: 1 };
const input: VideoPlanInput = {
  info: {
    duration: 10,
    video: { codec: 'h264', width: 641, height: 360, rotation: 0, fps: 25, bitRate: 800_000 },
    audio: { codec: 'aac', sampleRate: 48_000, channels: 2, bitRate: 128_000 },
  },
  bytes: 1_200_000,
  sound,
  container: 'mp4',
};
const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code);

describe('planVideo', () => {
  it('copies what MP4 carries, and adds the two tracks up', () => {
    const plan = planVideo(input);
    expect(plan).toMatchObject({
      container: 'mp4',
      video: { codec: 'h264', copied: true, width: 641, height: 360, fps: 25 },
      audio: { codec: 'aac', sampleRate: 48_000, channels: 2 },
      accuracy: 'close',
      warnings: [],
      possible: true,
    });
    expect(plan.bytes).toBeGreaterThan(1_320_000);
    expect(plan.bytes).toBeLessThan(1_340_000);
  });

  it('says so when the picture is coded again, and why', () => {
    const webm = planVideo({ ...input, container: 'webm' });
    expect(webm.video).toMatchObject({ codec: 'vp8', copied: false, recoding: 'codec', width: 642 });
    expect(codes(webm)).toEqual(['plan-video-reencoded']);
    const range = { start: 2, end: 4 };
    const cut = { range, clean: true, picture: 2, keyFrames: [2], bytes: 123_000 };
    const cutSound = { ...sound, seconds: 2 };
    const clean = planVideo({ ...input, sound: cutSound, range, cut });
    expect(clean).toMatchObject({ duration: 2, video: { copied: true }, warnings: [] });
    expect(clean.bytes).toBeGreaterThan(123_000 + 64_000);
    const unclean = planVideo({ ...input, sound: cutSound, range, cut: { ...cut, clean: false } });
    expect(unclean.video).toMatchObject({ copied: false, recoding: 'cut' });
    expect(planVideo({ ...input, sound: cutSound, range }).video?.recoding).toBe('cut');
  });

  it('a turned VP9 picture cannot be copied into WebM', () => {
    const video = { ...input.info.video!, codec: 'vp9', rotation: 90 };
    expect(planVideo({ ...input, info: { ...input.info, video }, container: 'webm' }).video?.recoding).toBe('turned');
    expect(planVideo({ ...input, info: { ...input.info, video } }).video?.copied).toBe(true);
  });

  it('warns of silence, of a sound that does not fit, and of a file too large', () => {
    expect(codes(planVideo({ ...input, sound: { ...sound, silent: true, busy: 0 } }))).toEqual(['plan-silent']);
    expect(codes(planVideo({ ...input, sound: { ...sound, seconds: 12 } }))).toEqual(['plan-sound-cut']);
    expect(codes(planVideo({ ...input, sound: { ...sound, seconds: 7 } }))).toEqual(['plan-sound-padded']);
    const large = planVideo({ ...input, bytes: 2 ** 30 + 1 });
    expect(codes(large)).toEqual(['plan-too-large']);
    expect(large.possible).toBe(false);
  });

  it('without bit rates it takes what the sound leaves of the file', () => {
    const { video, audio } = input.info;
    const strip = <T extends { bitRate?: number }>({ bitRate: _, ...rest }: T) => rest;
    const info = { duration: 10, video: strip(video!), audio: strip(audio!) };
    const { bytes } = planVideo({ ...input, info });
    expect(bytes / (1_200_000 - 120_000 + 320_000)).toBeCloseTo(1, 1);
  });
});

describe('planSound', () => {
  it('counts a WAV exactly and a silent M4A as next to nothing', () => {
    expect(planSound(sound, 'wav')).toMatchObject({ bytes: 44 + 160_000 * 6, accuracy: 'exact', duration: 10 });
    const m4a = planSound({ ...sound, silent: true, busy: 0 }, 'm4a');
    expect(m4a.bytes).toBeLessThan(10_000);
    expect(codes(m4a)).toEqual(['plan-silent']);
    expect(planSound({ ...sound, seconds: 0, silent: true }, 'wav').possible).toBe(false);
  });
});

describe('planClip', () => {
  it('names the size and copies the sound', () => {
    const plan = planClip(input.info, 1_000_000, { aspect: '9:16', resolution: 1080, fit: 'blur', fps: 30 });
    expect(plan).toMatchObject({
      video: { codec: 'h264', width: 1080, height: 1920, fps: 30 },
      audio: { codec: 'aac', copied: true, sampleRate: 48_000 },
    });
    const { audio: _, ...mute } = input.info;
    expect(codes(planClip(mute, 1_000_000, { aspect: '1:1', resolution: 720, fit: 'crop' }))).toEqual([
      'plan-no-sound',
    ]);
  });
});
