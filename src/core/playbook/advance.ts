// The interpreter of a flow. Over the flow and what happened so far it says what may start now, what is to be put on
// record, and how it all ended. Pure: no clock, no IO, no Temporal. A step with an outcome on record never starts again,
// so a run goes on after any interruption without repeating anything.

import { assertNever } from '../assert-never.ts';
import type { IncidentFact, StepOutcome } from '../incident/events.ts';
import type { FlowNode, GroupNode, LateNode, LeafNode, UseNode } from '../incident/flow.ts';
import { listsIn } from '../incident/flow.ts';
import type { StepProgress } from '../incident/state.ts';
import { endOfGroup, isThrough, isUnwanted, type ListResult } from './outcomes.ts';

export interface Progress {
  steps: Readonly<Record<string, StepProgress>>;
  late: Readonly<Record<string, FlowNode>>;
}

export type Ready =
  | { do: 'run'; node: LeafNode }
  /** It depends on what came before it, and can be planned now. */
  | { do: 'plan'; node: LateNode }
  | { do: 'compute_outputs'; node: UseNode }
  /** `undo`: the steps that its policy undoes, when that is `undo`; newest last. */
  | { do: 'handle_failure'; node: FlowNode; undo: string[] };

export interface Advance {
  /** To be put on record before anything else; then ask again. */
  facts: IncidentFact[];
  ready: Ready[];
  /** When groups must have ended. Epoch milliseconds. */
  deadlines: { node: GroupNode; atMs: number }[];
  /** Steps that began and have not ended in a group that starts nothing more: what they wait for is not wanted. */
  unwanted: string[];
  /** Undefined while something may start or has not ended. */
  result: ListResult | undefined;
}

export interface AdvanceOptions {
  /** Nothing more is wanted: what began comes to its end, nothing begins. */
  stopped?: boolean;
  /** The steps of earlier phases: undone with those of these nodes. */
  before?: readonly FlowNode[];
}

export function advance(nodes: readonly FlowNode[], progress: Progress, options: AdvanceOptions = {}): Advance {
  const { stopped = false, before = [] } = options;
  const walk = new Walk(progress);
  const result = walk.list(nodes, stopped, before);
  const { facts, ready, deadlines, unwanted } = walk;
  return { facts, ready, deadlines, unwanted, result: facts.length > 0 ? undefined : result };
}

type Standing = ListResult | 'open';

class Walk {
  readonly facts: IncidentFact[] = [];
  readonly ready: Ready[] = [];
  readonly deadlines: Advance['deadlines'] = [];
  readonly unwanted: string[] = [];
  private readonly progress: Progress;

  constructor(progress: Progress) {
    this.progress = progress;
  }

  /** One after the other; it ends where one fails and nothing makes up for that. */
  list(nodes: readonly FlowNode[], stopped: boolean, before: readonly FlowNode[] = []): ListResult | undefined {
    for (const [index, node] of nodes.entries()) {
      const standing = this.node(node, stopped, [...before, ...nodes.slice(0, index + 1)]);
      if (standing === 'open') return undefined;
      if (standing !== 'done') return standing;
    }
    return 'done';
  }

  /** @param upTo the list's steps up to this one: what the policy `undo` undoes */
  private node(written: FlowNode, stopped: boolean, upTo: readonly FlowNode[]): Standing {
    const node = this.progress.late[written.id] ?? written;
    const outcome = this.steps(node.id).outcome;
    if (!outcome || this.mayGoOn(node, outcome)) return this.unended(node, stopped);
    if (isUnwanted(outcome)) return 'stopped';
    return isThrough(outcome) ? 'done' : this.failed(node, stopped, upTo);
  }

  private steps(id: string): StepProgress {
    return this.progress.steps[id] ?? {};
  }

  /** It has an outcome that is not its last word. */
  private mayGoOn(node: FlowNode, outcome: StepOutcome): boolean {
    const { leftUnknown, failureHandled, tries = 1 } = this.steps(node.id);
    if (node.type !== 'action') return false;
    if (outcome.result === 'unknown') return !leftUnknown;
    return outcome.result === 'failed' && !failureHandled && tries < node.retry.attempts;
  }

