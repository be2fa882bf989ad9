// What can be known of an action before it runs: used when a playbook is checked or planned. Has no power, looks at no
// target and knows nothing of this host.

import type { Json } from '../core/canonical.ts';
import type { ActionKind, GuardFacts, Refusal, Risk } from './action.ts';
import { actionNamed } from './index.ts';
import { storable } from './lib/attempt.ts';

export type ActionCheck =
  | {
      ok: true;
      name: string;
      /** In canonical form: what a digest is taken of and what the action is later run with. */
      params: Json;
      target: string;
      description: string;
      kind: ActionKind;
      risk: Risk;
      d3fend?: string;
      reversible: boolean;
      /** Why it would be refused already now. The privileged worker asks again, knowing its host. */
      refusal?: Refusal;
    }
  | { ok: false; name: string; problems: readonly string[] };

/** @throws UnknownActionError */
export function checkAction(name: string, params: unknown, facts: GuardFacts): ActionCheck {
  const action = actionNamed(name);
  if (!storable(params)) {
    return { ok: false, name, problems: ['params: no store can keep a NUL or half a surrogate pair'] };
  }
  const parsed = action.params.safeParse(params);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${['params', ...issue.path].map(String).join('.')}: ${issue.message}`,
    );
    return { ok: false, name, problems };
  }
  const refusal = action.refuse(parsed.data, { protected: facts.protected, widestPrefix: facts.widestPrefix });
  return {
    ok: true,
    name,
    params: parsed.data as Json,
    target: action.target(parsed.data),
    description: action.describe(parsed.data),
    kind: action.kind,
    risk: action.risk,
    reversible: action.undo !== undefined,
    ...(action.d3fend === undefined ? {} : { d3fend: action.d3fend }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
