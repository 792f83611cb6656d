/** Installs what a fresh machine lacks. Plain Node: it runs before any dependency is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, ROOT, run } from './run.mjs';

/** Runs `npm ci` if node_modules is missing or differs from the lock file. */
export async function installPackages() {
  if (packagesMatchLock()) return;
  console.log('Installing packages (npm ci) ...');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
}

function packagesMatchLock() {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  /** @type {(path: string) => Record<string, { version?: string, optional?: boolean }>} */
  const read = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const there = read(installed);
  return Object.entries(read(join(ROOT, 'package-lock.json'))).every(([name, { version, optional }]) => {
    // Optional packages of other platforms are not installed.
    if (name === '' || (optional && !(name in there))) return true;
    return there[name]?.version === version;
  });
}

/** Installs Debian packages for missing commands. Needs root. */
export async function installSystemPackages(/** @type {readonly string[]} */ names) {
  if (names.length === 0) return;
  if (!onPath('apt-get'))
    throw new Error(`This machine lacks ${names.join(', ')}. Install what is missing and try again.`);
  console.log(`Installing ${names.join(', ')} (apt-get) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
}

export const VENV_PYTHON = join(ROOT, '.venv/bin/python');
const REQUIREMENTS = join(ROOT, 'training/requirements.txt');

/** The Python environment of training/, at .venv, with the pinned packages. */
export async function installPython() {
  if (!existsSync(VENV_PYTHON)) {
    const python = process.env.PYTHON ?? 'python3';
    console.log(`Creating the Python environment (${python} -m venv .venv) ...`);
    try {
      await run(python, ['-m', 'venv', join(ROOT, '.venv')]);
    } catch {
      // Debian keeps ensurepip in a package of its own.
      await installSystemPackages(['python3-venv']);
      await run(python, ['-m', 'venv', '--clear', join(ROOT, '.venv')]);
    }
  }
  if (await pythonMatchesPins()) return;
  console.log('Installing the Python packages for training/ ...');
  await run(VENV_PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
  try {
    await run(VENV_PYTHON, ['-c', 'import skia']);
  } catch {
    // Skia's wheel is linked to these, though it draws without a GPU.
    await installSystemPackages(['libgl1', 'libegl1']);
  }
}

async function pythonMatchesPins() {
  const pins = readFileSync(REQUIREMENTS, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.includes('=='));
  // A local build tag ("2.13.0+cpu") is the same version.
  const check = `
import sys, importlib.metadata as m
for pin in sys.argv[1:]:
    name, version = pin.split("==")
    if m.version(name).split("+")[0] != version: sys.exit(1)
`;
  try {
    await run(VENV_PYTHON, ['-c', check, ...pins], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
