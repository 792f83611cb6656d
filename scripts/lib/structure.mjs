/**
 * Who may import whom in `src/`. ESLint reports a wrong import where it stands; `npm run check:structure` also sees dynamic
 * imports and circles. Both read this table.
 *
 * The direction: pages -> app -> state -> engine, media, share, library, player -> model -> sampler -> timing -> dsp. Types count.
 */

const GROUND = ['errors', 'notices', 'streams', 'serial-queue'];

/**
 * What a folder, or a file beside the folders, may import of `src/` apart from itself, and what to do otherwise.
 * @type {Record<string, { may: readonly string[], cure: string }>}
 */
export const PARTS = {
  errors: { may: [], cure: 'Everything imports it, so it imports nothing.' },
  streams: { may: [], cure: 'It knows bytes and nothing of the app.' },
  'serial-queue': { may: ['errors'], cure: 'It knows tasks and nothing of the app.' },
  notices: { may: ['errors'], cure: 'Everything imports it, so it imports next to nothing.' },
  offline: { may: [], cure: 'The service worker is built and loaded alone: keep it free of the app.' },
  dsp: {
    may: GROUND,
    cure: 'It knows samples and frames only: hand it numbers, or move what needs more to its caller.',
  },
  timing: {
    may: ['dsp', ...GROUND],
    cure: 'It is pure: hits, levels and label files. Pass in what comes from the pack or from a person.',
  },
  sampler: {
    may: ['timing', 'dsp', ...GROUND],
    cure: 'It is pure mathematics: pass in what comes from the pack or from a network.',
  },
  model: {
    may: ['sampler', 'timing', 'dsp', ...GROUND],
    cure: 'It knows the pack only: what runs or decodes belongs to the engine or media.',
  },
  library: {
    may: ['timing', 'dsp', ...GROUND],
    cure: 'It stores what it is given: describe that in library/schema.ts.',
  },
  player: {
    may: ['dsp', ...GROUND],
    cure: 'It plays what it is given: pass the sound and the picture in from the state.',
  },
  media: {
    may: ['model', 'dsp', ...GROUND],
    cure: 'It knows files only: let the state or the share pass in what it has to know.',
  },
  engine: {
    may: ['model', 'sampler', 'timing', 'dsp', ...GROUND],
    cure: 'It runs in a worker of its own: send it what it needs in a request of engine/protocol.ts.',
  },
  share: {
    may: ['engine', 'media', 'model', 'timing', 'dsp', ...GROUND],
    cure: 'A link is made of values: let the state pass them in.',
  },
  text: { may: ['model', ...GROUND], cure: 'Texts are given values to tell of: pass them as parameters.' },
  state: {
    may: ['share', 'library', 'player', 'engine', 'media', 'model', 'sampler', 'timing', 'dsp', ...GROUND],
    cure: 'It runs without a page: what shows something belongs to src/app, which calls the state.',
  },
  app: {
    may: [
      ...[
        'state',
        'text',
        'offline',
        'share',
        'library',
        'player',
        'engine',
        'media',
        'model',
        'sampler',
        'timing',
        'dsp',
      ],
      ...GROUND,
    ],
    cure: 'Pages put the app together and import it, never the reverse.',
  },
};

/**
 * The only files of a folder that others import.
 * @type {Record<string, { files: readonly string[], cure: string }>}
 */
export const DOORS = {
  engine: {
    files: ['protocol', 'client', 'eyes-client'],
    cure: 'The rest of the engine runs in its worker: talk to it through engine/protocol.ts, client.ts and eyes-client.ts.',
  },
};

/**
 * Packages that only some parts know; `pages` are the files `src/*.tsx`.
 * @type {readonly { packages: readonly string[], homes: readonly string[], cure: string }[]}
 */
export const PACKAGES = [
  { packages: ['react', 'react-dom', 'react-dropzone'], homes: ['app', 'pages'], cure: 'React stays in src/app.' },
  { packages: ['onnxruntime-web'], homes: ['engine'], cure: 'ONNX Runtime stays in src/engine.' },
  { packages: ['@ffmpeg/ffmpeg', '@ffmpeg/core'], homes: ['media'], cure: 'ffmpeg stays in src/media.' },
  { packages: ['mediabunny'], homes: ['media'], cure: 'Media files are read and written in src/media.' },
  {
    packages: ['zustand'],
    homes: ['state', 'app'],
    cure: 'Stores are in src/state, those of the page alone in src/app.',
  },
];

