import { describe, expect, it } from 'vitest';
import { framedSize, framingFilter } from './framing.ts';

describe('framedSize', () => {
  it.each([
    ['1:1', 1080, 1080, 1080],
    ['9:16', 1080, 1080, 1920],
    ['16:9', 1080, 1920, 1080],
    ['16:9', 480, 854, 480],
    ['9:16', 720, 720, 1280],
  ] as const)('%s at %d is %d x %d', (aspect, resolution, width, height) => {
    expect(framedSize(aspect, resolution)).toEqual({ width, height });
  });

  it.each([255, 1082, 719, 500.5])('refuses %d', (resolution) => {
    expect(() => framedSize('1:1', resolution)).toThrow(RangeError);
  });
});

describe('framingFilter', () => {
  const square = { width: 256, height: 256 };
  it('blurs only where there is something to fill', () => {
    expect(framingFilter(square, { aspect: '9:16', resolution: 1080, fit: 'blur' })).toContain('gblur');
    expect(framingFilter(square, { aspect: '1:1', resolution: 1080, fit: 'blur' })).not.toContain('gblur');
    expect(framingFilter(square, { aspect: '9:16', resolution: 1080, fit: 'crop' })).not.toContain('gblur');
  });
});
