// Random flows, and a world that runs them: what is ready starts, things end in any order, some of them fail.

import fc from 'fast-check';
import {
  firebreak,
  type IncidentEvent,
  type IncidentFact,
  type StepOutcome,
} from '../../../src/core/incident/events.ts';
import { everyNode, type FlowNode, type FlowStep, type LeafNode } from '../../../src/core/incident/flow.ts';
import type { PlannedStep } from '../../../src/core/incident/plan.ts';
import { reduce } from '../../../src/core/incident/reduce.ts';
import { type IncidentState, openIncident } from '../../../src/core/incident/state.ts';
import { type AdvanceOptions, advance, type Ready } from '../../../src/core/playbook/advance.ts';
import { completed, type ListResult, notThrough } from '../../../src/core/playbook/outcomes.ts';
import { plannedResponse, plannedStep } from '../../workflows/world.ts';

const policies = fc.constantFrom<FlowNode['onFailure'][]>('fail', 'continue', 'undo', 'escalate', 'steps');

/** Without ids: those are given by the place, so that they are unique. */
function listOf(depth: number): fc.Arbitrary<FlowNode[]> {
  return fc.array(depth === 0 ? leaf : fc.oneof({ arbitrary: leaf, weight: 2 }, groupOf(depth - 1)), {
    minLength: 1,
    maxLength: 3,
  });
}

const own = fc
  .record({ onFailure: policies, skips: fc.constantFrom(true, false, false, false, false) })
  .map(({ onFailure, skips }): FlowStep => {
    const skip = skips ? { code: 'condition_false', reason: 'not the case' } : null;
    return { id: '', title: 'a step', onFailure: onFailure === 'steps' ? 'fail' : onFailure, skip };
  });

const place = { prefix: '', suffix: '', modules: [] };
const leaf: fc.Arbitrary<FlowNode> = fc.oneof(
  fc
    .tuple(own, fc.integer({ min: 1, max: 3 }))
    .map(([part, attempts]): FlowNode => ({ ...plannedStep(), ...part, retry: { attempts, waitMs: 1_000 } })),
  own.map((part): FlowNode => ({ ...part, type: 'set', scope: '*', values: { x: 1 } })),
  own.map((part): FlowNode => ({ ...part, type: 'wait', until: { kind: 'resolved' }, atMostMs: 1_000 })),
  own.map((part): FlowNode => ({ ...part, skip: null, type: 'late', written: {}, place })),
);

function groupOf(depth: number): fc.Arbitrary<FlowNode> {
  const list = listOf(depth);
  const lists = fc.array(list, { minLength: 1, maxLength: 3 });
  const part = fc.record({ own, rescue: list, policy: policies }).map(({ own: given, rescue, policy }) => {
    return policy === 'steps' ? { ...given, onFailure: policy, rescue } : given;
  });
  const timeoutMs = fc.constantFrom(null, null, null, 60_000);
  return fc.oneof(
    fc
      .tuple(part, lists, timeoutMs)
      .map(([given, branches, limit]): FlowNode => ({ ...given, type: 'parallel', branches, timeoutMs: limit })),
    fc
      .tuple(part, lists, timeoutMs, fc.integer({ min: 1, max: 2 }), fc.boolean())
      .map(([given, items, limit, atOnce, stopsOnFailure]): FlowNode => {
        return { ...given, type: 'for_each', items, atOnce, stopsOnFailure, timeoutMs: limit };
      }),
    fc
      .tuple(part, list, timeoutMs)
      .map(([given, steps, limit]): FlowNode => ({ ...given, type: 'choose', steps, timeoutMs: limit })),
  );
}

export const flows: fc.Arbitrary<FlowNode[]> = listOf(2).map((nodes) => named(nodes, 's'));

