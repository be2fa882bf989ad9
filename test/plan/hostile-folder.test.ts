// Folders and files that nobody writes by accident: each is refused in bounded time, with its reason at its place.

import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../src/plan/load.ts';
import { describeProblem } from '../../src/plan/problem.ts';
import { startCpuTimer } from '../core/plan/cpu-time.ts';
import { goodFiles, planFolder, problemsOf } from './folder.ts';

const longestCpuMs = 8_000;

/** Problems of the good folder after `change`. */
async function problemsAfter(change: (folder: string) => Promise<void> | void): Promise<string[]> {
  await using folder = await planFolder();
  await change(folder.path);
  const cpuMs = startCpuTimer();
  const checked = await checkPlan(folder.path);
  expect(cpuMs()).toBeLessThan(longestCpuMs);
  return checked.ok ? [] : checked.problems.map(describeProblem);
}

const write = (file: string, content: string | Uint8Array) => async (folder: string) => {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
};
const guards = goodFiles['guards.yaml'] ?? '';
const bytes = (...values: number[]): Buffer => Buffer.from(values);

describe('what stands in place of a file', () => {
  it.each<[string, (folder: string) => Promise<void> | void, string]>([
    [
      'a link out of the folder',
      async (folder) => {
        await rm(join(folder, 'guards.yaml'));
        await symlink('/etc/passwd', join(folder, 'guards.yaml'));
      },
      'guards.yaml:1:1: is a link that leads out of the folder: put the file itself there',
    ],
    [
      'a link to a device that never ends',
      async (folder) => {
        await rm(join(folder, 'guards.yaml'));
        await symlink('/dev/zero', join(folder, 'guards.yaml'));
      },
      'guards.yaml:1:1: is a link that leads out of the folder: put the file itself there',
    ],
    [
      'a link to itself',
      async (folder) => {
        await rm(join(folder, 'guards.yaml'));
        await symlink('guards.yaml', join(folder, 'guards.yaml'));
      },
      'guards.yaml:1:1: is a link that leads to itself: put the file itself there',
    ],
    [
      'a pipe that nobody writes to',
      async (folder) => {
        await rm(join(folder, 'guards.yaml'));
        execFileSync('mkfifo', [join(folder, 'guards.yaml')]);
      },
      'guards.yaml:1:1: is no file: put a YAML file there',
    ],
    [
      'a folder',
      async (folder) => {
        await rm(join(folder, 'guards.yaml'));
        await mkdir(join(folder, 'guards.yaml'));
      },
      'guards.yaml:1:1: is no file: put a YAML file there',
    ],
    [
      'a folder called like a playbook',
      async (folder) => void (await mkdir(join(folder, 'playbooks/x.yaml'))),
      'playbooks/x.yaml:1:1: is no file: put a YAML file there',
    ],
    [
      'a playbook too deep',
      write('playbooks/security/x.yaml', 'name: x\ntitle: X\n'),
      'playbooks/security/x.yaml:1:1: nothing reads this file',
    ],
    [
      'another ending',
      write('guards.yml', guards),
      'guards.yml:1:1: nothing reads this file; did you mean "guards.yaml"?',
    ],
    [
      'a name that is none of a playbook',
      write('playbooks/a\nb \u001b[31m.yaml', 'name: block\ntitle: X\n'),
      'name: is "block": name the file block.yaml, or the other way round',
    ],
  ])('%s is refused', async (_what, change, problem) => {
    expect((await problemsAfter(change)).join('\n')).toContain(problem);
  });

  it('a link inside the folder is a file like any other, as Kubernetes mounts them', async () => {
    const problems = await problemsAfter(async (folder) => {
      await mkdir(join(folder, '..data'));
      await rename(join(folder, 'guards.yaml'), join(folder, '..data/guards.yaml'));
      await symlink('..data/guards.yaml', join(folder, 'guards.yaml'));
    });
    expect(problems).toEqual([]);
  });

  it('what other tools keep in the repository is no business of the plan', async () => {
    const problems = await problemsAfter(async (folder) => {
      await write('.github/workflows/check.yaml', 'on: push\n')(folder);
      await write('tests/good-path.yaml', 'anything: 1\n')(folder);
      await write('README.md', 'Ours\n')(folder);
      await symlink('..', join(folder, 'around'));
    });
    expect(problems).toEqual([]);
  });

  it('no folder at all, and a folder of very many files, are told in one line', async () => {
    const missing = await checkPlan('/nonexistent/plan');
    expect(missing.ok ? [] : missing.problems[0]?.message).toMatch(/^is not there: create it/);
    const problems = await problemsAfter(async (folder) => {
      for (let n = 0; n < 5_100; n += 1) await writeFile(join(folder, `${n}.txt`), '');
    });
    expect(problems).toEqual(['.:1:1: has more than 5000 entries: keep only the plan in it']);
  });

  it('very many large files are not all taken in', async () => {
    const problems = await problemsAfter(async (folder) => {
      const long = `runbook: ${'x'.repeat(19_000)}\n`;
      for (let n = 0; n < 300; n += 1) {
        await writeFile(join(folder, `playbooks/p${n}.yaml`), `name: p${n}\ntitle: P\n${long}`);
      }
    });
    expect(problems.join('\n')).toMatch(/the plan has more than 4194304 characters with this file/);
  });
});

