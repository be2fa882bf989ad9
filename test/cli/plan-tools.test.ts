import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, temporaryFolder } from './command-line.ts';

const shipped = join(import.meta.dirname, '../../response-plan');

describe('plan explain', () => {
  it('prints a Mermaid flowchart', async () => {
    const { exitCode, stdout } = await run(['plan', 'explain', 'brute-force', '--plan', shipped]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^flowchart TD\n/);
    expect(stdout).toContain('block#95;ip');
  });

  it('writes an SVG', async () => {
    const file = join(await temporaryFolder(), 'p.svg');
    const { exitCode, stdout } = await run(['plan', 'explain', 'service-down', '--plan', shipped, '--svg', file]);
    expect([exitCode, stdout]).toEqual([0, `Wrote ${file}.\n`]);
    expect(await readFile(file, 'utf8')).toMatch(/^<svg .*restart_service.*<\/svg>\n$/s);
  });

  it('names the nearest playbook', async () => {
    const { exitCode, stderr } = await run(['plan', 'explain', 'brute-forse', '--plan', shipped]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('There is no playbook brute-forse: did you mean brute-force?'),
    ]);
  });
});

describe('plan diff', () => {
  async function changedPlan(change: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(await temporaryFolder(), 'plan');
    await cp(shipped, folder, { recursive: true });
    await change(folder);
    return folder;
  }
  const replaceIn = async (file: string, from: string, to: string): Promise<void> => {
    const text = await readFile(file, 'utf8');
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
  };
  const bruteForce = {
    title: 'Many failed sign-ins',
    labels: { kind: 'brute_force' },
    startsAt: '2026-03-01T10:00:00Z',
    status: 'firing',
    entities: [{ kind: 'ip', value: '203.0.113.7' }],
  };
  async function alertsFile(): Promise<string> {
    const file = join(await temporaryFolder(), 'alerts.ndjson');
    await writeFile(file, `${JSON.stringify(bruteForce)}\n`);
    return file;
  }

  it('finds no difference between a plan and itself in other words, over the samples of every source', async () => {
    const other = await changedPlan((folder) =>
      replaceIn(join(folder, 'playbooks/brute-force.yaml'), 'Block the source addresses', 'Shut them out'),
    );
    const { exitCode, stdout } = await run(['plan', 'diff', shipped, other, '--exit-code']);
    expect(stdout).toMatch(/^\d+ incidents of \d+ alerts: (\d+) the same, 0 different\n$/);
    expect(exitCode).toBe(0);
  });

  it('says which step, approver and severity would be another, and ends with 1 where that is asked for', async () => {
    const other = await changedPlan(async (folder) => {
      await replaceIn(join(folder, 'playbooks/brute-force.yaml'), 'hold: 1h', 'hold: 2h');
      await replaceIn(join(folder, 'playbooks/brute-force.yaml'), 'level: approve', 'level: suggest');
      await replaceIn(join(folder, 'rules.yaml'), 'severity: high', 'severity: low');
    });
    const args = ['plan', 'diff', shipped, other, '--alerts', await alertsFile()];
    const { exitCode, stdout } = await run([...args, '--exit-code']);
    expect(stdout).toContain('severity: high → low');
    expect(stdout).toMatch(/step \S+ holdMs: 3600000 → 7200000/);
    expect(stdout).toMatch(/step \S+ level: approve → suggest/);
    expect(stdout).toContain('1 incident of 1 alert: 0 the same, 1 different');
    expect(exitCode).toBe(1);
    expect((await run(args)).exitCode).toBe(0);
    const { changed } = JSON.parse((await run([...args, '--json'])).stdout);
    expect(changed[0].differences).toContainEqual({ aspect: 'severity', path: '', before: 'high', after: 'low' });
  });

  it('names the line of a file that is no alert', async () => {
    const file = await alertsFile();
    await writeFile(file, `${JSON.stringify(bruteForce)}\n{"title": 5}\n`);
    const { exitCode, stderr } = await run(['plan', 'diff', shipped, shipped, '--alerts', file]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('line 2')]);
  });
});
