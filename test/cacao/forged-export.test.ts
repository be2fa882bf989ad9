// Exports of Firebreak that somebody changed: none of their levels is believed.

import { describe, expect, it } from 'vitest';
import { exportCacao, workflowDigest } from '../../src/cacao/export.ts';
import { extensionId } from '../../src/cacao/ids.ts';
import { importCacao } from '../../src/cacao/import.ts';
import { cacaoPlaybook } from '../../src/cacao/model.ts';
import { type Playbook, playbook as playbookSchema } from '../../src/core/plan/playbook.ts';
import { everyStep } from '../../src/core/plan/step.ts';
import { act, at, id, problemsOf } from './written.ts';

describe('an export of Firebreak that was forged', () => {
  const trusted = { keepLevels: true };
  const own = playbookSchema.parse({
    name: 'own',
    title: 'Own',
    contain: [
      { id: 'block', action: 'block_ip', with: { ip: '203.0.113.7' } },
      { id: 'again', action: 'block_ip', with: { ip: '203.0.113.8' }, level: 'auto' },
    ],
  });
  // biome-ignore lint/suspicious/noExplicitAny: forged in every way
  const forged = (forge: (file: any) => void) => {
    const file = JSON.parse(JSON.stringify(exportCacao(own, at)));
    forge(file);
    return importCacao(cacaoPlaybook.parse(file), trusted);
  };
  const actions = ({ contain }: Playbook) => everyStep(contain, []).filter(({ step }) => 'action' in step);
  // biome-ignore lint/suspicious/noExplicitAny: forged in every way
  const extensionOf = (file: any) => file.playbook_extensions[extensionId];

  it('is none as it was written', () => {
    expect(forged(() => undefined)).toEqual({ playbook: own, warnings: [] });
  });

  it.each([
    [
      'another level in the extension',
      (file: never) => (extensionOf(file).playbook.contain[0].level = 'auto'),
      'the playbook in its extension is not what its workflow says (changed, or by another version)',
    ],
    [
      'a step more in the extension',
      (file: never) =>
        extensionOf(file).playbook.contain.push({ id: 'x', action: 'run_command', with: { command: 'x' } }),
      'the playbook in its extension is not what its workflow says (changed, or by another version)',
    ],
    [
      'a step more in the workflow',
      (file: { workflow: object }) => Object.assign(file.workflow, { [id('action', 'z')]: act('more') }),
      'its workflow was changed since',
    ],
    [
      'another digest',
      (file: never) => (extensionOf(file).workflow_digest = '0'.repeat(64)),
      'its workflow was changed since',
    ],
    ['no digest', (file: never) => delete extensionOf(file).workflow_digest, 'its workflow was changed since'],
    ['another name', (file: { name: string }) => (file.name = 'x'), 'its name or description was changed since'],
    [
      'a playbook that cannot be read, and its digest made to fit',
      (file: never) => (extensionOf(file).playbook = { name: 'own', contain: 'everything' }),
      'the playbook in its extension cannot be read',
    ],
    [
      'a workflow and a digest that fit each other, not the playbook',
      (file: { workflow: object }) => {
        Object.assign(file.workflow, { [id('action', 'z')]: act('more') });
        extensionOf(file as never).workflow_digest = workflowDigest(file.workflow);
      },
      'the playbook in its extension is not what its workflow says (changed, or by another version)',
    ],
  ])('%s: nothing of it runs by itself, and people are told why', (_, forge, why) => {
    const { playbook, warnings } = forged(forge as never);
    expect(actions(playbook)).toEqual([]);
    expect(warnings[0]).toBe(
      `it was exported from Firebreak, but ${why}: read as any other playbook, nothing runs by itself`,
    );
    expect(problemsOf(playbook)).toEqual([]);
  });

  it('keeps no level of a file that never was one', () => {
    const { playbook, warnings } = forged((file) => delete file.playbook_extensions);
    expect(actions(playbook)).toEqual([]);
    expect(warnings[0]).toBe('--keep-levels does nothing: it is no export of Firebreak');
  });
});