describe('flows', () => {
  it('very many steps that look at each other are checked in bounded time', async () => {
    const step = (n: number): string => `{id: s${n}, set: {v: '= steps.x${n}.result'}}`;
    const branch = (from: number): string =>
      `{steps: [${Array.from({ length: 50 }, (_, n) => step(from + n)).join(',')}]}`;
    const lists = (from: number): string =>
      `{id: p${from}, parallel: [${Array.from({ length: 5 }, (_, n) => branch(from + n * 50)).join(',')}]}`;
    const all = Array.from({ length: 20 }, (_, n) => lists(n * 250)).join(',');
    const problems = await problemsAfter(write('playbooks/many.yaml', `name: many\ntitle: Many\ncontain: [${all}]\n`));
    expect(problems).toHaveLength(5_000);
    expect(problems[0]).toContain('there is no step "x0" before this one');
  });
});

describe('what stands in a file', () => {
  it.each<[string, string | Uint8Array, string | RegExp]>([
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('protected: {}\nlongest: "'), bytes(0xff, 0x22)]),
      'guards.yaml:2:11: the byte 0xff is not UTF-8: save the file as UTF-8',
    ],
    ['UTF-16', Buffer.from('\ufeffprotected: {}', 'utf16le'), 'guards.yaml:1:1: the byte 0xff is not UTF-8'],
    ['a character that is cut off', Buffer.concat([Buffer.from('a: '), bytes(0xc3)]), 'guards.yaml:1:4: the byte 0xc3'],
    [
      'tabs',
      'protected:\n\tcidrs: []\n',
      'guards.yaml:2:1: not YAML that can be read: Tabs are not allowed as indentation',
    ],
    ['a key that is a list', `${guards}? [a, b]\n: 1\n`, /guards\.yaml:4:3: not YAML that can be read: .*keys/i],
    ['a key that is a number', `${guards}7: 1\n`, /guards\.yaml:4:1.* "?7"?/],
    ['a key that is nothing', `${guards}: 1\n`, /guards\.yaml:4:1/],
    ['a merge key', `${guards}<<: { longest_hold: 9d }\n`, 'guards.yaml:4:1 <<: there is no key "<<" here'],
    ['a merge of an alias', `${guards}<<: *x\n`, 'guards.yaml:4:5'],
    [
      'a time',
      guards.replace('1d', '2026-01-01T00:00:00Z'),
      'guards.yaml:3:15 longest_hold: is "2026-01-01T00:00:00Z"',
    ],
    ['an octal number', guards.replace('24', '0o30'), /^$/],
    ['no number', guards.replace('24', '.nan'), 'guards.yaml:2:24 widest_prefix.ipv4'],
    ['a document that ends', `${guards}...\nmore: 1\n`, 'guards.yaml:5:1: the file has several documents'],
    ['an anchor on a key', `&a protected: {}\n`, 'guards.yaml:1:4: anchors are not read here (&a): remove it'],
    ['an alias that nothing defines', `${guards}x: *gone\n`, 'guards.yaml:4:4'],
    ['aliases of aliases', laughs(), /anchors are not read here/],
    ['a very long key', `${guards}${'k'.repeat(100_000)}: 1\n`, /guards\.yaml:4:1/],
    ['a very long number', `${guards}x: ${'9'.repeat(100_000)}\n`, 'there is no key "x" here'],
    ['very many comments', `${'# x\n'.repeat(60_000)}${guards}`, /^$/],
    ['a text over many lines', `x: |\n${' y\n'.repeat(60_000)}`, 'there is no key "x" here'],
    ['flow after flow', `x: ${'{},'.repeat(10)}\n`, 'not YAML that can be read'],
    ['very many items', `protected: { hosts: [${'a,'.repeat(60_000)}] }\n`, 'protected.hosts'],
  ])('%s', async (_what, content, expected) => {
    const problems = (await problemsAfter(write('guards.yaml', content))).join('\n').slice(0, 100_000);
    if (typeof expected === 'string') expect(problems).toContain(expected);
    else expect(problems).toMatch(expected);
  });

  it('a byte order mark, which nobody sees, is no part of the text', async () => {
    expect(await problemsAfter(write('guards.yaml', `\ufeff${guards}`))).toEqual([]);
    expect((await problemsAfter(write('guards.yaml', `\ufefflongest_holt: 1d\n`))).join('\n')).toContain(
      'guards.yaml:1:1 longest_holt',
    );
  });
});

