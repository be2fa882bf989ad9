// What runs in Temporal's sandbox is evaluated anew for every workflow, and again on every replay: it stays small.

import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';

const allowed = ['@noble', '@temporalio', 'canonicalize', 'long', 'ms', 'nexus-rpc'];

test('workflows bring no library into the sandbox but those that ids and the SDK need', async () => {
  const code = await readFile(inject('workflowBundle'), 'utf8');
  const packages = [...code.matchAll(/^\/\*\*\*\/ "\.\/node_modules\/([^/"]+)/gm)].map(([, name]) => name);
  expect([...new Set(packages)].sort()).toEqual(allowed);
});