  private unended(node: FlowNode, stopped: boolean): Standing {
    const hasBegun = this.hasBegun(node);
    if (stopped && !hasBegun) return 'stopped';
    if (node.skip) return this.ends(node, { result: 'skipped', ...node.skip });
    if (node.type === 'late') return this.starts({ do: 'plan', node });
    if (isGroup(node)) return this.group(node, stopped);
    if (stopped) {
      this.unwanted.push(node.id);
      // Between two attempts, or not settled: what is on record is its end.
      if (this.steps(node.id).outcome) return 'stopped';
    }
    return this.starts({ do: 'run', node });
  }

  private starts(ready: Ready): 'open' {
    this.ready.push(ready);
    return 'open';
  }

  private ends(node: FlowNode, outcome: StepOutcome): 'open' {
    this.facts.push({ type: 'step_finished', stepId: node.id, title: node.title, outcome });
    return 'open';
  }

  private group(node: GroupNode, stopped: boolean): Standing {
    const { startedAt, timedOut = false, outputs } = this.steps(node.id);
    if (node.timeoutMs !== null && startedAt === undefined) {
      this.facts.push({ type: 'step_entered', stepId: node.id, title: node.title });
      return 'open';
    }
    const isClosed = stopped || timedOut;
    const results = node.type === 'for_each' ? this.items(node, isClosed) : this.lists(listsIn(node), isClosed);
    if (results.includes('open')) {
      if (node.timeoutMs !== null && !isClosed) this.watch(node, startedAt, node.timeoutMs);
      return 'open';
    }
    const ended = results as ListResult[];
    if (stopped && !timedOut && ended.includes('stopped')) return 'stopped';
    const isWhole = ended.every((result) => result === 'done');
    if (node.type === 'use' && node.outputs && isWhole && !outputs) return this.starts({ do: 'compute_outputs', node });
    return this.ends(node, endOfGroup(node, ended, timedOut));
  }

  private watch(node: GroupNode, startedAt: string | undefined, timeoutMs: number): void {
    this.deadlines.push({ node, atMs: Date.parse(startedAt ?? '') + timeoutMs });
  }

  private lists(lists: readonly FlowNode[][], stopped: boolean): Standing[] {
    return lists.map((list) => this.list(list, stopped) ?? 'open');
  }

  /** In the order of the list, so many at once; those that began go on, whatever others came to. */
  private items(node: Extract<GroupNode, { type: 'for_each' }>, stopped: boolean): Standing[] {
    let open = 0;
    let hasFailed = false;
    return node.items.map((list) => {
      const hasBegun = list.some((one) => this.hasBegun(one));
      const mayBegin = open < node.atOnce && !(hasFailed && node.stopsOnFailure);
      if (!hasBegun && !mayBegin && !stopped) return hasFailed && node.stopsOnFailure ? 'stopped' : 'open';
      const result = this.list(list, stopped) ?? 'open';
      if (result === 'open') open += 1;
      if (result === 'failed') hasFailed = true;
      return result;
    });
  }

  /** Something of it is on record: it comes to its end even where nothing more begins. */
  private hasBegun(written: FlowNode): boolean {
    const node = this.progress.late[written.id] ?? written;
    if (this.progress.steps[node.id] !== undefined) return true;
    return listsIn(node).some((list) => list.some((one) => this.hasBegun(one)));
  }

  private failed(node: FlowNode, stopped: boolean, upTo: readonly FlowNode[]): Standing {
    const isMadeUpFor = node.onFailure === 'steps';
    if (!this.steps(node.id).failureHandled && !isMadeUpFor) {
      return this.starts({ do: 'handle_failure', node, undo: node.onFailure === 'undo' ? this.idsIn(upTo) : [] });
    }
    switch (node.onFailure) {
      case 'continue':
        return 'done';
      case 'fail':
      case 'escalate':
      case 'undo':
        return 'failed';
      case 'steps':
        return this.list(node.rescue ?? [], stopped) ?? 'open';
      default:
        return assertNever(node.onFailure);
    }
  }

  private idsIn(nodes: readonly FlowNode[]): string[] {
    return nodes.flatMap((written) => {
      const node = this.progress.late[written.id] ?? written;
      return [node.id, ...listsIn(node).flatMap((list) => this.idsIn(list)), ...this.idsIn(node.rescue ?? [])];
    });
  }
}

const isGroup = (node: FlowNode): node is GroupNode =>
  node.type === 'parallel' || node.type === 'for_each' || node.type === 'choose' || node.type === 'use';
