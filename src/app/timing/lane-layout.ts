/** What a height in the lane stands for. Pure; pixels from the lane's top. */

/** Free above the strongest hit, for its head, and below the line that the stems stand on. */
const ABOVE = 10;
const BELOW = 3;

/** @param value strength or level, 0..1 */
export function yOfValue(value: number, height: number): number {
  return height - BELOW - value * (height - ABOVE - BELOW);
}

export function valueAtY(y: number, height: number): number {
  return Math.max(0, Math.min(1, (height - BELOW - y) / (height - ABOVE - BELOW)));
}

/** How far outside the chosen hits the handles stand that stretch them. */
export const HANDLE_AWAY = 12;
