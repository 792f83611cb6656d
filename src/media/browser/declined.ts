/** Why the browser's decoders leave a file to ffmpeg: a fact for tests and bug reports, no failure. */
export class Declined extends Error {
  override readonly name = 'Declined';
}
