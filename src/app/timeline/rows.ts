/** Where the rows of the drawing lie, in CSS pixels from its top. Pure. */

export interface Row {
  readonly top: number;
  readonly height: number;
}

export interface Rows {
  readonly ruler: Row;
  /** Undefined without pictures. */
  readonly film: Row | undefined;
  readonly seen: Row;
  readonly wave: Row;
  readonly heard: Row;
  readonly height: number;
}

export function layRows(hasFilm: boolean): Rows {
  let top = 0;
  const row = (height: number): Row => {
    const laid = { top, height };
    top += height;
    return laid;
  };
  const ruler = row(24);
  const film = hasFilm ? row(48) : undefined;
  const seen = row(30);
  const wave = row(112);
  const heard = row(22);
  return { ruler, film, seen, wave, heard, height: top };
}

/** What a press at this height is about: the playhead above, the sound below. */
export function zoneAt(rows: Rows, y: number): 'time' | 'sound' {
  return y < rows.wave.top ? 'time' : 'sound';
}
