/** Numbers, files and stages in words of the language that is shown. Pure but for that language, which can be given. */
import type { Backend } from '../../engine/protocol.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { Task } from '../../model/manifest.ts';
import type { Stage, StageProgress } from '../../state/types.ts';
import { formatText } from '../../text/format.ts';
import type { Language } from '../../text/language.ts';
import { progressText } from '../../text/progress.ts';
import { currentLanguage } from './language.ts';

/** Making one takes longer than anything that is done with it; there are a dozen. */
const formats = new Map<string, Intl.NumberFormat>();

/** @param digits after the decimal sign: exactly this many, or up to `most` */
export function formatNumber(value: number, digits = 0, language: Language = currentLanguage(), most = digits): string {
  const key = `${language} ${digits} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format.format(value);
}

export function formatBytes(bytes: number, language: Language = currentLanguage()): string {
  const t = formatText[language];
  if (bytes < 1e6) return t.kilobytes(formatNumber(Math.max(1, bytes / 1e3), 0, language));
  if (bytes >= 9.995e8) return t.gigabytes(formatNumber(bytes / 1e9, 1, language));
  return t.megabytes(formatNumber(bytes / 1e6, bytes < 1e7 ? 1 : 0, language));
}

/** `0.3 s`, `12 s`, `1:05 min`. */
export function formatSeconds(seconds: number, language: Language = currentLanguage()): string {
  const t = formatText[language];
  if (seconds < 59.5) return t.seconds(formatNumber(seconds, seconds < 9.95 ? 1 : 0, language));
  const whole = Math.round(seconds);
  return t.minutes(formatNumber(Math.floor(whole / 60), 0, language), String(whole % 60).padStart(2, '0'));
}

/** Whole seconds, at least one: `12 s`, `1:05 min`. For what is only expected. */
export function formatRough(seconds: number, language: Language = currentLanguage()): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? formatText[language].seconds(formatNumber(whole, 0, language)) : formatSeconds(whole, language);
}

/** @param share 0..1 */
export function formatPercent(share: number, language: Language = currentLanguage()): string {
  return formatText[language].percent(formatNumber(share * 100, 0, language));
}

export function formatMedia(
  { duration, video, audio, decoder }: MediaInfo,
  language: Language = currentLanguage(),
): string {
  const t = formatText[language];
  const parts = [formatSeconds(duration, language)];
  if (video) {
    parts.push(`${video.width} × ${video.height}`);
    if (video.fps > 0) parts.push(t.fps(formatNumber(video.fps, 0, language, 2)));
  }
  parts.push(audio ? t.withSound : t.noSound);
  if (decoder) parts.push(t[decoder]);
  return parts.join(' · ');
}

export function backendName(backend: Backend, language: Language = currentLanguage()): string {
  return formatText[language][backend];
}

export function taskName(task: Task, language: Language = currentLanguage()): string {
  return formatText[language][task];
}

export function stageName(stage: Stage, task: Task, language: Language = currentLanguage()): string {
  const t = progressText[language];
  const sound = task === 'v2a';
  switch (stage) {
    case 'decode':
      return sound ? t.decodeVideo : t.decodeSound;
    case 'download':
      return t.download;
    case 'prepare':
      return t.prepare;
    case 'encode':
      return sound ? t.encodeVideo : t.encodeSound;
    case 'sample':
      return sound ? t.sampleSound : t.samplePicture;
    case 'render':
      return sound ? t.renderSound : t.renderPicture;
    case 'mux':
      return t.mux;
  }
}

export function formatProgress(progress: StageProgress, language: Language = currentLanguage()): string {
  const t = progressText[language];
  switch (progress.kind) {
    case 'unknown':
      return '';
    case 'fraction':
      return formatPercent(progress.value, language);
    case 'steps': {
      const left = progress.secondsLeft;
      const steps = t.steps(formatNumber(progress.step, 0, language), formatNumber(progress.steps, 0, language));
      return left === undefined || left < 1 ? steps : `${steps} · ${t.left(formatSeconds(left, language))}`;
    }
    case 'bytes':
      return t.bytes(formatBytes(progress.loaded, language), formatBytes(progress.total, language));
  }
}
