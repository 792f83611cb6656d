/** `fps` as the exact fraction ffmpeg is told ("125/8" for 15.625), so that no drift builds up over minutes. */
export function fpsFraction(fps: number): string {
  for (let den = 1; den <= 1001; den++) {
    const num = Math.round(fps * den);
    if (Math.abs(num / den - fps) < 1e-9) return `${num}/${den}`;
  }
  return `${Math.round(fps * 1_000_000)}/1000000`;
}
