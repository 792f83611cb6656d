/** What the text of a label or marker says: how strong a hit is, or a level that goes on. */
import { DEFAULT_STRENGTH } from '../edit.ts';

const NUMBER = String.raw`(?:\d+[.,]\d+|[.,]\d+|[01])`;
const STRENGTH = new RegExp(String.raw`(?:^|[\s:=(\[])(?:(\d+(?:[.,]\d+)?)\s*%|(\d*[.,]\d+))(?=$|[\s;)\]])`);
const LEVEL = new RegExp(String.raw`^\s*level\s+(${NUMBER})(?:\s+(?:to\s+)?(${NUMBER}))?\s*$`, 'i');

/**
 * The strength that a text tells, above 0 and at most 1: the first number with a decimal point ("hit 0.75", ".5") or a
 * per cent ("80 %"). Whole numbers are names ("Take 2"). The default where it tells none.
 */
export function strengthOf(text: string): number {
  const found = STRENGTH.exec(text);
  const value = found?.[1] !== undefined ? parseNumber(found[1]) / 100 : parseNumber(found?.[2] ?? '');
  return value > 0 && value <= 1 ? value : DEFAULT_STRENGTH;
}

/** "level 0.2 0.6": the level at the beginning and at the end of a range; undefined for any other text. */
export function levelOf(text: string): readonly [from: number, to: number] | undefined {
  const found = LEVEL.exec(text);
  if (!found) return undefined;
  const from = parseNumber(found[1] ?? '');
  const to = found[2] === undefined ? from : parseNumber(found[2]);
  return from <= 1 && to <= 1 ? [from, to] : undefined;
}

/** Shortest text with a decimal point that is exact to three places: "0.75", "1.0". */
export function amountText(amount: number): string {
  const text = amount.toFixed(3).replace(/0+$/, '');
  return text.endsWith('.') ? `${text}0` : text;
}

/** A number with a decimal point or a decimal comma; NaN for anything else. */
export function parseNumber(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}
