// What a test gives to an action or to its runner.

import type { ActionContext, GuardFacts } from '../../src/actions/action.ts';
import type { ApplyOptions } from '../../src/actions/runner.ts';
import { noTargets } from '../../src/actions/targets.ts';
import { memoryJournal } from './memory-journal.ts';

export const openFacts: GuardFacts = {
  protected: { cidrs: [], hosts: [], users: [], services: [] },
  widestPrefix: { ipv4: 24, ipv6: 64 },
};

export function runOptions(change: Partial<ApplyOptions> = {}): ApplyOptions {
  return {
    key: 'i1/step',
    mode: 'live',
    targets: noTargets,
    facts: openFacts,
    journal: memoryJournal(),
    signal: AbortSignal.timeout(60_000),
    progress: () => {},
    ...change,
  };
}

export function actionContext(change: Partial<ActionContext> = {}): ActionContext {
  return { key: 'i1/step', targets: noTargets, signal: AbortSignal.timeout(60_000), progress: () => {}, ...change };
}
