import { defineConfig } from 'vitest/config';

/** As in playwright.config.ts: `short` leaves out what is tagged `long`. */
const set = process.env.TEST_SET ?? 'short';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    environment: 'node',
    // Guards against hanging, for machines many times slower than usual; no test is about them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    tags: [{ name: 'long', description: 'Runs in `npm run test:long`: fuzzing, whole matrices.' }],
    ...(set === 'all' ? {} : { tagsFilter: [set === 'long' ? 'long' : '!long'] }),
  },
});
