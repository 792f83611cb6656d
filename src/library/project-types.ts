/** What the library offers for projects and takes: types only. */
import type { FoundFile } from './own-files.ts';
import type { KeptFile, ProjectRecord, StoredSpan, StoredTiming, TakeRecord } from './schema.ts';

/** What a take is made of, without what the library adds. */
export type TakeContent = Omit<TakeRecord, 'version' | 'project' | 'created' | 'removed' | 'media'>;

/** The files of a take as they are in memory. `latents` may be absent in old exports that were opened again. */
export type TakeBlobs =
  | { readonly task: 'v2a'; readonly sampleRate: number; readonly sound: Blob; readonly latents?: Blob }
  | { readonly task: 'a2v'; readonly clip: Blob; readonly latents?: Blob };

export interface NewProject {
  readonly id: string;
  readonly source: File;
  /** Of the source, where the browser gave one: larger files can be opened again by it. */
  readonly handle?: FileSystemFileHandle;
  readonly task: ProjectRecord['task'];
  readonly draft: ProjectRecord['draft'];
  readonly trim?: StoredSpan;
  readonly timing?: StoredTiming;
  readonly thumbnail?: Blob;
}

/** Only what is given changes; another tab's changes of the rest stay. */
export interface ProjectChange {
  readonly task?: ProjectRecord['task'];
  readonly draft?: ProjectRecord['draft'];
  /** undefined takes the trim away. */
  readonly trim?: StoredSpan | undefined;
  /** undefined takes it away: nobody sets the timing any more. */
  readonly timing?: StoredTiming | undefined;
  readonly thumbnail?: Blob;
  /** Chosen again, or another one. */
  readonly source?: { readonly file: File; readonly handle?: FileSystemFileHandle };
}

export interface ProjectSummary {
  readonly id: string;
  readonly created: number;
  readonly opened: number;
  /** Of the source file. */
  readonly name: string;
  readonly task: ProjectRecord['task'];
  readonly takes: number;
  readonly starred: number;
  /** What it takes on the disk. */
  readonly bytes: number;
  readonly hasThumbnail: boolean;
  /** How the source is kept; by `name` it will have to be chosen again. */
  readonly kept: KeptFile['kept']['by'];
}

/** A record that cannot be read. It stays where it is until it is purged, and hinders nothing else. */
export interface Unreadable {
  readonly id: string;
  readonly problem: 'newer' | 'damaged' | 'file-missing';
  readonly detail: string;
}

export interface Listing {
  /** Last opened first. */
  readonly projects: readonly ProjectSummary[];
  readonly unreadable: readonly Unreadable[];
}

export interface StoredTake {
  readonly created: number;
  readonly take: TakeContent;
  readonly blobs: TakeBlobs;
}

export interface LoadedProject {
  readonly project: ProjectRecord;
  readonly source: FoundFile;
  /** Oldest first. */
  readonly takes: readonly StoredTake[];
  /** Takes that are damaged, or whose files are missing; the others are not affected. */
  readonly unreadable: readonly Unreadable[];
}

export interface Projects {
  /** @throws AppError storage-full. A source for which there is no room is kept by its name; the summary says so. */
  createProject(project: NewProject): Promise<ProjectSummary>;
  saveProject(id: string, change: ProjectChange): Promise<void>;
  /**
   * Stores a take or what changed of it; `blobs` may be left out when they are stored already. A failure changes
   * nothing. @throws AppError storage-full, library-gone
   */
  saveTake(project: string, take: TakeContent, blobs?: TakeBlobs): Promise<void>;
  /** Hides a take; its files stay until it is purged, or until the next start. */
  removeTake(project: string, take: string): Promise<void>;
  restoreTake(project: string, take: string): Promise<void>;
  purgeTake(project: string, take: string): Promise<void>;
  /** Hides a project with its takes, as `removeTake` does. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  /** Deletes for good, also what cannot be read. */
  purge(id: string): Promise<void>;
  /** Deletes every project for good. */
  clear(): Promise<void>;
  list(): Promise<Listing>;
  /** @throws AppError library-gone, library-unreadable */
  load(id: string): Promise<LoadedProject>;
  thumbnail(id: string): Promise<Blob | undefined>;
}
