// CACAO 2.0 → a playbook of ours. What we cannot do by ourselves becomes a gate that a person passes when it is done by
// hand. Nothing is left out without a warning, no text becomes an expression, and nothing runs by itself.

import { type Playbook, playbook as playbookSchema } from '../core/plan/playbook.ts';
import { everyStep, type Step } from '../core/plan/step.ts';
import { steps as stepsSchema } from '../core/plan/step-schema.ts';
import { cutText } from '../core/text.ts';
import { CacaoError, Draft, type Written } from './draft.ts';
import type { CacaoPlaybook } from './model.ts';
import { ownPlaybook } from './own-playbook.ts';
import { Variables } from './variables.ts';
import { Walk } from './walk.ts';
import { said, slug } from './words.ts';

export interface ImportOptions {
  /** The file is our own export and trusted: levels stay as they are, `auto` too. */
  keepLevels: boolean;
}

export interface Imported {
  playbook: Playbook;
  warnings: string[];
}

const mostSteps = 200;
const mostReferences = 30;

/** @throws CacaoError of a playbook that cannot be brought over as a whole */
export function importCacao(cacao: CacaoPlaybook, { keepLevels }: ImportOptions): Imported {
  const own = ownPlaybook(cacao);
  if (own.is === 'unchanged') return keepLevels ? { playbook: own.playbook, warnings: [] } : withoutAuto(own.playbook);
  const draft = new Draft();
  if (own.is === 'changed') {
    draft.warn(`it was exported from Firebreak, but ${own.why}: read as any other playbook, nothing runs by itself`);
  } else if (keepLevels) {
    draft.warn('--keep-levels does nothing: it is no export of Firebreak');
  }
  return { playbook: read(cacao, draft), warnings: draft.warnings };
}

function withoutAuto(own: Playbook): Imported {
  const playbook = structuredClone(own);
  const warnings: string[] = [];
  for (const { step } of [playbook.contain, playbook.verify, playbook.recover].flatMap((list) => everyStep(list, []))) {
    if (!('action' in step) || step.level !== 'auto') continue;
    step.level = 'approve';
    warnings.push(`step ${step.id} ran by itself (auto): it now asks for approval`);
  }
  return { playbook, warnings };
}

function read(cacao: CacaoPlaybook, draft: Draft): Playbook {
  const { name, description, workflow, external_references: references = [] } = cacao;
  const steps = Object.values(workflow);
  if (steps.length > mostSteps)
    throw new CacaoError(`The workflow has ${steps.length} steps: at most ${mostSteps} are read; split it`);
  const variables = new Variables(draft, cacao.playbook_variables ?? {}, steps);
  const walk = new Walk(cacao, draft, variables);
  const first = variables.firstSteps(new Set(steps.flatMap(({ out_args: returned = [] }) => returned)));
  const contain = [...first, ...excepted(cacao, draft, walk)];
  walk.warnOfTheRest();
  warnOfTheRest(cacao, draft);
  if (references.length >= mostReferences)
    draft.warn(`of ${references.length} references only the first ${mostReferences - 1} are kept`);
  return playbookSchema.parse({
    name: slug(name, 'imported'),
    title: said(name),
    ...(description?.trim() && { description: cutText(description.trim(), 20_000) }),
    references: [cacao.id, ...references.map(({ url, external_id: id, name: called }) => url ?? id ?? called)]
      .map((text) => cutText(text.trim(), 300))
      .filter((text) => text !== '')
      .slice(0, mostReferences),
    contain,
  });
}

/**
 * The steps, in a group that what `workflow_exception` leads to makes up for: a step that fails without an `on_failure` of
 * its own leads there, and then the playbook ends.
 */
function excepted({ workflow_start: start, workflow_exception: exception }: CacaoPlaybook, draft: Draft, walk: Walk) {
  const steps = walk.from(start);
  const handler = walk.from(exception);
  if (handler.length === 0 || steps.length === 0) return steps;
  const group: Written = { id: draft.id('flow'), choose: [{ steps: stopping(steps) }], on_failure: { steps: handler } };
  return [group];
}

/** A step that would tell people itself when it fails stops its list instead: that leads to the exception. */
function stopping(written: readonly Written[]): Step[] {
  const steps = stepsSchema.parse(written);
  for (const { step } of everyStep(steps, [])) if (step.on_failure === 'escalate') step.on_failure = 'fail';
  return steps;
}

function warnOfTheRest(cacao: CacaoPlaybook, draft: Draft): void {
  if (cacao.revoked) draft.warn('its author has revoked it');
  for (const key of ['authentication_info_definitions', 'signatures', 'markings']) {
    if (cacao[key] !== undefined) draft.warn(`${key} is left out`);
  }
}
