/** What harness/timeline.tsx offers the test; apart from it, since the test knows no React. */

export interface LogEntry {
  readonly name: string;
  readonly values: readonly unknown[];
}

export interface TimelineHarness {
  /** Everything that timeline and mixer asked for. */
  readonly log: LogEntry[];
  last(name: string): readonly unknown[] | undefined;
  /** How often React has rendered the page. */
  renders(): number;
  time(): number;
  setTime(seconds: number): void;
  /** Lets time run from a moment on. */
  run(from: number): void;
  stop(): void;
  /** How many frames there were while time ran on by `seconds`, and in how many the playhead had moved. */
  framesWhile(seconds: number): Promise<{ frames: number; moves: number }>;
  /** Whether some pixel of a column of the drawing (CSS pixels) between two heights is of the accent colour. */
  hasAccent(x: number, from: number, to: number): boolean;
}

declare global {
  interface Window {
    timelineHarness: TimelineHarness;
  }
}
