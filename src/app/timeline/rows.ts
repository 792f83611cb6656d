/** Where the rows of the drawing lie, in CSS pixels from its top. Pure. */

export interface Row {
  readonly top: number;
  readonly height: number;
}

export interface Rows {
  readonly ruler: Row;
  /** Undefined without pictures. */
  readonly film: Row | undefined;
  /** The timing lane; undefined without one. */
  readonly hits: Row | undefined;
  readonly wave: Row;
  readonly heard: Row;
  readonly height: number;
}

/** @param lane height of the timing lane, 0 for none */
export function layRows(hasFilm: boolean, lane: number): Rows {
  let top = 0;
  const row = (height: number): Row => {
    const laid = { top, height };
    top += height;
    return laid;
  };
  const ruler = row(24);
  const film = hasFilm ? row(48) : undefined;
  const hits = lane > 0 ? row(lane) : undefined;
  const wave = row(112);
  const heard = row(22);
  return { ruler, film, hits, wave, heard, height: top };
}

/** What a press at this height is about: the playhead above, the sound below. */
export function zoneAt(rows: Rows, y: number): 'time' | 'sound' {
  return y < rows.wave.top ? 'time' : 'sound';
}