function named(nodes: readonly FlowNode[], prefix: string): FlowNode[] {
  return nodes.map((node, index) => {
    const id = `${prefix}${index}`;
    const inside = (list: readonly FlowNode[], nth: string | number): FlowNode[] => named(list, `${id}-${nth}-`);
    const own = { ...node, id, ...(node.rescue && { rescue: inside(node.rescue, 'r') }) };
    switch (own.type) {
      case 'parallel':
        return { ...own, branches: own.branches.map(inside) };
      case 'for_each':
        return { ...own, items: own.items.map(inside) };
      case 'choose':
        return { ...own, steps: inside(own.steps, 0) };
      default:
        return own;
    }
  });
}

/** Decides what comes of things, the same for the same id and attempt, whatever the order. */
export type Fate = (id: string, attempt: number) => 'done' | 'failed' | 'refused';

export const fates: fc.Arbitrary<Fate> = fc
  .record({ seed: fc.integer({ min: 0, max: 1_000 }), failures: fc.integer({ min: 0, max: 10 }) })
  .map(({ seed, failures }) => (id, attempt) => {
    const draw = [...`${id}/${attempt}/${seed}`].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 9_973, 7);
    if (draw % 20 >= failures) return 'done';
    return draw % 3 === 0 ? 'refused' : 'failed';
  });

export interface RunOptions extends AdvanceOptions {
  /** Picks which of so many things that are under way ends next. */
  pick: (count: number) => number;
  /** Called after each thing that ended; true forgets what is under way, as a crash does. */
  interrupts?: (ended: number) => boolean;
  /** Groups whose time is up after so many things have ended. */
  timeUpAfter?: number;
  /** Ends the run after so many things have ended. */
  cutAfter?: number;
  from?: IncidentState;
}

export interface Run {
  result: ListResult | undefined;
  state: IncidentState;
  /** Applications that came to their end, `<id>/<attempt>`, in order. */
  effects: string[];
  undone: string[][];
  /** Most items under way at once, by the `for_each` that they are of. */
  most: Map<string, number>;
  rounds: number;
}

const greatestRounds = 5_000;

/** The adapter in small: facts are recorded, what is ready starts, one thing ends at a time. */
export function run(nodes: FlowNode[], fate: Fate, options: RunOptions): Run {
  const world = new SmallWorld(nodes, options.from);
  let ended = 0;
  for (let rounds = 0; rounds < greatestRounds; rounds += 1) {
    const next = advance(nodes, world.progress(), options);
    if (next.facts.length > 0) {
      world.record(next.facts);
      continue;
    }
    if (next.result) return { ...world.told(), result: next.result, rounds };
    const isTimeUp = options.timeUpAfter !== undefined && ended >= options.timeUpAfter;
    const [deadline] = isTimeUp ? next.deadlines : [];
    if (deadline) {
      world.record([{ type: 'step_timed_out', stepId: deadline.node.id, title: deadline.node.title }]);
      continue;
    }
    if (ended === options.cutAfter) return { ...world.told(), result: undefined, rounds };
    for (const ready of next.ready) world.start(ready);
    world.countItems(nodes);
    if (world.underWay.size === 0) throw new Error('Nothing is under way and nothing has ended');
    const all = [...world.underWay.values()];
    const ending = all[options.pick(all.length) % all.length];
    if (ending) world.end(ending, fate);
    ended += 1;
    if (options.interrupts?.(ended)) world.underWay.clear();
  }
  throw new Error('It does not terminate');
}

class SmallWorld {
  state: IncidentState;
  readonly underWay = new Map<string, Ready>();
  readonly effects: string[] = [];
  readonly undone: string[][] = [];
  readonly most = new Map<string, number>();

  constructor(nodes: FlowNode[], from?: IncidentState) {
    const at = new Date(0).toISOString();
    const opened = openIncident({ incidentId: 'i', severity: 'high', title: 't', impactStartedAt: at, detectedAt: at });
    this.state = from ?? { ...opened, status: 'containment', plan: plannedResponse({ contain: nodes }) };
  }

  told() {
    const { state, effects, undone, most } = this;
    return { state, effects, undone, most };
  }

