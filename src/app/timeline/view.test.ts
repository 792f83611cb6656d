import { describe, expect, test } from 'vitest';
import { layRows, zoneAt } from './rows.ts';
import { clampView, clockText, endOf, fitView, follow, isFit, resized, scrollBy, ticks, timeAt, xOf, zoomAt } from './view.ts'; // prettier-ignore

const DURATION = 60;
const all = fitView(DURATION, 600);

describe('view', () => {
  test('fits everything, and times and places agree', () => {
    expect(isFit(all, DURATION)).toBe(true);
    expect(xOf(all, 30)).toBe(300);
    expect(timeAt(all, xOf(all, 12.34))).toBeCloseTo(12.34);
    expect(endOf(all)).toBe(DURATION);
  });
  test('zooming keeps the time under the pointer, within limits', () => {
    const near = zoomAt(all, DURATION, 8, 450);
    expect(timeAt(near, 450)).toBeCloseTo(45);
    expect(isFit(near, DURATION)).toBe(false);
    expect(zoomAt(near, DURATION, 1 / 100, 450)).toEqual(all);
    expect(zoomAt(all, DURATION, 1e9, 10).perSecond).toBe(2000);
    // At the edge the drawing stays full.
    expect(endOf(zoomAt(near, DURATION, 0.5, 0))).toBeLessThanOrEqual(DURATION + 1e-9);
  });
  test('scrolling stops at both ends', () => {
    const near = zoomAt(all, DURATION, 4, 0);
    expect(scrollBy(near, DURATION, -500).start).toBe(0);
    expect(endOf(scrollBy(near, DURATION, 1e6))).toBeCloseTo(DURATION);
    expect(scrollBy(near, DURATION, 40).start).toBeCloseTo(1);
  });
  test('follows a time that has left it, and only then', () => {
    const near = zoomAt(all, DURATION, 10, 0);
    expect(follow(near, DURATION, 3)).toBe(near);
    const turned = follow(near, DURATION, 7);
    expect(turned.start).toBeGreaterThan(6);
    expect(turned.start).toBeLessThan(7);
    expect(follow(turned, DURATION, 1).start).toBeLessThan(1);
  });
  test('another width shows the same stretch', () => {
    expect(resized(all, DURATION, 300)).toEqual(fitView(DURATION, 300));
    const near = zoomAt(all, DURATION, 4, 300);
    const wide = resized(near, DURATION, 1200);
    expect([wide.start, endOf(wide)]).toEqual([near.start, endOf(near)]);
  });
  test('neither no duration nor no width breaks it', () => {
    for (const view of [fitView(0, 600), clampView(fitView(10, 0), 10), resized(fitView(10, 0), 10, 500)]) {
      expect(Object.values(view).every(Number.isFinite)).toBe(true);
    }
    expect(ticks(fitView(0, 600), 0)).toHaveLength(1);
  });
  test('ticks are round times that do not crowd', () => {
    for (const factor of [1, 7, 40, 300, 4000]) {
      const view = zoomAt(all, DURATION, factor, 200);
      const labels = ticks(view, DURATION).filter(({ label }) => label !== undefined);
      expect(labels.length).toBeGreaterThan(0);
      expect(labels.length).toBeLessThan(600 / 64 + 2);
      expect(new Set(labels.map(({ label }) => label)).size).toBe(labels.length);
    }
  });
  test('times in words', () => {
    expect([0, 1.004, 59.999, 64.25, 600].map((time) => clockText(time))).toEqual(['0:00.00', '0:01.00', '1:00.00', '1:04.25', '10:00.00']); // prettier-ignore
    expect(clockText(3, 0)).toBe('0:03');
    expect(clockText(-1)).toBe('0:00.00');
  });
  test('rows follow each other, and presses above the sound are about time', () => {
    const rows = layRows(true, 64);
    expect(layRows(false, 0).height).toBeLessThan(rows.height);
    expect(rows.heard.top + rows.heard.height).toBe(rows.height);
    expect([rows.ruler.top, rows.film?.top ?? 0, rows.hits?.top ?? 0].map((y) => zoneAt(rows, y + 1))).toEqual(['time', 'time', 'time']); // prettier-ignore
    expect(zoneAt(rows, rows.wave.top + 1)).toBe('sound');
  });
});
