// What was done, what was undone and what is still in place, from the audit log and the incident's state.

import { attemptId, containmentIdOf } from '../ids.ts';
import type { PlannedStep } from '../incident/plan.ts';
import { allSteps } from '../incident/state.ts';
import { describeEntry, type TimelineEntry } from './describe-entry.ts';
import { textIn } from './entry-data.ts';
import type { ReportSlice } from './slice.ts';

const released = new Set(['lifted', 'expired', 'not_applied']);

export interface StepsTaken {
  done: string[];
  undone: string[];
  inPlace: string[];
}

export function stepsTaken({ entries, state }: Pick<ReportSlice, 'entries' | 'state'>): StepsTaken {
  const line = (entry: TimelineEntry): string => `${entry.at} ${describeEntry(entry)}`;
  const containments = lastStatusOfContainments(entries);
  const ended = entries.filter((entry) => entry.kind === 'containment_changed' && isRelease(entry));
  const undone = entries.filter((entry) => entry.kind === 'step_undone');
  const containmentOf = ({ id }: PlannedStep): string =>
    containmentIdOf(state.incidentId, attemptId(id, state.steps[id]?.attempt));
  const titles = new Map(allSteps(state).map((step) => [containmentOf(step), step.title]));
  const endedLine = (entry: TimelineEntry): string => {
    const title = titles.get(textIn(entry.data, 'containmentId'));
    return `${line(entry)}${title ? ` (${title})` : ''}`;
  };
  const isInPlace = (step: PlannedStep): boolean => {
    const progress = state.steps[step.id];
    const isApplied = progress?.outcome?.result === 'done' && progress.outcome.outcome.state === 'applied';
    const status = containments.get(containmentOf(step));
    return step.kind === 'containment' && isApplied && !isUndone(progress) && !released.has(status ?? 'held');
  };
  return {
    done: entries.filter((entry) => entry.kind === 'step_finished').map(line),
    undone: [...undone.map(line), ...ended.map(endedLine)],
    inPlace: allSteps(state)
      .filter(isInPlace)
      .map((step) => step.title),
  };
}

const isUndone = (progress: ReportSlice['state']['steps'][string] | undefined): boolean =>
  progress?.undone?.state === 'undone';

const isRelease = (entry: TimelineEntry): boolean => released.has(textIn(entry.data, 'status'));

function lastStatusOfContainments(entries: readonly TimelineEntry[]): Map<string, string> {
  const changes = entries.filter((entry) => entry.kind === 'containment_changed');
  return new Map(changes.map(({ data }) => [textIn(data, 'containmentId'), textIn(data, 'status')]));
}
