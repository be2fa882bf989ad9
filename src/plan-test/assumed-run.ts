// Runs a flow in thought: people agree and actions go through, unless the assumptions say otherwise. Each wait lasts as
// long as it may.

import { descriptions } from '../actions/descriptions/index.ts';
import { assertNever } from '../core/assert-never.ts';
import type { Answer } from '../core/incident/answer.ts';
import { firebreak, type IncidentFact, type StepOutcome } from '../core/incident/events.ts';
import type { AskNode, FlowNode, LateNode, LeafNode, UseNode } from '../core/incident/flow.ts';
import type { PlannedStep } from '../core/incident/plan.ts';
import { reduce } from '../core/incident/reduce.ts';
import { type IncidentState, nodeNamed } from '../core/incident/state.ts';
import { heldBack, touches } from '../core/incident/step-outcome.ts';
import { refusalOfLast, type Touch } from '../core/plan/blast-radius.ts';
import type { Phase } from '../core/plan/playbook.ts';
import { stepBounds } from '../core/plan/step.ts';
import { advance, type Ready } from '../core/playbook/advance.ts';
import { completed, type ListResult, notThrough } from '../core/playbook/outcomes.ts';
import { computeReached, planReachedStep, type ReachedFacts } from '../core/playbook/reached.ts';
import { reachedAt } from '../core/playbook/reached-at.ts';
import { everythingLive } from './decisions.ts';
import { isInstanceOf } from './steps.ts';

export interface Assumptions {
  /** By the id of the question. Default: `otherwise`, else yes, the first choice, 1, or a text. */
  answers: Readonly<Record<string, Answer>>;
  /** Ids of steps that fail. */
  fails: readonly string[];
}

export interface SimulatedStep {
  phase: Phase;
  node: FlowNode;
  outcome: StepOutcome;
  answer?: Answer;
  /** Since the incident opened, with every wait as long as it may be. */
  atMs: number;
  /** What its failure undoes, newest first. */
  undoes: { id: string; title: string; isReversible: boolean }[];
}

/** Far beyond what the bounds of a flow let it come to. */
const mostMoves = 5_000;

export class AssumedRun {
  state: IncidentState;
  readonly steps: SimulatedStep[] = [];
  readonly #facts: ReachedFacts;
  readonly #assumptions: Assumptions;
  readonly #openedMs: number;
  readonly #touched: Touch[] = [];
  #elapsedMs = 0;

  constructor(opened: IncidentState, facts: ReachedFacts, assumptions: Assumptions) {
    this.state = opened;
    this.#facts = facts;
    this.#assumptions = assumptions;
    this.#openedMs = Date.parse(opened.times.detectedAt);
  }

  record(fact: IncidentFact): void {
    this.state = reduce(this.state, { ...fact, at: this.#now(), actor: firebreak });
  }

  #now = (): string => new Date(this.#openedMs + this.#elapsedMs).toISOString();

  phase(phase: Phase, nodes: readonly FlowNode[], before: readonly FlowNode[]): ListResult {
    for (let move = 0; move < mostMoves; move += 1) {
      const { facts, ready, result } = advance(nodes, this.state, { before });
      if (result) return result;
      for (const fact of facts) this.#note(phase, fact);
      for (const one of ready) this.#do(phase, one);
      if (facts.length + ready.length === 0) break;
    }
    throw new Error(`The phase ${phase} does not come to an end`);
  }

  #do(phase: Phase, ready: Ready): void {
    switch (ready.do) {
      case 'run':
        this.#run(phase, ready.node);
        break;
      case 'plan':
        this.#plan(ready.node);
        break;
      case 'compute_outputs':
        this.#computeOutputs(phase, ready.node);
        break;
      case 'handle_failure':
        this.#handleFailure(ready.node, ready.undo);
        break;
      default:
        assertNever(ready);
    }
  }

  #plan(node: LateNode): void {
    const room = { steps: stepBounds.planned, characters: stepBounds.characters };
    const acting = { actions: descriptions, capabilities: everythingLive };
    const facts = { ...this.#facts, ...acting, at: this.#now() };
    const planned = planReachedStep({ ...reachedAt(this.state, node.place), node, room }, facts);
    this.record({ type: 'step_planned', stepId: node.id, node: planned });
  }

  #computeOutputs(phase: Phase, node: UseNode): void {
    const { id: stepId, title, outputs } = node;
    if (!outputs) return;
    const made = computeReached({ ...reachedAt(this.state, outputs.place), written: outputs.expressions }, this.#facts);
    if (made.ok) this.record({ type: 'outputs_computed', stepId, title, values: made.values });
    else this.#finish(phase, node, notThrough('outputs_failed', made.reason));
  }

