import { readFile } from 'node:fs/promises';
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