describe('expressions', () => {
  const when = (cel: string) =>
    write(
      'rules.yaml',
      (goodFiles['rules.yaml'] ?? '').replace('= labels.kind == "block"', JSON.stringify(`= ${cel}`)),
    );
  it.each<[string, string, RegExp]>([
    ['loops in loops', 'alerts.all(a, alerts.all(b, alerts.all(c, true)))', /costs up to/],
    ['a very deep one', `${'('.repeat(500)}true${')'.repeat(500)}`, /the expression is wrong/],
    ['a very long one', `${'true && '.repeat(240)}true`, /the expression is wrong|write at most/],
    ['a longer one than that', `${'true && '.repeat(5_000)}true`, /write at most 2000 characters/],
    ['a text that doubles', `"${'x'.repeat(100)}"${' + "y"'.repeat(200)} != ""`, /the expression is wrong|^$/],
    ['lists of lists', `${'['.repeat(60)}1${']'.repeat(60)} != []`, /the expression is wrong/],
    ['a pattern that backtracks', 'labels.a.matches("(a+)+$")', /use re2\(\)/],
    ['a pattern from an alert', 'labels.a.re2(labels.b)', /re2\(\) takes a pattern that is written out/],
    ['a prototype', 'labels.__proto__ == ""', /^$|the expression is wrong/],
    ['a constructor', 'incident.constructor == ""', /the expression is wrong/],
    ['code', 'process.exit(1)', /calls exit\(\), which is not among the functions/],
    ['nothing', '', /the expression is wrong/],
    ['a comment', '// labels', /the expression is wrong/],
  ])('%s', async (_what, cel, expected) => {
    expect((await problemsAfter(when(cel))).join('\n')).toMatch(expected);
  });
});

/** Each name stands for ten of the one before: a thousand million in the end. */
function laughs(): string {
  const line = (n: number): string => `l${n}: &l${n} [${Array.from({ length: 10 }, () => `*l${n - 1}`).join(', ')}]\n`;
  return `l0: &l0 [ha]\n${Array.from({ length: 9 }, (_, n) => line(n + 1)).join('')}`;
}

describe('a text that is made to be slow', () => {
  const deepest = 24;
  it.each<[string, string, RegExp]>([
    ['nested brackets', `a: ${'['.repeat(200_000)}`, /nested deeper than 24 levels/],
    [
      'nested maps',
      Array.from({ length: 400 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''),
      /nested deeper than 24 levels/,
    ],
    ['nested list items', `${'- '.repeat(60_000)}a\n`, /nested deeper than 24 levels/],
    ['billion laughs', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n`.repeat(1), /anchors are not read here/],
    ['a huge file', `a: "${'x'.repeat(300_000)}"\n`, /at most 262144 are read/],
    ['very many keys', Array.from({ length: 25_000 }, (_, n) => `k${n}: 1\n`).join(''), /there is no key "k0" here/],
    ['the same key very often', 'k: 1\n'.repeat(50_000), /the key "k" is there twice/],
    ['a long line of quotes', `a: ${'"'.repeat(200_000)}`, /not YAML/],
    ['controls', `a: ${'\u0000'.repeat(1_000)}`, /./],
  ])('with %s is refused within bounds', async (_what, text, reason) => {
    const cpuMs = startCpuTimer();
    const problems = await problemsOf({ 'guards.yaml': text });
    expect(problems.join('\n').slice(0, 200_000)).toMatch(reason);
    expect(cpuMs()).toBeLessThan(5_000);
  });

  it(`takes ${deepest} levels, as many as a plan will ever need`, async () => {
    const deep = `${'{a: '.repeat(deepest - 1)}1${'}'.repeat(deepest - 1)}`;
    expect((await problemsOf({ 'guards.yaml': deep })).join('\n')).toContain('there is no key "a" here');
  });
});
