import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createProject, runScript, touch, write } from './project.ts';

const start = 'scripts/start.js';

test('start runs `up` with the arguments, passes its exit code on, and is quiet when nothing is to be done', async () => {
  const root = await createProject('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
  const { exitCode, stdout, stderr } = runScript(root, start, ['--json', 'a b']);
  expect(await exitCode).toBe(7);
  expect(stdout()).toBe('["up","--json","a b"]\n');
  expect(stderr()).toBe('');
});

test('Ctrl-C, which comes from the terminal and from npm, reaches the server once; a later one reaches it again', async () => {
  const root = await createProject(`
    let count = 0;
    process.on('SIGINT', () => { count += 1; console.log('signal', count); if (count === 2) process.exit(3); });
    setInterval(() => {}, 1000);
    console.log('up');
  `);
  const { child, exitCode, stdout } = runScript(root, start);
  await expect.poll(stdout).toBe('up\n');
  child.kill('SIGINT');
  await sleep(50);
  child.kill('SIGINT');
  await sleep(1_100);
  expect(stdout()).toBe('up\nsignal 1\n');
  child.kill('SIGINT');
  expect(await exitCode).toBe(3);
});

test('a server that a signal ends gives the exit code that a shell would', async () => {
  const root = await createProject("process.kill(process.pid, 'SIGKILL');");
  expect(await runScript(root, start).exitCode).toBe(128 + 9);
});

test('the console is built anew when one of its sources is newer', async () => {
  const root = await createProject("console.log('up');");
  await touch(root, 'src/console/index.html');
  const { exitCode, stderr } = runScript(root, start);
  expect(await exitCode).toBe(0);
  expect(stderr()).toBe('Building the web console.\n');
  expect(await readFile(join(root, 'src/console/dist/index.html'), 'utf8')).toContain('<title>The console</title>');
});

test('a console that cannot be built says why, and nothing is started', async () => {
  const root = await createProject("console.log('up');");
  await write(root, 'src/console/index.html', '<script type="module" src="./missing.ts"></script>');
  await touch(root, 'src/console/index.html');
  const { exitCode, stdout, stderr } = runScript(root, start);
  expect(await exitCode).toBe(1);
  expect(stderr()).toMatch(/^Building the web console\.\nThe web console could not be built:\n[\s\S]*missing\.ts/);
  expect(stdout()).toBe('');
});

test.for([
  ['nothing is installed', async (root: string) => rm(join(root, 'node_modules/.package-lock.json'))],
  [
    'another version is installed',
    async (root: string) =>
      write(root, 'node_modules/.package-lock.json', '{"packages": {"node_modules/vite": {"version": "7.0.0"}}}'),
  ],
] as const)('npm ci runs when %s, and its failure ends the start', async ([, change]) => {
  const root = await createProject("console.log('up');");
  await change(root);
  // The lock asks for a package that package.json does not have: npm refuses before it touches anything.
  await write(root, 'package.json', '{"name": "small", "type": "module", "dependencies": {"vite": "9.9.9"}}');
  const { exitCode, stdout, stderr } = runScript(root, start);
  expect(await exitCode).toBe(1);
  expect(stderr()).toMatch(/^Installing dependencies \(npm ci\)/);
  expect(stderr()).toMatch(/npm ci failed with exit code 1: see its output above\.\n$/);
  expect(stdout()).toBe('');
});

test('packages that only development needs may be missing for a run, and optional ones of other platforms too', async () => {
  const root = await createProject("console.log('up');");
  const entry = (flags: object) => ({ version: '1.0.0', ...flags });
  const packages = { 'node_modules/a': entry({ dev: true }), 'node_modules/b': entry({ optional: true }) };
  await write(root, 'package-lock.json', JSON.stringify({ packages: { '': {}, ...packages } }));
  await touch(root, 'src/console/dist/index.html');
  expect(await runScript(root, start).exitCode).toBe(0);
});
