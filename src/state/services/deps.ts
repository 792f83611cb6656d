/** What the studio is made of, by interfaces: tests run it in Node with fakes. Types only. */
import type { Motion } from '../../dsp/motion.ts';
import type { SoundWork } from '../../dsp/sound-work.ts';
import type { Engine, LoadRequest, Transcoder } from '../../engine/protocol.ts';
import type { Library } from '../../library/library.ts';
import type { Media, SeenFrames } from '../../media/types.ts';
import type { EyesRequest } from '../../engine/eyes-client.ts';
import type { Sight } from '../../model/eyes.ts';
import type { KnownManifest, KnownPack } from '../../model/pack-index.ts';
import type { Task } from '../../model/manifest.ts';
import type { VariantChoice } from '../../model/variants.ts';
import type { Player } from '../../player/types.ts';
import type { Sharer } from '../../share/sharer.ts';

/** A bundled sample clip. */
export interface Sample {
  readonly file: string;
  readonly title: string;
  /** The title in other languages. */
  readonly titles?: { readonly ko?: string | undefined } | undefined;
  readonly task: Task;
  readonly seconds: number;
  /** A clip that was made of it, to be heard before anything is. */
  readonly made?: string | undefined;
}

export interface SampleSource {
  /** An empty list when there are none: the app works without. */
  list(): Promise<readonly Sample[]>;
  fetch(signal: AbortSignal, sample: Sample): Promise<File>;
}

export interface StudioDeps {
  readonly engine: Engine & Transcoder;
  readonly media: Media;
  readonly load: LoadRequest;
  /** The variant that was chosen on an earlier visit; the one of `load` goes before it. */
  readonly rememberedVariant?: VariantChoice | undefined;
  /** The pack by its manifests, for its grid, words and defaults, long before the model itself is downloaded. */
  readonly readPack: (signal: AbortSignal, choice: VariantChoice) => Promise<KnownPack>;
  readonly samples: SampleSource;
  /** Makes links, with an engine whose model is loaded when it is called; fetched when the first link is made. */
  readonly createSharer: (engine: Transcoder) => Promise<Sharer>;
  readonly player: Player;
  /** Whether the model may be fetched before somebody asks for a result. Left out: no. */
  readonly mayFetchAhead?: () => boolean;
  /** Stores what is missing of the pack, so that all of the app works without a network. Left out: nothing is. */
  readonly keepPack?: (signal: AbortSignal, known: KnownManifest) => Promise<void>;
  /** Looks at pictures with the eyes, which are fetched for it; takes the pictures over. Left out: there are none. */
  readonly look?: (signal: AbortSignal, request: Omit<EyesRequest, 'folder'>) => Promise<Sight>;
  /** Rejects where the browser gives no storage. */
  readonly openLibrary: () => Promise<Library>;
  /** Off the main thread: a long video takes seconds. */
  readonly findMotion: (signal: AbortSignal, frames: SeenFrames) => Promise<Pick<Motion, 'onsets'>>;
  /** Off the main thread, too: a minute of sound takes a second. */
  readonly soundWork: SoundWork;
  /** Seconds on any clock; replaced in tests. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Ids that are unique on this device. */
  readonly newId?: () => string;
}