/** @param {string} part */
const home = (part) => (part === 'pages' ? 'src/[^/]+\\.tsx$' : `src/${part}(?:/|\\.ts$)`);

/** @param {string} part @returns {string} */
function directionOf(part) {
  const { may, cure } = /** @type {{ may: readonly string[], cure: string }} */ (PARTS[part]);
  const allowed = may.length > 0 ? `may import only ${may.join(', ')} of src/` : 'may import nothing else of src/';
  return `src/${part} ${allowed}. ${cure}`;
}

/** Folders are this deep at most, counted from `src/`. */
const DEEPEST = 3;

/**
 * `no-restricted-imports` for every part, one entry for each depth: that is how many `../` lead back to `src/`.
 * @returns {import('eslint').Linter.Config[]}
 */
export function lintRules() {
  const parts = Object.entries(PARTS).flatMap(([part, { may }]) =>
    Array.from({ length: DEEPEST }, (_, index) => index + 1).map((depth) => {
      const allowed = [...may, part].join('|');
      return {
        files: [`src/${part}/${'*/'.repeat(depth - 1)}*.{ts,tsx}`],
        rules: restricted(part, `^(?:\\.\\./){${depth}}`, `(?!\\.\\./|(?:${allowed})(?:/|\\.ts$))`),
      };
    }),
  );
  const files = Object.entries(PARTS).map(([part, { may }]) => ({
    files: [`src/${part}.ts`],
    rules: restricted(part, '^\\./', `(?!(?:${may.join('|')})\\.ts$)`),
  }));
  return [...parts, ...files, { files: ['src/*.tsx'], rules: restricted('pages', '^\\./', undefined) }];
}

/**
 * @param {string} part
 * @param {string} toSource how a specifier leads to `src/`
 * @param {string | undefined} forbidden what must not follow
 * @returns {import('eslint').Linter.RulesRecord}
 */
function restricted(part, toSource, forbidden) {
  const doors = Object.entries(DOORS)
    .filter(([folder]) => folder !== part)
    .map(([folder, { files, cure }]) => ({
      regex: `${toSource}${folder}/(?!(?:${files.join('|')})\\.ts$)`,
      message: cure,
    }));
  const packages = PACKAGES.filter(({ homes }) => !homes.includes(part)).map(({ packages: names, cure }) => ({
    regex: `^(?:${names.join('|')})(?:/|$)`,
    message: cure,
  }));
  const direction = forbidden ? [{ regex: toSource + forbidden, message: directionOf(part) }] : [];
  return { 'no-restricted-imports': ['error', { patterns: [...direction, ...doors, ...packages] }] };
}

/**
 * The same for dependency-cruiser, and that nothing goes in circles.
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
export function cruiserRules() {
  const known = Object.keys(PARTS).map(home);
  return [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files import each other in a circle: move what both need into a file that neither of them is.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'in-the-table',
      severity: 'error',
      comment: 'Say in scripts/lib/structure.mjs what this folder or file may import.',
      from: { path: '^src/', pathNot: [...[...known, home('pages')].map((path) => `^${path}`), '\\.test\\.ts$'] },
      to: {},
    },
    ...Object.entries(PARTS).map(([part, { may }]) => ({
      name: `direction-of-${part}`,
      severity: /** @type {const} */ ('error'),
      comment: directionOf(part),
      from: { path: `^${home(part)}` },
      to: { path: '^src/', pathNot: [part, ...may].map((path) => `^${home(path)}`) },
    })),
    ...Object.entries(DOORS).map(([folder, { files, cure }]) => ({
      name: `door-of-${folder}`,
      severity: /** @type {const} */ ('error'),
      comment: cure,
      from: { path: '^src/', pathNot: `^${home(folder)}` },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/(?:${files.join('|')})\\.ts$` },
    })),
    ...PACKAGES.map(({ packages, homes, cure }) => ({
      name: `home-of-${packages[0]}`,
      severity: /** @type {const} */ ('error'),
      comment: cure,
      from: { path: '^src/', pathNot: homes.map((part) => `^${home(part)}`) },
      to: { path: `^(?:node_modules/)?(?:@types/)?(?:${packages.join('|')})(?:/|$)` },
    })),
  ];
}
