import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generic } from '../../src/sources/generic.ts';
import { sources } from '../../src/sources/index.ts';
import { alertsOfBody } from '../support/source-requests.ts';

const page = readFileSync(new URL('../../docs/sources.md', import.meta.url), 'utf8');

test.each([...sources.keys()])('docs/sources.md has a section on %s', (name) => {
  expect(page).toMatch(new RegExp(`^## ${name}$`, 'm'));
});

test('the examples of docs/sources.md are alerts', () => {
  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) {
    expect(alertsOfBody(generic, example, Date.now()).length).toBeGreaterThan(0);
  }
});
