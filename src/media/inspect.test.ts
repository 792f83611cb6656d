import { describe, expect, it } from 'vitest';
import { isStillPicture, lastPacketEnd, parseProbe, withoutSound, type Inspection } from './inspect.ts';

const VIDEO = {
  index: 0,
  codec_type: 'video',
  codec_name: 'h264',
  width: 1920,
  height: 1080,
  avg_frame_rate: '30000/1001',
  r_frame_rate: '30000/1001',
  start_time: '0.500000',
  duration: '10.000000',
};
const AUDIO = { index: 1, codec_type: 'audio', codec_name: 'aac', sample_rate: '44100', channels: 2, duration: '10.2' };
const FORMAT = { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', start_time: '0.000000', duration: '10.5' };

function parse(streams: object[], format: object = FORMAT): Inspection {
  const inspection = parseProbe(JSON.stringify({ streams, format }));
  if (inspection === undefined) throw new Error('Not parsed.');
  return inspection;
}

describe('parseProbe', () => {
  it('takes the longer track, counted from the start of presentation', () => {
    expect(parse([VIDEO, AUDIO]).info.duration).toBe(10.5);
    expect(parse([{ ...VIDEO, start_time: '1.9' }, { ...AUDIO, start_time: '1.4' }], { ...FORMAT, start_time: '1.4' }).info.duration).toBeCloseTo(10.5); // prettier-ignore
  });

  it("falls back on the container's duration, then on 0", () => {
    expect(parse([{ ...VIDEO, duration: undefined }]).info.duration).toBe(10.5);
    expect(parse([{ ...VIDEO, duration: 'N/A' }], { format_name: 'matroska,webm' }).info.duration).toBe(0);
  });

  it('reads rates and sizes', () => {
    const { info } = parse([VIDEO, AUDIO]);
    expect(info.video).toMatchObject({ width: 1920, height: 1080, rotation: 0 });
    expect(info.video?.fps).toBeCloseTo(29.97, 3);
    expect(info.audio).toEqual({ codec: 'aac', sampleRate: 44_100, channels: 2 });
  });

  it.each([
    [-90, 90],
    [90, 270],
    [-180, 180],
    [180, 180],
    [0, 0],
  ])('a display matrix of %d degrees is a clockwise turn by %d', (matrix, turn) => {
    const { info } = parse([{ ...VIDEO, side_data_list: [{ side_data_type: 'Display Matrix', rotation: matrix }] }]);
    expect(info.video?.rotation).toBe(turn);
    expect(info.video?.width).toBe(turn % 180 === 0 ? 1920 : 1080);
  });

  it('shows non-square pixels at their true width', () => {
    expect(parse([{ ...VIDEO, width: 1440, sample_aspect_ratio: '4:3' }]).info.video?.width).toBe(1920);
    expect(parse([{ ...VIDEO, sample_aspect_ratio: '0:1' }]).info.video?.width).toBe(1920);
  });

  it("does not take a clock's tick for a frame rate", () => {
    expect(parse([{ ...VIDEO, avg_frame_rate: '0/0', r_frame_rate: '1000/1' }]).info.video?.fps).toBe(0);
  });

  it('leaves covers and thumbnails out, prefers the default track', () => {
    expect(parse([{ ...VIDEO, disposition: { attached_pic: 1 } }, AUDIO]).info.video).toBeUndefined();
    const thumb = { ...VIDEO, index: 3, width: 160, height: 90 };
    expect(parse([thumb, VIDEO]).videoIndex).toBe(0);
    expect(parse([{ ...thumb, disposition: { default: 1 } }, VIDEO]).videoIndex).toBe(3);
  });

  it('is undefined for what ffprobe could not open', () => {
    for (const text of ['', '{}', '{"streams":[]}', 'nonsense', '[]']) expect(parseProbe(text)).toBeUndefined();
  });
});

describe('isStillPicture', () => {
  it.each([
    ['png_pipe', true],
    ['image2', true],
    ['webp_pipe', true],
    ['mov,mp4,m4a,3gp,3g2,mj2', false],
    ['gif', false],
  ])('%s: %s', (name, still) => expect(isStillPicture(parse([VIDEO], { format_name: name }))).toBe(still));
});

describe('what a container leaves out', () => {
  const avi = { format_name: 'avi', start_time: '0', duration: '4' };

  it('is the order of the pictures, in AVI with B-frames', () => {
    expect(parse([{ ...VIDEO, has_b_frames: 2 }], avi).info.video).toMatchObject({ unordered: true });
    expect(parse([{ ...VIDEO, has_b_frames: 0 }], avi).info.video).not.toHaveProperty('unordered');
    expect(parse([{ ...VIDEO, codec_name: 'mpeg4', has_b_frames: 1 }], avi).info.video).not.toHaveProperty('unordered');
    expect(parse([{ ...VIDEO, has_b_frames: 2 }]).info.video).not.toHaveProperty('unordered');
  });

  it('is what channels are, without a layout', () => {
    expect(parse([{ ...AUDIO, channel_layout: 'stereo' }]).audioLayoutKnown).toBe(true);
    expect(parse([AUDIO]).audioLayoutKnown).toBe(false);
    expect(parse([{ ...AUDIO, channel_layout: 'unknown' }]).audioLayoutKnown).toBe(false);
  });

  it('is no silence before a sound that begins with the file', () => {
    expect(parse([AUDIO]).audioAtStart).toBe(true);
    expect(parse([VIDEO, { ...AUDIO, start_time: '0.6' }]).audioAtStart).toBe(false);
  });
});

it('a file without its sound says so', () => {
  const { info, audioIndex } = withoutSound(parse([VIDEO, AUDIO]), 'apac');
  expect(audioIndex).toBeUndefined();
  expect(info).not.toHaveProperty('audio');
  expect(info.notices).toMatchObject([{ code: 'sound-unreadable', values: { codec: 'apac' } }]);
  expect(withoutSound(parse([VIDEO, AUDIO]), '').info.notices?.[0]?.message).toMatch(/empty/);
});

describe('lastPacketEnd', () => {
  const inspection = parse([{ ...VIDEO, start_time: '1.4' }, AUDIO], { ...FORMAT, start_time: '1.4' });

  it('ignores other tracks, side data and packets without times', () => {
    const lines = [
      '0,2.000000,2.000000,0.040000',
      '1,2.400000,2.400000,0.020000,',
      '7,99.0,99.0,1.0',
      '0,N/A,N/A,0.04',
    ];
    expect(lastPacketEnd([...lines, '', 'x'].join('\n'), inspection)).toBeCloseTo(1.02);
  });

  it('goes by decoding times where a container has no others', () => {
    expect(lastPacketEnd('0,N/A,5.360000,0.040000', inspection)).toBeCloseTo(4);
  });

  it('is 0 when nothing was read', () => expect(lastPacketEnd('', inspection)).toBe(0));
});
