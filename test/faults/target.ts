// What is acted upon: commands that leave one line for each time that they ran, and a firewall of its own. Both tell by
// themselves what was done to them, whatever Firebreak believes.

import { execFileSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNoNamespaces } from '../actions/network-namespaces.ts';

/** Not idempotent: each run leaves a line. To verify an undo it gets the undo's key, which ends with /undo. */
const script = (log: string) => `#!/bin/sh
key="\${FIREBREAK_KEY%/undo}"
case "$1" in
  apply) echo "apply $key" >> '${log}' ;;
  hang) echo "apply $key" >> '${log}'; sleep 60 ;;
  undo) echo "undo $key" >> '${log}' ;;
  fail) exit 3 ;;
  verify) grep -qxF "apply $key" '${log}' && ! grep -qxF "undo $key" '${log}' ;;
esac
`;

export interface Target {
  /** Variables that make Firebreak act on it. */
  environment: Record<string, string>;
  /** Every run of a command, by its own log. */
  runs(): Promise<{ what: 'apply' | 'undo'; key: string }[]>;
  /** Addresses that the firewall drops now. */
  blocked(): string[];
  remove(): void;
}

export const whyNoFirewall = whyNoNamespaces();

export async function createTarget(dir: string): Promise<Target> {
  const log = join(dir, 'target.log');
  const binary = join(dir, 'target.sh');
  const targetsFile = join(dir, 'targets.yaml');
  await writeFile(log, '');
  await writeFile(binary, script(log));
  await chmod(binary, 0o755);
  const namespace = whyNoFirewall === undefined ? createNamespace() : undefined;
  const invoke = (word: string) => `{ binary: ${binary}, arguments: [${word}] }`;
  await writeFile(
    targetsFile,
    `${namespace === undefined ? '' : `firewall: { table: firebreak, namespace: ${namespace} }\n`}commands:
  notch: { binary: ${binary}, arguments: [apply], verify: ${invoke('verify')}, undo: ${invoke('undo')} }
  # Cut short before it did anything, these two are run again without asking a person.
  mark: { binary: ${binary}, arguments: [apply], verify: ${invoke('verify')}, undo: ${invoke('undo')}, idempotent: true }
  refuse: { binary: ${binary}, arguments: [fail], idempotent: true }
  # Nobody can read back whether these two happened.
  blind: { binary: ${binary}, arguments: [apply] }
  hang: { binary: ${binary}, arguments: [hang], timeoutMs: 400 }
  fail: { binary: ${binary}, arguments: [fail] }
`,
  );
  return {
    environment: { FIREBREAK_TARGETS: targetsFile },
    async runs() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter(Boolean);
      return lines.map((line) => {
        const [what = '', key = ''] = line.split(' ');
        return { what: what as 'apply' | 'undo', key };
      });
    },
    blocked() {
      if (namespace === undefined) return [];
      const text = execFileSync('ip', ['netns', 'exec', namespace, 'nft', 'list', 'ruleset'], { encoding: 'utf8' });
      return [...text.matchAll(/\b203\.0\.113\.\d+\b/g)].map(([address]) => address);
    },
    remove() {
      if (namespace !== undefined) execFileSync('ip', ['netns', 'delete', namespace]);
    },
  };
}

let made = 0;

function createNamespace(): string {
  made += 1;
  const name = `fbt${process.pid}x${made}`;
  execFileSync('ip', ['netns', 'add', name]);
  return name;
}
