// CACAO 2.0 → a playbook of ours. What we cannot do by ourselves becomes a gate that a person passes when it is done by
// hand. Nothing is left out without a warning, no text becomes an expression, and nothing runs by itself.

import { type Playbook, playbook as playbookSchema } from '../core/plan/playbook.ts';
import { everyStep } from '../core/plan/step.ts';
import { cutText, plainLine } from '../core/text.ts';
import { workflowDigest } from './export.ts';
import { extensionId } from './ids.ts';
import type { CacaoPlaybook, CacaoStep } from './model.ts';

export interface ImportOptions {
  /** The file is our own export and trusted: levels stay as they are, `auto` too. */
  keepLevels: boolean;
}

export interface Imported {
  playbook: Playbook;
  warnings: string[];
}

/** A playbook that cannot be brought over as a whole. */
export class CacaoError extends Error {
  readonly code = 'cacao_unsupported';
}

const mostSteps = 200;
const mostNested = 5;
const mostReferences = 30;
const longestText = 1_500;

export function importCacao(cacao: CacaoPlaybook, { keepLevels }: ImportOptions): Imported {
  const own = ownPlaybook(cacao);
  if (own) return keepLevels ? { playbook: own, warnings: [] } : withoutAuto(own);
  const isChanged = cacao.playbook_extensions?.[extensionId] !== undefined;
  const changed = isChanged ? ['it was exported from Firebreak and changed since: read as any other playbook'] : [];
  const made = new Importer(cacao).read();
  return { ...made, warnings: [...changed, ...made.warnings] };
}