  #run(phase: Phase, node: LeafNode): void {
    if (node.type === 'ask') {
      this.#ask(phase, node);
      return;
    }
    const { outcome, attempt = 1 } = this.state.steps[node.id] ?? {};
    if (outcome) {
      const { id: stepId, title } = node;
      this.record({ type: 'step_retried', stepId, title, attempt: attempt + 1, by: 'policy', reopens: [] });
    }
    const held = node.type === 'action' ? heldBack(node) : undefined;
    if (node.type === 'action' && !held) {
      this.record({ type: 'step_started', stepId: node.id, title: node.title, mode: node.mode });
    }
    if (node.type === 'set') {
      const { id: stepId, title, scope, values } = node;
      this.record({ type: 'values_set', stepId, title, scope, values });
    }
    if (node.type === 'wait') this.#elapsedMs += node.atMostMs;
    const refused = node.type === 'action' && touches(node) ? this.#touch(node) : undefined;
    this.#finish(phase, node, held ?? refused ?? (this.#fails(node) ? assumedFailure : assumedSuccess(node)));
  }

  /** Refused when it would be beyond the blast radius: for what this incident alone touches. */
  #touch({ action: name, target }: PlannedStep): StepOutcome | undefined {
    const action = descriptions.get(name);
    if (!action) return undefined;
    const touch = { action, target, atMs: this.#elapsedMs };
    const refusal = refusalOfLast(this.#facts.plan.guards.blast_radius, [...this.#touched, touch]);
    if (refusal) return { result: 'refused', code: refusal.code, reason: refusal.message };
    this.#touched.push(touch);
    return undefined;
  }

  #ask(phase: Phase, node: AskNode): void {
    const { id: stepId, question, answer: type, roles, withinMs } = node;
    const expiresAt = new Date(this.#openedMs + this.#elapsedMs + withinMs).toISOString();
    this.record({ type: 'question_asked', stepId, question, answer: type, roles, expiresAt });
    if (this.#fails(node)) {
      this.#finish(phase, node, assumedFailure);
      return;
    }
    const answer = this.#answerTo(node);
    this.record({ type: 'question_answered', stepId, question, answer });
    this.#finish(phase, node, completed(`Answered: ${answer}`), answer);
  }

  #answerTo({ id, answer, otherwise }: AskNode): Answer {
    const given = Object.entries(this.#assumptions.answers).find(([name]) => isInstanceOf(id, name));
    if (given) return given[1];
    if (otherwise !== null) return otherwise;
    if (typeof answer === 'object') return answer.choices[0] ?? '';
    return { yes_no: true, number: 1, text: 'an answer' }[answer];
  }

  #fails = ({ id }: FlowNode): boolean => this.#assumptions.fails.some((name) => isInstanceOf(id, name));

  #finish(phase: Phase, node: FlowNode, outcome: StepOutcome, answer?: Answer): void {
    this.#note(phase, { type: 'step_finished', stepId: node.id, title: node.title, outcome }, answer);
  }

  #note(phase: Phase, fact: IncidentFact, answer?: Answer): void {
    this.record(fact);
    if (fact.type !== 'step_finished') return;
    const node = nodeNamed(this.state, fact.stepId);
    if (!node) return;
    const { outcome } = fact;
    const earlier = this.steps.findIndex((step) => step.node.id === node.id);
    if (earlier >= 0) this.steps.splice(earlier, 1);
    this.steps.push({
      phase,
      node,
      outcome,
      atMs: this.#elapsedMs,
      undoes: [],
      ...(answer !== undefined && { answer }),
    });
  }

  #handleFailure({ id, title, onFailure }: FlowNode, undo: readonly string[]): void {
    const policy = onFailure === 'steps' ? 'fail' : onFailure;
    const step = this.steps.find(({ node }) => node.id === id);
    const undone = this.state.undos.filter((stepId) => undo.includes(stepId)).reverse();
    for (const stepId of undone) {
      const node = nodeNamed(this.state, stepId);
      if (node?.type !== 'action' || node.kind === 'check') continue;
      const isDone = this.state.steps[stepId]?.outcome?.result === 'done';
      if (isDone) step?.undoes.push({ id: stepId, title: node.title, isReversible: node.reversible });
    }
    this.record({ type: 'failure_handled', stepId: id, title, policy });
  }
}

const assumedFailure = notThrough('assumed', 'It is assumed to fail');

function assumedSuccess(node: LeafNode): StepOutcome {
  if (node.type !== 'action') return completed('Assumed');
  const detail = 'Assumed';
  const outcome =
    node.kind === 'check'
      ? ({ state: 'check_passed', detail, evidence: null } as const)
      : ({ state: 'applied', detail, evidence: null, readBack: detail } as const);
  return { result: 'done', outcome };
}
