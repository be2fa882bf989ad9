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

  it('shows which alerts would be together, and which withheld from incidents by what', async () => {
    const alert = (name: string, from: string, labels: object, until?: string) => ({
      ...{ title: `Disk full on ${name}`, fingerprint: name, groupKey: name, labels: { host: name, ...labels } },
      ...{ startsAt: `2026-03-01T${from}:00Z`, status: until === undefined ? 'firing' : 'resolved' },
      ...(until !== undefined && { endsAt: `2026-03-01T${until}:00Z` }),
    });
    const file = join(await temporaryFolder(), 'alerts.ndjson');
    const alerts = [
      alert('a', '10:00', { rack: '1' }, '12:00'),
      alert('b', '10:05', { rack: '1' }, '12:00'),
      alert('c', '10:10', { rack: '2' }, '12:00'),
      alert('d', '10:15', { kind: 'backup' }, '10:20'),
      alert('e', '10:16', { kind: 'backup' }, '11:30'),
      alert('f', '10:30', { other: 'x' }),
    ];
    await writeFile(file, alerts.map((one) => JSON.stringify(one)).join('\n'));
    const other = await changedPlan(async (folder) => {
      const rules = join(folder, 'rules.yaml');
      const more = `groups:
  - { name: racks, match: ['rack=~".+"'], group_by: [rack] }
maintenance:
  - name: backups
    reason: They run
    owner: platform
    match: [kind="backup"]
    from: 2026-03-01T10:00:00Z
    until: 2026-03-01T11:00:00Z
`;
      await writeFile(rules, `${await readFile(rules, 'utf8')}\n${more}`);
    });
    const args = ['plan', 'diff', shipped, other, '--alerts', file, '--exit-code'];
    const { exitCode, stdout } = await run(args);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'Disk full on a, Disk full on b (history, 2026-03-01T10:00:00.000Z)\n  2 alerts: 2 incidents → 1 incident\n',
    );
    expect(stdout).toContain(
      '  1 alert: 1 incident → 1 incident; 1 withheld, maintenance: backups (1 released later)\n',
    );
    expect(stdout).toMatch(/\n6 incidents of 6 alerts: 2 the same, 4 different\n$/);
    const { regrouped, same, differs } = JSON.parse((await run([...args, '--json'])).stdout);
    expect([differs, same, regrouped.length]).toEqual([true, 2, 3]);
    expect(regrouped[1].after).toEqual({
      incidents: 0,
      withheld: [{ why: 'maintenance', by: 'backups', alerts: 1, released: 0 }],
    });
  });

  it('names the line of a file that is no alert', async () => {
    const file = await alertsFile();
    await writeFile(file, `${JSON.stringify(bruteForce)}\n{"title": 5}\n`);
    const { exitCode, stderr } = await run(['plan', 'diff', shipped, shipped, '--alerts', file]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('line 2')]);
  });
});
