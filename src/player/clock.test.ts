import { describe, expect, test } from 'vitest';
import { createMeter, planStart, positionAt } from './clock.ts';

describe('meter', () => {
  test('is not moved by one late reading, and forgets old ones', () => {
    const meter = createMeter(5);
    expect(meter.median()).toBeUndefined();
    for (const value of [0.001, 0.002, 0.2, 0.002]) meter.add(value);
    expect(meter.median()).toBeCloseTo(0.002);
    expect(meter.median(5)).toBeUndefined();
    for (let n = 0; n < 5; n++) meter.add(0.03);
    expect(meter.median()).toBeCloseTo(0.03);
    meter.add(NaN);
    expect(meter.median()).toBeCloseTo(0.03);
    meter.clear();
    expect(meter.median()).toBeUndefined();
  });
});

describe('start', () => {
  test('a fast output waits for the picture, a slow one makes the picture wait', () => {
    expect(planStart(10, 10.05, 0.08)).toEqual({ pictureIn: 0, heardAt: 10.08 });
    const slow = planStart(10, 10.25, 0.04);
    expect(slow.pictureIn).toBeCloseTo(0.21);
    expect(slow.heardAt).toBeCloseTo(10.25);
  });
  test('never promises sound earlier than it can be heard', () => {
    for (const earliest of [9, 10, 10.01, 10.3]) {
      for (const lag of [0, 0.02, 0.2]) {
        const { pictureIn, heardAt } = planStart(10, earliest, lag);
        expect(heardAt).toBeGreaterThanOrEqual(earliest - 1e-9);
        expect(pictureIn).toBeGreaterThanOrEqual(0);
        expect(heardAt).toBeCloseTo(10 + pictureIn + lag);
      }
    }
  });
  test('what runs is where it was plus the time that has passed', () => {
    expect(positionAt({ position: 3, at: 100 }, 101.5)).toBe(4.5);
    expect(positionAt({ position: 3, at: 100 }, 102, 0.25)).toBe(3.5);
  });
});
