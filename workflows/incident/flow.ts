// The thin adapter between the interpreter and Temporal: puts on record what the interpreter says, starts what is ready,
// and asks again when something has ended. Decides nothing.

import { condition } from '@temporalio/workflow';
import { assertNever } from '../../src/core/assert-never.ts';
import type { FlowNode } from '../../src/core/incident/flow.ts';
import type { StepProgress } from '../../src/core/incident/state.ts';
import { type Advance, advance, type Ready } from '../../src/core/playbook/advance.ts';
import type { ListResult } from '../../src/core/playbook/outcomes.ts';
import { handleFailure } from './failures.ts';
import { BoundaryReached, type Incident, isHistoryLong, untilBoundary } from './incident.ts';
import { runNode } from './nodes.ts';
import { computeOutputs, planReached } from './reached.ts';

export interface Flow {
  nodes: readonly FlowNode[];
  /** The steps of earlier phases. */
  before?: readonly FlowNode[];
  /** A person sent the incident back to an earlier phase: what runs goes on, the rest waits. */
  isLeft(): boolean;
}

/** How the steps ended; undefined when they were left. */
export async function runFlow(incident: Incident, flow: Flow): Promise<ListResult | undefined> {
  for (;;) {
    if (flow.isLeft()) return undefined;
    const next = settle(incident, flow);
    if (next.result) return next.result;
    if (isHistoryLong()) await endAtBoundary(incident);
    for (const ready of next.ready) start(incident, keyOf(ready), () => doReady(incident, ready));
    for (const { node, atMs } of next.deadlines) {
      start(incident, `${node.id} deadline`, () => watchDeadline(incident, node, atMs));
    }
    await untilMoved(incident, flow);
  }
}

/** Puts on record what follows from what is on record. */
function settle(incident: Incident, { nodes, before = [] }: Flow): Advance {
  for (;;) {
    const { steps, late } = incident.state;
    const progress = { steps: withoutRunning(steps, incident.running), late };
    const next = advance(nodes, progress, { stopped: incident.isStopped, before });
    incident.unwanted = new Set(next.unwanted);
    if (next.facts.length === 0) return next;
    incident.record(next.facts);
  }
}

/** What is still being written has not ended. */
function withoutRunning(steps: Record<string, StepProgress>, running: ReadonlyMap<string, unknown>) {
  const seen = { ...steps };
  for (const id of running.keys()) {
    const { outcome: _ending, ...progress } = seen[id] ?? {};
    if (seen[id]) seen[id] = progress;
  }
  return seen;
}

function start(incident: Incident, key: string, run: () => Promise<void>): void {
  if (incident.running.has(key)) return;
  const running = untilBoundary(run).finally(() => {
    incident.running.delete(key);
    incident.moved += 1;
  });
  incident.running.set(key, running);
}

/** Only what runs to an outcome has the step's own name: until it is written, its outcome does not count. */
const keyOf = (ready: Ready): string => (ready.do === 'run' ? ready.node.id : `${ready.node.id} ${ready.do}`);

function doReady(incident: Incident, ready: Ready): Promise<void> {
  switch (ready.do) {
    case 'run': {
      const { node } = ready;
      return runNode(incident, node, () => incident.isStopped || incident.unwanted.has(node.id));
    }
    case 'plan':
      return planReached(incident, ready.node);
    case 'compute_outputs':
      return computeOutputs(incident, ready.node);
    case 'handle_failure':
      return handleFailure(incident, ready.node, ready.undo);
    default:
      return assertNever(ready);
  }
}

async function watchDeadline(incident: Incident, { id: stepId, title }: FlowNode, atMs: number): Promise<void> {
  const isOver = () => incident.state.steps[stepId]?.outcome !== undefined || incident.isStopped;
  if (await incident.waitUntil(isOver, atMs, `Timeout: ${title}`.slice(0, 180))) return;
  incident.record({ type: 'step_timed_out', stepId, title });
}

async function untilMoved(incident: Incident, flow: Flow): Promise<void> {
  const { moved, isStopped } = incident;
  const hasMoved = () => incident.moved !== moved || incident.isStopped !== isStopped || flow.isLeft();
  await condition(() => hasMoved() || isHistoryLong());
}

/** What runs comes to its end or to a boundary of its own first: nothing is half done in the next run. */
async function endAtBoundary(incident: Incident): Promise<never> {
  await Promise.all(incident.running.values());
  throw new BoundaryReached();
}
