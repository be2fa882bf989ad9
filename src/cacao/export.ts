// A playbook of ours as CACAO 2.0. Its flow becomes workflow steps that others can read and people can follow; what CACAO
// has no words for (expressions, levels, approvers, undo) is in an extension, with the digest of the workflow it belongs to.

import { canonicalJson, sha256Hex } from '../core/canonical.ts';
import { type Playbook, phases } from '../core/plan/playbook.ts';
import type { Step } from '../core/plan/step.ts';
import { durationMs } from '../core/plan/values.ts';
import { extensionId, firebreakIdentity, identifierOf } from './ids.ts';

type Written = Record<string, unknown>;

/** @param at ISO-8601 in UTC, with milliseconds */
export function exportCacao(playbook: Playbook, at: string): Written {
  const { workflow, start, agent } = new Exporter(playbook).write();
  const references = playbook.references.map((name) => (/^https?:/.test(name) ? { name, url: name } : { name }));
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: identifierOf('playbook', playbook.name),
    name: playbook.title,
    ...(playbook.description !== undefined && { description: playbook.description }),
    created_by: firebreakIdentity,
    created: at,
    modified: at,
    ...(references.length > 0 && { external_references: references }),
    workflow_start: start,
    workflow,
    agent_definitions: { [agent]: { type: 'group', name: 'The responders of the incident' } },
    playbook_extensions: { [extensionId]: { playbook, workflow_digest: workflowDigest(workflow) } },
    extension_definitions: {
      [extensionId]: {
        type: 'extension-definition',
        name: 'Firebreak playbook',
        description:
          'The playbook as Firebreak reads it, and the SHA-256 of the workflow (RFC 8785) that it was written as.',
        created_by: firebreakIdentity,
        schema: 'playbook.json of a Firebreak response plan',
        version: '1.0.0',
      },
    },
  };
}

export const workflowDigest = (workflow: unknown): string =>
  sha256Hex(canonicalJson(JSON.parse(JSON.stringify(workflow))));

class Exporter {
  readonly #playbook: Playbook;
  readonly #workflow: Record<string, Written> = {};
  readonly #agent: string;

  constructor(playbook: Playbook) {
    this.#playbook = playbook;
    this.#agent = identifierOf('group', playbook.name, 'responders');
  }

  write(): { workflow: Record<string, Written>; start: string; agent: string } {
    const end = this.#end('playbook');
    const all = phases.flatMap((phase) => this.#playbook[phase]);
    // CACAO wants an action in every playbook.
    const first =
      all.length > 0
        ? this.#list(all, end, end, 'playbook')
        : this.#manual('empty', 'Handle it', 'Read the runbook.', { on_completion: end });
    const start = this.#add('start', 'playbook', { name: 'Start', on_completion: first });
    return { workflow: this.#workflow, start, agent: this.#agent };
  }

  /** `next`: where the list leads; `end`: where it stops when a step failed. */
  #list(steps: readonly Step[], next: string, end: string, path: string): string {
    return steps.reduceRight((following, step) => this.#step(step, following, end, `${path}/${step.id}`), next);
  }

  #step(step: Step, next: string, end: string, path: string): string {
    if (step.if === undefined) return this.#whole(step, next, end, path);
    const inside = this.#end(`${path}/if`);
    return this.#add('if-condition', `${path}/if`, {
      name: `Only if: ${step.title ?? step.id}`,
      condition: step.if,
      on_true: this.#whole(step, inside, inside, path),
      on_completion: next,
    });
  }

  #whole(step: Step, next: string, end: string, path: string): string {
    const common = {
      ...(step.timeout !== undefined && { timeout: durationMs(step.timeout) }),
      ...this.#onward(step, next, end, path),
    };
    const name = step.title ?? step.id;
    const branch = (steps: readonly Step[], key: string): string => {
      const own = this.#end(`${path}/${key}`);
      return this.#list(steps, own, own, `${path}/${key}`);
    };
    if ('parallel' in step) {
      const next_steps = step.parallel.map(({ steps }, index) => branch(steps, String(index)));
      return this.#add('parallel', path, { name, next_steps, ...common });
    }
    if ('for_each' in step) {
      const condition = `an item of ${step.for_each.in} is left`;
      return this.#add('while-condition', path, {
        name,
        condition,
        on_true: branch(step.for_each.steps, 'items'),
        ...common,
      });
    }
    if ('choose' in step) {
      const cases = Object.fromEntries(
        step.choose.map(({ when, steps }, index) => [
          when === undefined ? 'default' : `case_${index + 1}`,
          branch(steps, String(index)),
        ]),
      );
      const description = step.choose.map(({ when }, index) => `case_${index + 1}: ${when ?? 'otherwise'}`).join('\n');
      return this.#add('switch-condition', path, {
        name,
        description,
        switch: 'the first case that is true',
        cases,
        ...common,
      });
    }
    if ('use' in step) {
      return this.#add('playbook-action', path, { name, playbook_id: identifierOf('playbook', step.use), ...common });
    }
    return this.#manual(path, name, instruction(step), { ...delayOf(step), ...common });
  }

  #onward({ on_failure: policy }: Step, next: string, end: string, path: string): Written {
    if (policy === 'continue') return { on_completion: next };
    if (policy === 'fail') return { on_success: next, on_failure: end };
    if (typeof policy === 'object') {
      return { on_success: next, on_failure: this.#list(policy.steps, next, end, `${path}/failed`) };
    }
    const text = policy === 'undo' ? 'Undo in reverse what was done.' : 'Tell people that it failed; they decide.';
    return { on_success: next, on_failure: this.#manual(`${path}/failed`, policy, text, { on_completion: end }) };
  }

  #manual(path: string, name: string, command: string, more: Written): string {
    const commands = [{ type: 'manual', command }];
    return this.#add('action', path, { name, commands, agent: this.#agent, ...more });
  }

  #end(path: string): string {
    return this.#add('end', path, {});
  }

  #add(type: string, path: string, body: Written): string {
    const id = identifierOf(type, this.#playbook.name, path);
    this.#workflow[id] = { type, ...body };
    return id;
  }
}

function delayOf(step: Step): Written {
  return 'wait' in step && 'for' in step.wait ? { delay: durationMs(step.wait.for) } : {};
}

/** What a person would do who follows the playbook by hand. */
function instruction(step: Step): string {
  if ('action' in step) return `${step.action} ${JSON.stringify(step.with)} (level ${step.level})`;
  if ('approve' in step) return `Decide: ${step.approve}`;
  if ('notify' in step)
    return `Tell ${step.notify.team ?? step.notify.to ?? 'those who were paged'}: ${step.notify.text}`;
  if ('ask' in step) return step.ask.question;
  if ('wait' in step)
    return 'for' in step.wait
      ? `Wait ${step.wait.for}.`
      : `Wait until ${step.wait.until}, at most ${step.wait.at_most}.`;
  return 'set' in step ? `Note: ${JSON.stringify(step.set)}` : step.id;
}
