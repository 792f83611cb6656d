/** How large a link may be, and what is known to cut links of which length. docs/share.md says how this was measured. */
import { FRAGMENT } from './link.ts';

export const TIERS = ['chat', 'standard', 'best'] as const;
export type Tier = (typeof TIERS)[number];

/** What is made unless somebody chooses: no messenger cuts it. */
export const DEFAULT_TIER: Tier = 'chat';

/** Longest whole link of each tier, in characters. */
export const TIER_CHARACTERS: Readonly<Record<Tier, number>> = { chat: 1800, standard: 16_000, best: 64_000 };

/** Bytes that a link to `page` leaves for the payload within `characters`. */
export function payloadBytes(page: string, characters: number): number {
  return Math.max(0, Math.floor(((characters - page.replace(/#.*$/, '').length - FRAGMENT.length - 1) * 3) / 4));
}

/** Something that takes links only up to a length, in characters. */
export interface LinkLimit {
  readonly where: 'discord' | 'messenger' | 'signal' | 'qr' | 'telegram' | 'whatsapp' | 'line' | 'slack' | 'chromium';
  readonly characters: number;
}

export const LINK_LIMITS: readonly LinkLimit[] = [
  { where: 'discord', characters: 2000 },
  { where: 'messenger', characters: 2000 },
  // Longer ones arrive as an attachment, and what is shown of them opens a part of the address.
  { where: 'signal', characters: 2048 },
  // The largest code there is, with the least protection against dirt.
  { where: 'qr', characters: 2953 },
  { where: 'telegram', characters: 4096 },
  { where: 'whatsapp', characters: 4096 },
  { where: 'line', characters: 5000 },
  { where: 'slack', characters: 40_000 },
  { where: 'chromium', characters: 2_000_000 },
];

/** Longer codes can be drawn but hardly be scanned from a screen. */
export const QR_CHARACTERS = 1900;

export function cutBy(characters: number): readonly LinkLimit[] {
  return LINK_LIMITS.filter((limit) => characters > limit.characters);
}
