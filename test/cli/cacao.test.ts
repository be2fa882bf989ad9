import { access, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, temporaryFolder } from './command-line.ts';

const shipped = join(import.meta.dirname, '../../response-plan');
const cacao = (...args: string[]) => run(['plan', ...args]);

async function exported(name = 'data-loss', plan = shipped): Promise<string> {
  const file = join(await temporaryFolder(), `${name}.json`);
  expect((await cacao('export-cacao', name, '--plan', plan, '--out', file)).stderr).toBe('');
  return file;
}

async function changed(file: string, change: (playbook: Record<string, unknown>) => void): Promise<string> {
  const playbook = JSON.parse(await readFile(file, 'utf8'));
  change(playbook);
  await writeFile(file, JSON.stringify(playbook));
  return file;
}

describe('plan export-cacao and import-cacao', () => {
  async function planWithout(name: string): Promise<string> {
    const plan = join(await temporaryFolder(), 'plan');
    await cp(shipped, plan, { recursive: true });
    await rm(join(plan, `playbooks/${name}.yaml`));
    return plan;
  }

  it('writes a playbook that comes back into a plan, which is right with it; what ran by itself asks now', async () => {
    const plan = await planWithout('data-loss');
    const file = await exported();
    const { exitCode, stdout, stderr } = await cacao('import-cacao', file, '--out', plan);
    const written = join(plan, 'playbooks/data-loss.yaml');
    expect([exitCode, stdout]).toEqual([
      0,
      `Wrote ${written}.\n${plan} is right with it. It is used once a rule of rules.yaml names it.\n`,
    ]);
    expect(stderr).toContain('ran by itself (auto): it now asks for approval');
    expect(await readFile(written, 'utf8')).toContain('# Check: step');
    expect((await cacao('check', plan)).exitCode).toBe(0);
    const again = await cacao('import-cacao', file, '--out', plan);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('exists already')]);
  });

  it('tells what plan check finds in the plan with it, and ends with 1', async () => {
    const plan = await planWithout('data-loss');
    await rm(join(plan, 'modules'), { recursive: true });
    const file = await exported('malware');
    await rm(join(plan, 'playbooks/malware.yaml'));
    const { exitCode, stdout } = await cacao('import-cacao', file, '--out', plan);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^playbooks\/malware\.yaml:\d+:\d+ contain.*: there is no module /m);
    expect(stdout).toMatch(/has \d+ problems with it\.\n$/);
    await rm(join(plan, 'playbooks/malware.yaml'));
    const { check } = JSON.parse((await cacao('import-cacao', file, '--out', plan, '--json')).stdout);
    expect(check).toEqual({
      ok: false,
      warnings: [],
      problems: expect.arrayContaining([expect.stringContaining('there is no module')]),
    });
  });

  it('keeps the levels of an export that is trusted, and not of one whose levels were forged', async () => {
    const file = await exported();
    const level = async () => {
      const { playbook, warnings } = JSON.parse((await cacao('import-cacao', file, '--keep-levels', '--json')).stdout);
      return { text: JSON.stringify(playbook), warnings };
    };
    const kept = await level();
    expect(kept).toEqual({ text: expect.stringContaining('"level":"auto"'), warnings: [] });
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('"level": "approve"', '"level": "auto"'));
    const { text, warnings } = await level();
    expect(text).not.toContain('"level"');
    expect(warnings[0]).toMatch(/^it was exported from Firebreak, but the playbook in its extension is not what/);
  });

  it('exports nothing that would break the schemas', async () => {
    const plan = join(await temporaryFolder(), 'plan');
    await cp(shipped, plan, { recursive: true });
    const written = 'name: odd\ntitle: Odd\ncontain:\n  - id: note\n    set: { constructor: 1 }\n';
    await writeFile(join(plan, 'playbooks/odd.yaml'), written);
    const file = join(plan, 'odd.json');
    const { exitCode, stdout, stderr } = await cacao('export-cacao', 'odd', '--plan', plan, '--out', file);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('odd cannot be said in CACAO 2.0, nothing is written:');
    expect(stderr).toMatch(/^\/playbook_extensions\/.*\/set\/constructor: found a property that is not defined here/m);
    await expect(access(file)).rejects.toThrow('ENOENT');
  });
});

describe('plan import-cacao of a file that breaks the schemas', () => {
  const broken = async () =>
    changed(await exported(), (playbook) => {
      playbook.priority = 200;
      playbook['colour\u001b[31m'] = 'red';
    });

  it('tells each violation, what is tolerated and why, and reads nothing', async () => {
    const folder = await temporaryFolder();
    const file = await broken();
    const { exitCode, stdout, stderr } = await cacao('import-cacao', file, '--out', folder);
    expect([exitCode, stdout]).toEqual([1, `${file} breaks CACAO 2.0 in 2 places: nothing is imported.\n`]);
    expect(stderr).toContain('error: /priority: found 200, expected 100 or less\n');
    expect(stderr).toMatch(/^error: \/colour\[31m: found a property that is not defined here, expected only type, /m);
    expect(stderr).toMatch(/^tolerated: \/workflow\/.*\/command.*: the official schema of commands is closed without/m);
    await expect(access(join(folder, 'playbooks'))).rejects.toThrow('ENOENT');
    const { errors, tolerated } = JSON.parse((await cacao('import-cacao', file, '--json')).stdout);
    expect(errors).toContainEqual({ pointer: '/priority', found: '200', expected: '100 or less' });
    expect(tolerated.length).toBeGreaterThan(0);
  });

  it('reads it all the same where that is asked for, with each violation as a warning in the file', async () => {
    const { exitCode, stdout } = await cacao('import-cacao', await broken(), '--allow-violations');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('# Check: breaks CACAO 2.0: /priority: found 200, expected 100 or less\n');
    expect(stdout).toContain('name: data-loss\n');
  });

  it('never repeats more than a hundred of them', async () => {
    const file = await changed(await exported(), (playbook) => {
      for (let n = 0; n < 150; n += 1) playbook[`x${n}`] = n;
    });
    const { stderr } = await cacao('import-cacao', file);
    expect(stderr.match(/^error: /gm)).toHaveLength(101);
    expect(stderr).toContain('error: and 50 more\n');
  });
});

describe('plan import-cacao of what is no playbook', () => {
  const of = async (text: string) => {
    const file = join(await temporaryFolder(), 'x.json');
    await writeFile(file, text);
    return cacao('import-cacao', file, '--allow-violations');
  };

  it.each([
    ['a text', '"x', 'is no JSON'],
    ['an empty object', '{}', '/workflow_start: '],
    ['one that is too large', ' '.repeat(1024 * 1024 + 1), 'at most 1048576 are read'],
    ['one that is too deep', `{"workflow":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'at most 100 levels'],
  ])('refuses %s', async (_, text, message) => {
    const { exitCode, stderr } = await of(text);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