/** Only while the workflow is the one that it was written as: otherwise others have changed what it does. */
function ownPlaybook({
  playbook_extensions: extensions,
  workflow,
  name,
  description,
}: CacaoPlaybook): Playbook | undefined {
  const own = extensions?.[extensionId] as { playbook?: unknown; workflow_digest?: unknown } | undefined;
  if (own?.workflow_digest !== workflowDigest(workflow)) return undefined;
  const parsed = playbookSchema.safeParse(own.playbook);
  return parsed.success && parsed.data.title === name && parsed.data.description === description
    ? parsed.data
    : undefined;
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

/** Text from outside: one line that is no expression. */
const said = (text: string): string => plainLine(text, longestText).replace(/^[=\s]+/, '') || '-';

class Importer {
  readonly #cacao: CacaoPlaybook;
  readonly #warnings: string[] = [];
  readonly #ids = new Set<string>();
  readonly #seen = new Set<string>();

  constructor(cacao: CacaoPlaybook) {
    this.#cacao = cacao;
  }

  read(): Imported {
    const { name, description, workflow, workflow_start: start, external_references: references = [] } = this.#cacao;
    const count = Object.keys(workflow).length;
    if (count > mostSteps)
      throw new CacaoError(`The workflow has ${count} steps: at most ${mostSteps} are read; split it`);
    const contain = this.#chain(start, 0);
    this.#warnOfTheRest();
    if (references.length >= mostReferences)
      this.#warnings.push(`of ${references.length} references only the first ${mostReferences - 1} are kept`);
    const playbook = playbookSchema.parse({
      name: slug(name, 'imported'),
      title: said(name),
      ...(description?.trim() && { description: cutText(description.trim(), 20_000) }),
      references: [this.#cacao.id, ...references.map(({ url, external_id: id, name: called }) => url ?? id ?? called)]
        .map((text) => cutText(text.trim(), 300))
        .filter((text) => text !== '')
        .slice(0, mostReferences),
      contain,
    });
    return { playbook, warnings: this.#warnings };
  }

  #chain(first: string | undefined, depth: number): unknown[] {
    if (depth > mostNested) throw new CacaoError(`The workflow is nested deeper than ${mostNested} levels: flatten it`);
    const steps: unknown[] = [];
    for (let id = first; id !== undefined; ) {
      const step: CacaoStep | undefined = this.#cacao.workflow[id];
      if (!step) {
        this.#warnings.push(`${id} is not in the workflow: what leads there ends`);
        break;
      }
      if (step.type === 'end') {
        this.#seen.add(id);
        break;
      }
      if (this.#seen.has(id)) {
        // A way that joins another, or goes back: steps have one place here.
        this.#warnings.push(`${id} is reached by more than one way: people go on with it by hand`);
        steps.push(this.#gate(`Go on with "${said(step.name ?? id)}" of this playbook`, 'go-on'));
        break;
      }
      this.#seen.add(id);
      steps.push(...this.#step(id, step, depth));
      id = step.on_completion ?? step.on_success;
    }
    if (steps.length > 50) throw new CacaoError('More than 50 steps follow each other: split the playbook');
    return steps;
  }

  #step(id: string, step: CacaoStep, depth: number): unknown[] {
    if (step.type === 'start') return [];
    const ofStep = ['timeout', 'step_variables', 'in_args', 'out_args'].filter((key) => key in step);
    if (ofStep.length > 0) this.#warnings.push(`${id}: ${ofStep.join(', ')} left out`);
    const before = step.delay ? [{ id: this.#id('delay'), wait: { for: duration(step.delay) } }] : [];
    const made = this.#kind(id, step, depth);
    const [last] = made.slice(-1);
    const failed = step.on_failure === undefined ? [] : this.#chain(step.on_failure, depth + 1);
    if (last && failed.length > 0) last.on_failure = { steps: failed };
    else if (last && step.on_failure !== undefined) last.on_failure = 'fail';
    return [...before, ...made];
  }

  #kind(id: string, step: CacaoStep, depth: number): Record<string, unknown>[] {
    const name = step.name?.trim() ? said(step.name) : undefined;
    const inner = (to: string | undefined): unknown[] => (to === undefined ? [] : this.#chain(to, depth + 1));
    switch (step.type) {
      case 'action':
        return this.#commands(id, step, name);
      case 'playbook-action':
        this.#warnings.push(`${id} runs the playbook ${step.playbook_id}: people run it by hand`);
        return [this.#gate(`Run the playbook ${step.playbook_id} by hand; approve when it is done`, name)];
      case 'parallel': {
        const branches = (step.next_steps ?? []).map(inner).filter((steps) => steps.length > 0);
        if (branches.length > 10) throw new CacaoError(`${id} has ${branches.length} branches: at most 10 are read`);
        if (branches.length < 2) return branches.flat() as Record<string, unknown>[];
        return [{ id: this.#id(name), ...(name && { title: name }), parallel: branches.map((steps) => ({ steps })) }];
      }
      case 'if-condition':
        return this.#choice(`Is it so: ${said(step.condition ?? '')}?`, name, [
          ['true', inner(step.on_true)],
          ['false', inner(step.on_false)],
        ]);
      case 'while-condition': {
        this.#warnings.push(`${id} is a loop: its steps run once, then people repeat them by hand`);
        const body = inner(step.on_true);
        const repeat = this.#gate(`Repeat the steps before while: ${said(step.condition ?? '')}`, 'repeat');
        return this.#choice(`Is it so: ${said(step.condition ?? '')}?`, name, [['true', [...body, repeat]]]);
      }
      case 'switch-condition': {
        const cases = Object.entries(step.cases ?? {}).map(([value, to]): [string, unknown[]] => [
          said(value).slice(0, 100),
          inner(to),
        ]);
        return this.#switch(said(step.switch ?? ''), name, cases);
      }
      default:
        return [];
    }
  }

  #commands(
    id: string,
    { commands = [], agent, targets = [], description }: CacaoStep,
    name: string | undefined,
  ): Record<string, unknown>[] {
    const called = (one: string): string =>
      this.#cacao.agent_definitions?.[one]?.name ?? this.#cacao.target_definitions?.[one]?.name ?? one;
    const who = [
      ...(agent === undefined ? [] : [`by ${called(agent)}`]),
      ...(targets.length > 0 ? [`on ${targets.map(called).join(', ')}`] : []),
    ];
    return commands.map(({ type, command, command_b64: b64, content, content_b64: contentB64 }) => {
      if (type !== 'manual') this.#warnings.push(`${id} has a command of type ${said(type)}: people run it by hand`);
      const texts = [description, command, b64, content, contentB64].filter((one) => typeof one === 'string');
      const whole = texts.join(' | ');
      if (whole.length > longestText) this.#warnings.push(`${id}: its command is cut at ${longestText} characters`);
      const what = said(whole);
      return this.#gate(`Do by hand (${[said(type), ...who.map(said)].join(', ')}): ${what}`, name);
    });
  }

  #choice(question: string, name: string | undefined, ways: [string, unknown[]][]): Record<string, unknown>[] {
    const asked = this.#id(name ?? 'question');
    const choose = ways
      .filter(([, steps]) => steps.length > 0)
      .map(([answer, steps]) => ({ when: `= steps["${asked}"].answer == ${answer}`, steps }));
    const ask = { id: asked, ...(name && { title: name }), ask: { question, answer: 'yes_no', within: '4h' } };
    return choose.length === 0 ? [ask] : [ask, { id: this.#id('case'), choose }];
  }

  #switch(question: string, name: string | undefined, cases: [string, unknown[]][]): Record<string, unknown>[] {
    if (cases.length > 10) throw new CacaoError(`A switch has ${cases.length} cases: at most 10 are read`);
    const asked = this.#id(name ?? 'question');
    const choices = [...new Set([...cases.map(([value]) => value), 'none of these'])];
    const choose = cases
      .filter(([, steps]) => steps.length > 0)
      .map(([value, steps]) => ({ when: `= steps["${asked}"].answer == ${JSON.stringify(value)}`, steps }));
    const ask = {
      id: asked,
      ...(name && { title: name }),
      ask: { question: `Which is it: ${question}`, answer: { choices }, within: '4h' },
    };
    return choices.length < 2 || choose.length === 0
      ? [this.#gate(question, name)]
      : [ask, { id: this.#id('case'), choose }];
  }

  #gate(approve: string, name: string | undefined): Record<string, unknown> {
    return { id: this.#id(name), ...(name && { title: name }), approve: cutText(approve, 2_000) };
  }

  #id(name: string | undefined): string {
    const base = slug(name ?? 'step', 'step')
      .replaceAll('_', '-')
      .slice(0, 34);
    let id = base;
    for (let n = 2; this.#ids.has(id); n += 1) id = `${base}-${n}`;
    this.#ids.add(id);
    return id;
  }

  #warnOfTheRest(): void {
    const { workflow, workflow_exception: exception, revoked } = this.#cacao;
    for (const [id, { type, name }] of Object.entries(workflow)) {
      if (!this.#seen.has(id) && type !== 'end')
        this.#warnings.push(`${id} (${said(name ?? type)}) is not reached from the start: left out`);
    }
    if (exception && workflow[exception]?.type !== 'end')
      this.#warnings.push('workflow_exception is not brought over: on_failure of each step says what happens');
    if (revoked) this.#warnings.push('its author has revoked it');
    const leftOut = ['authentication_info_definitions', 'playbook_variables', 'signatures', 'markings'].filter(
      (key) => this.#cacao[key] !== undefined,
    );
    for (const key of leftOut) this.#warnings.push(`${key} is left out`);
  }
}

function slug(text: string, otherwise: string): string {
  const made = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return made.slice(0, 40).replace(/-+$/, '') || otherwise;
}

/** Whole seconds, rounded up; a year at most. */
const duration = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 1_000_000 ? `${seconds}s` : `${Math.min(366, Math.ceil(seconds / 86_400))}d`;
};
