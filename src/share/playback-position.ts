/** Where a player is. */
export interface PlaybackPosition {
  /** Seconds of the sound that is heard now, and of the picture that is shown. */
  readonly sound: number;
  readonly picture: number;
  readonly playing: boolean;
}
