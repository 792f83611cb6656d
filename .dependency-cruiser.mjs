/** `npm run check:structure`: circles and forbidden directions among the files of `src/`; types count as much as values. */
import { cruiserRules } from './scripts/lib/structure.mjs';

export default {
  forbidden: cruiserRules(),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.app.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.css$' },
  },
};
