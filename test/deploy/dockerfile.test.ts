import { access, readFile } from 'node:fs/promises';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { repository } from './compose.ts';

const read = (file: string) => readFile(new URL(file, repository), 'utf8');

test('the Dockerfile has no problem that its linter knows', async () => {
  expect(validate(await read('Dockerfile'))).toEqual([]);
});

test('what the Dockerfile copies is in the repository and in the build context', async () => {
  const [dockerfile, ignore] = await Promise.all([read('Dockerfile'), read('.dockerignore')]);
  const context = ignore.split('\n').flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  expect(copied.length).toBeGreaterThan(5);
  for (const source of new Set(copied)) {
    await access(new URL(source, repository));
    expect(context).toContain(source);
  }
});

test('the image runs the Node that the project is developed with, as another user than root', async () => {
  const dockerfile = await read('Dockerfile');
  const version = (await read('.node-version')).trim();
  expect(dockerfile).toContain(`FROM node:${version}-`);
  const [runtime = ''] = dockerfile.split('FROM runtime AS containment');
  expect(runtime.trimEnd().split('\n')).toContain('USER node');
});