  progress() {
    return { steps: this.state.steps, late: this.state.late };
  }

  record(facts: IncidentFact[]): void {
    for (const fact of facts) {
      const event: IncidentEvent = { ...fact, at: new Date(0).toISOString(), actor: firebreak };
      this.state = reduce(this.state, event);
    }
  }

  start(ready: Ready): void {
    const key = `${ready.do} ${ready.node.id}`;
    if (!this.underWay.has(key)) this.underWay.set(key, ready);
    if (ready.do === 'run' && ready.node.type === 'action' && !this.state.steps[ready.node.id]?.startedAt) {
      const { id: stepId, title, mode } = ready.node;
      this.record([{ type: 'step_started', stepId, title, mode }]);
    }
  }

  countItems(nodes: readonly FlowNode[]): void {
    const ids = new Set([...this.underWay.values()].map(({ node }) => node.id));
    for (const node of everyNode(nodes, this.state.late)) {
      if (node.type !== 'for_each') continue;
      const open = node.items.filter((item) => everyNode(item, this.state.late).some(({ id }) => ids.has(id))).length;
      this.most.set(node.id, Math.max(open, this.most.get(node.id) ?? 0));
    }
  }

  end(ready: Ready, fate: Fate): void {
    this.underWay.delete(`${ready.do} ${ready.node.id}`);
    const { id: stepId, title } = ready.node;
    switch (ready.do) {
      case 'run':
        this.endLeaf(ready.node, fate);
        return;
      case 'plan':
        this.record([{ type: 'step_planned', stepId, node: lateAs(ready.node) }]);
        return;
      case 'compute_outputs':
        this.record([{ type: 'outputs_computed', stepId, title, values: {} }]);
        return;
      case 'handle_failure': {
        const undo = this.state.undos.filter((id) => ready.undo.includes(id)).reverse();
        const happened = undo.filter((id) => this.state.steps[id]?.outcome?.result === 'done');
        if (ready.node.onFailure === 'undo') this.undone.push(happened);
        for (const id of happened) {
          this.record([{ type: 'step_undone', stepId: id, title: id, outcome: { state: 'undone', detail: 'undone' } }]);
        }
        const policy = ready.node.onFailure === 'steps' ? 'fail' : ready.node.onFailure;
        this.record([{ type: 'failure_handled', stepId, title, policy }]);
      }
    }
  }

  private endLeaf(node: LeafNode, fate: Fate): void {
    const { id: stepId, title } = node;
    const { outcome, attempt = 1 } = this.state.steps[stepId] ?? {};
    if (outcome?.result === 'failed') {
      this.record([{ type: 'step_retried', stepId, title, attempt: attempt + 1, by: 'policy', reopens: [] }]);
      return;
    }
    this.effects.push(`${stepId}/${attempt}`);
    this.record([{ type: 'step_finished', stepId, title, outcome: outcomeOf(fate(stepId, attempt), node) }]);
  }
}

function outcomeOf(fate: ReturnType<Fate>, node: LeafNode): StepOutcome {
  if (fate === 'refused') return { result: 'refused', code: 'no', reason: 'no' };
  if (node.type !== 'action') return fate === 'done' ? completed('ok') : notThrough('no', 'no');
  return fate === 'done'
    ? { result: 'done', outcome: { state: 'applied', detail: 'ok', evidence: null, readBack: 'ok' } }
    : { result: 'failed', outcome: { state: 'failed', detail: 'no', failure: { code: 'no', message: 'no' } } };
}

/** What every late step becomes: two actions, one after the other. */
function lateAs({ id, title, onFailure, rescue }: FlowNode): FlowNode {
  const action = (nth: number): PlannedStep => plannedStep({ id: `${id}.${nth}` });
  const own = { id, title, onFailure, skip: null, ...(rescue && { rescue }) };
  return { ...own, type: 'choose', timeoutMs: null, steps: [action(1), action(2)] };
}
