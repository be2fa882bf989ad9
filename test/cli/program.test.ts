import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openCli } from '../../src/cli/cli.ts';
import { allCommands, buildProgram, pathOf } from '../../src/cli/program.ts';
import { capture, run } from './command-line.ts';

const program = buildProgram(
  openCli({ stdout: capture().stream, stderr: capture().stream, signals: new EventEmitter(), environment: {} }),
);
const leaves = allCommands(program).filter(({ commands }) => commands.length === 0);

test.each(leaves.map((command) => [pathOf(command)]))('%s takes --json and has an example', async (path) => {
  const { stdout, exitCode } = await run([...path.split(' '), '--help']);

  expect(exitCode).toBe(0);
  expect(stdout).toContain('--json');
  expect(stdout).toMatch(new RegExp(`Examples?:\n(  .*\n)*  \\$ (\\S+=\\S+ )*firebreak ${path}`));
});

test('docs/cli.md has every command, and no other', async () => {
  const docs = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');

  const documented = [...docs.matchAll(/^\| `([a-z](?:[a-z ]|-(?=[a-z]))*?)(?: [[<-].*?)?` \|/gm)].map(
    ([, path]) => path,
  );

  expect(documented.toSorted()).toEqual(leaves.map(pathOf).toSorted());
});

test('The help names every group of readers, what to do first, and the exit codes', async () => {
  const { stdout, exitCode } = await run([]);

  expect(exitCode).toBe(0);
  for (const part of [
    'Answer incidents:',
    'Connect tools:',
    'Run Firebreak:',
    'Administer:',
    'Start here:',
    'Exit codes',
  ]) {
    expect(stdout).toContain(part);
  }
});

test('A wrong word gets the nearest one, exit code 2 and the way to the help', async () => {
  const command = await run(['incidents', 'lst']);
  const option = await run(['incidents', 'list', '--opne']);

  expect(command).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: "error: unknown command 'lst'\n(Did you mean list?)\nSee: firebreak incidents --help\n",
  });
  expect(option.exitCode).toBe(2);
  expect(option.stderr).toContain('(Did you mean --open?)\nSee: firebreak incidents list --help');
});

test('Wrong usage with --json is JSON on stderr', async () => {
  const { exitCode, stdout, stderr } = await run(['incidents', 'dismiss', 'x', '--json']);

  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr)).toEqual({
    error: { code: 'usage_error', message: "required option '--as <disposition>' not specified" },
  });
});

test('A group without a command prints its help, on stderr, as wrong usage', async () => {
  const { exitCode, stdout, stderr } = await run(['approvals']);

  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('Usage: firebreak approvals');
});

test('Help that is asked for is no failure', async () => {
  for (const args of [['help', 'incidents'], ['incidents', '--help'], ['help']]) {
    expect(await run(args)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Usage: '), stderr: '' });
  }
});

test('A process that needs servers of yours says which setting is missing', async () => {
  const { exitCode, stderr } = await run(['worker', '--queue', 'notify'], { environment: {} });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('Set DATABASE_URL and TEMPORAL_ADDRESS');
});

test('The version is that of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));

  expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test('The OpenAPI document is printed as it is', async () => {
  const { stdout } = await run(['openapi']);

  expect(JSON.parse(stdout)).toMatchObject({ openapi: '3.1.0', paths: { '/api/incidents': {} } });
});
