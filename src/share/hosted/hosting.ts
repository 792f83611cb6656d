/** Where whoever runs this app lets large results lie, if anywhere: set when the app is built, see docs/share.md. */

export interface Hosting {
  /** Address that signs uploads. */
  readonly signer: string;
  /** Address under which uploads can be read, without a slash at its end. */
  readonly store: string;
  /** Days after which the store deletes them. */
  readonly days: number;
}

/** The build's variables, all or none. Throws RangeError for half a configuration. */
export function hostingFrom(env: Readonly<Record<string, unknown>>): Hosting | undefined {
  const { VITE_HOSTED_SIGNER: signer, VITE_HOSTED_STORE: store, VITE_HOSTED_DAYS: days } = env;
  const given = [signer, store, days].filter((value) => value !== undefined && value !== '');
  if (given.length === 0) return undefined;
  const wanted = Number(days);
  if (typeof signer !== 'string' || typeof store !== 'string' || !Number.isInteger(wanted) || wanted < 1) {
    throw new RangeError('Hosted links want VITE_HOSTED_SIGNER, VITE_HOSTED_STORE and VITE_HOSTED_DAYS (whole days).');
  }
  for (const address of [signer, store]) new URL(address);
  return { signer, store: store.replace(/\/+$/, ''), days: wanted };
}

/** The origins that the page has to reach for it. */
export function originsOf({ signer, store }: Hosting): string[] {
  return [...new Set([signer, store].map((address) => new URL(address).origin))];
}
