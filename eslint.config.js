import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';

const restrict = (paths) => ({ 'no-restricted-imports': ['error', { patterns: paths }] });
const REACT = { group: ['react', 'react-dom', 'react/*'], message: 'React stays in src/app.' };
const ORT = { group: ['onnxruntime-web', 'onnxruntime-web/*'], message: 'ONNX Runtime stays in src/engine.' };
const FFMPEG = { group: ['@ffmpeg/*'], message: 'ffmpeg stays in src/media.' };

export default ts.config(
  {
    ignores: [
      'dist',
      'node_modules',
      '.venv',
      'public',
      'training',
      'out',
      '.cache',
      'test-results',
      'playwright-report',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/app/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules, ...restrict([ORT, FFMPEG]) },
  },
  { files: ['src/{state,share}/**/*.ts'], rules: restrict([REACT, ORT, FFMPEG]) },
  { files: ['src/{sampler,dsp,model}/**/*.ts'], rules: restrict([REACT, ORT, FFMPEG]) },
  { files: ['src/engine/**/*.ts'], rules: restrict([REACT, FFMPEG]) },
  { files: ['src/media/**/*.ts'], rules: restrict([REACT, ORT]) },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
);
