// What a step of the flow may look at: what came of the steps before it, by the ids that its author wrote.

import type { Json } from '../canonical.ts';
import type { Answer } from '../incident/answer.ts';
import type { ItemCounts } from '../incident/events.ts';
import type { FlowPlace } from '../incident/flow.ts';
import type { IncidentState, StepProgress } from '../incident/state.ts';

export interface Seen {
  steps: Record<string, SeenStep>;
  vars: Record<string, Json>;
}

export interface SeenStep {
  /** done, failed, skipped, refused or unknown. */
  result: string;
  answer?: Answer;
  outputs?: Record<string, Json>;
  items?: ItemCounts;
}

export const nothingSeen: Seen = { steps: {}, vars: {} };

/** Names that steps set at the place are known there, and in the items inside. */
export const scopeAt = ({ prefix, suffix }: Pick<FlowPlace, 'prefix' | 'suffix'>): string => `${prefix}*${suffix}`;

type Told = Pick<IncidentState, 'steps' | 'vars'>;

/** Steps of the same playbook or module: outside of items, and in the same items. The nearest of a name counts. */
export function seenFrom(place: FlowPlace, { steps, vars }: Told): Seen {
  const seen: Record<string, SeenStep> = {};
  const depth: Record<string, number> = {};
  for (const [id, progress] of Object.entries(steps)) {
    const [local, ...around] = id.startsWith(place.prefix) ? id.slice(place.prefix.length).split('.') : [];
    const step = seenStep(progress);
    if (!local || !step || !suffixesOf(place).includes(around.map((part) => `.${part}`).join(''))) continue;
    if (around.length < (depth[local] ?? 0)) continue;
    seen[local] = step;
    depth[local] = around.length;
  }
  const known = suffixesOf(place).map((suffix) => vars[scopeAt({ ...place, suffix })] ?? {});
  return { steps: seen, vars: Object.assign({}, ...known) };
}

/** Outermost first. */
function suffixesOf({ suffix }: FlowPlace): string[] {
  const parts = suffix.split('.').slice(1);
  return ['', ...parts.map((_, index) => `.${parts.slice(0, index + 1).join('.')}`)];
}

function seenStep({ outcome, answer, outputs }: StepProgress): SeenStep | undefined {
  if (!outcome) return undefined;
  const items = 'outcome' in outcome && 'items' in outcome.outcome ? outcome.outcome.items : undefined;
  return {
    result: outcome.result,
    ...(answer !== undefined && { answer }),
    ...(outputs && { outputs }),
    ...(items && { items }),
  };
}
