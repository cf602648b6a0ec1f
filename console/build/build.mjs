/**
 * What Maven calls: `node build/build.mjs build OUT` puts the built console into OUT, `node build/build.mjs test`
 * runs its tests. Both install and build only when what they depend on has changed; a hash of it lies beside the result.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const inHome = (...parts) => join(home, ...parts);
const INSTALLS = ['package.json', 'package-lock.json', '.npmrc'];
const BUILDS = [...INSTALLS, 'tsconfig.json', 'vite.config.ts', 'index.html', 'public', 'src'];

function files(path) {
  const entry = inHome(path);
  try {
    return readdirSync(entry, { withFileTypes: true }).flatMap((child) => (child.isDirectory() ? files(join(path, child.name)) : [join(path, child.name)])).sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

function hashOf(paths) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const path of paths.flatMap(files)) hash.update(relative('.', path)).update('\0').update(readFileSync(inHome(path))).update('\0');
  return hash.digest('hex');
}

const stampIs = (file, value) => existsSync(file) && readFileSync(file, 'utf8') === value;

function npm(...parameters) {
  execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', parameters, { cwd: home, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
}

function install() {
  const wanted = hashOf(INSTALLS);
  const stamp = inHome('node_modules', '.gimbal-stamp');
  if (stampIs(stamp, wanted)) return;
  console.log('Console: installing its packages');
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
  writeFileSync(stamp, wanted);
}

function build(out) {
  const wanted = hashOf(BUILDS);
  const stamp = inHome('dist', '.stamp');
  if (!stampIs(stamp, wanted)) {
    install();
    console.log('Console: building');
    npm('run', '--silent', 'build', '--', '--logLevel=warn');
    writeFileSync(stamp, wanted);
  }
  const made = readFileSync(stamp, 'utf8');
  if (stampIs(join(out, '.stamp'), made)) return;
  rmSync(out, { recursive: true, force: true });
  cpSync(inHome('dist'), out, { recursive: true });
}

const [verb, ...rest] = process.argv.slice(2);
try {
  if (verb === 'build') build(rest[0]);
  else if (verb === 'test') {
    install();
    npm('test', '--silent');
  } else throw new Error(`unknown verb ${verb}`);
} catch (error) {
  console.error(`Console: ${verb} failed: ${error.message}`);
  process.exit(1);
}
