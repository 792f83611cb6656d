/** FCPXML, the exchange format of Final Cut Pro that other editors read too: its markers are hits, its times rational. */
import type { XmlElement, XmlNode } from '@rgrove/parse-xml';
import type { Hit, Timing } from '../types.ts';
import { damaged, noHits } from './failures.ts';
import { frameAt, nearestRate, type FrameRate } from './frame-rate.ts';
import { amountText, strengthOf } from './label-text.ts';
import type { RawTiming, WriteContext } from './types.ts';

const MARKERS = new Set(['marker', 'chapter-marker']);
/** What plays one after the other, so that an offset that is left out is known. */
const IN_ORDER = 'spine';
/** What has a timeline of its own and a place in that of its parent. */
const CLIPS = new Set(['clip', 'asset-clip', 'ref-clip', 'sync-clip', 'mc-clip', 'video', 'audio', 'gap', 'title']);

/** Markers on the clock of the sequence, or of the clip where there is no sequence. */
export async function readFcpxml(text: string): Promise<RawTiming> {
  const { parseXml } = await import('@rgrove/parse-xml');
  let root: XmlElement | null;
  try {
    root = parseXml(text.trimStart(), { ignoreUndefinedEntities: true }).root;
  } catch (error) {
    throw damaged('FCPXML', error);
  }
  const hits: Hit[] = [];
  if (root) {
    const starts = assetStarts(root);
    for (const timeline of timelinesOf(root)) collect(timeline, 0, starts, hits);
  }
  if (hits.length === 0) throw noHits('markers');
  return { hits, level: [] };
}

/** The sequences of a file; where there are none, its clips. */
function timelinesOf(root: XmlElement): XmlElement[] {
  const sequences = descendants(root, (name) => name === 'sequence');
  return sequences.length > 0 ? sequences : descendants(root, (name) => CLIPS.has(name));
}

/** The topmost elements of a kind. */
function descendants(element: XmlElement, wanted: (name: string) => boolean): XmlElement[] {
  return elementsOf(element).flatMap((child) => (wanted(child.name) ? [child] : descendants(child, wanted)));
}

/** Where the time of each asset begins: the beginning of a clip that does not tell its own. */
function assetStarts(root: XmlElement): ReadonlyMap<string, number> {
  const assets = descendants(root, (name) => name === 'asset');
  return new Map(assets.map(({ attributes }) => [attributes['id'] ?? '', secondsOf(attributes['start']) ?? 0]));
}

/** @param at seconds on the clock of the whole at which the element begins */
function collect(element: XmlElement, at: number, starts: ReadonlyMap<string, number>, hits: Hit[]): void {
  const { name, attributes } = element;
  const start =
    secondsOf(attributes[name === 'sequence' ? 'tcStart' : 'start']) ?? starts.get(attributes['ref'] ?? '') ?? 0;
  const duration = secondsOf(attributes['duration']) ?? Infinity;
  let follows = start;
  for (const child of elementsOf(element)) {
    const own = child.attributes;
    if (MARKERS.has(child.name)) {
      const local = (secondsOf(own['start']) ?? start) - start;
      // A clip that was cut keeps the markers that are no longer seen.
      if (local >= -1e-6 && local <= duration + 1e-6) {
        hits.push({ time: at + local, strength: strengthOf(`${own['value'] ?? ''} ${own['note'] ?? ''}`) });
      }
    } else if (child.name === IN_ORDER) {
      const lane = secondsOf(own['offset']);
      collectInOrder(child, at + (lane === undefined ? 0 : lane - start), start, starts, hits);
    } else if (CLIPS.has(child.name)) {
      const offset = secondsOf(own['offset']) ?? follows;
      collect(child, at + offset - start, starts, hits);
      follows = offset + (secondsOf(own['duration']) ?? 0);
    }
  }
}

/** The elements of a spine, whose offsets count on the clock of what it is in. */
function collectInOrder(
  spine: XmlElement,
  at: number,
  start: number,
  starts: ReadonlyMap<string, number>,
  hits: Hit[],
): void {
  let follows = spine.attributes['offset'] === undefined ? start : 0;
  const base = follows;
  for (const child of elementsOf(spine)) {
    if (!CLIPS.has(child.name)) continue;
    const offset = secondsOf(child.attributes['offset']) ?? follows;
    collect(child, at + offset - base, starts, hits);
    follows = offset + (secondsOf(child.attributes['duration']) ?? 0);
  }
}

function elementsOf({ children }: XmlElement): XmlElement[] {
  return (children as XmlNode[]).filter((node): node is XmlElement => node.type === 'element');
}

/** "1001/30000s", "5s" or "2.5s" in seconds; undefined for what is none. */
function secondsOf(text: string | undefined): number | undefined {
  const found = /^\s*(-?[\d.]+)(?:\/(\d+))?s?\s*$/.exec(text ?? '');
  const value = found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** A project that is as long as the picture, with a marker on the frame of each hit. */
export function writeFcpxml({ hits }: Timing, { fps = 25, duration, name }: WriteContext): string {
  const rate = nearestRate(fps);
  const frames = Math.max(
    1,
    Math.ceil(frameAt(duration, rate)),
    ...hits.slice(-1).map(({ time }) => frameAt(time, rate) + 1),
  );
  const length = rational(frames, rate);
  const title = escaped(name);
  const markers = hits.map(({ time, strength }) => {
    const start = rational(frameAt(time, rate), rate);
    return `              <marker start="${start}" duration="${rational(1, rate)}" value="${amountText(strength)}"/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9">
  <resources>
    <format id="r1" frameDuration="${rational(1, rate)}" width="1920" height="1080"/>
  </resources>
  <library>
    <event name="${title}">
      <project name="${title}">
        <sequence format="r1" tcStart="0s" tcFormat="NDF" duration="${length}">
          <spine>
            <gap name="${title}" offset="0s" start="0s" duration="${length}">
${markers.join('\n')}
            </gap>
          </spine>
        </sequence>
      </project>
    </event>
  </library>
</fcpxml>
`;
}

function rational(frames: number, { ticks, scale }: FrameRate): string {
  return frames === 0 ? '0s' : `${frames * ticks}/${scale}s`;
}

function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f]/g, ' ').replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
