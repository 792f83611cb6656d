/** What a take can be written as, and how the dialog's fields become an export's choice. Pure. */
import type { Aspect, ClipFraming } from '../../media/framing.ts';
import type { ExportChoice } from '../../state/export/exporting.ts';
import type { Take } from '../../state/take.ts';

export const FORMATS = ['mp4', 'webm', 'clip', 'framed', 'wav', 'm4a', 'stem'] as const;
export type Format = (typeof FORMATS)[number];

export interface FramingFields {
  readonly aspect: Aspect;
  readonly resolution: number;
  readonly fit: ClipFraming['fit'];
  /** Frames per second; 0 is the clip's own. */
  readonly fps: number;
  /** Seconds; undefined is no cover. */
  readonly cover: number | undefined;
  readonly coverFirst: boolean;
}

export const ASPECTS: readonly Aspect[] = ['1:1', '9:16', '16:9'];
export const RESOLUTIONS = [480, 720, 1080] as const;
export const RATES = [0, 24, 25, 30, 60] as const;

export const defaultFraming: FramingFields = {
  aspect: '1:1',
  resolution: 1080,
  fit: 'blur',
  fps: 0,
  cover: undefined,
  coverFirst: false,
};

/** The formats that make sense for a take, the usual one first. */
export function formatsOf({ media }: Take): readonly Format[] {
  return media.task === 'v2a' ? ['mp4', 'webm', 'wav', 'm4a', 'stem'] : ['clip', 'framed', 'wav', 'm4a'];
}

export function choiceOf(format: Format, framing: FramingFields): ExportChoice {
  switch (format) {
    case 'mp4':
    case 'webm':
      return { kind: 'video', container: format };
    case 'clip':
      return { kind: 'clip' };
    case 'framed': {
      const { aspect, resolution, fit, fps, cover, coverFirst } = framing;
      return {
        kind: 'clip',
        framing: {
          ...{ aspect, resolution, fit },
          ...(fps > 0 ? { fps } : {}),
          ...(cover === undefined ? {} : { cover: { time: cover, first: coverFirst } }),
        },
      };
    }
    case 'wav':
    case 'm4a':
      return { kind: 'sound', format, what: 'mix' };
    case 'stem':
      return { kind: 'sound', format: 'wav', what: 'generated' };
  }
}
