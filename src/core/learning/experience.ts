// What was learnt, brought to bear on one incident while its response is planned. It ranks and suggests. Only where the
// plan opts in, and only where its rules have nothing to say, a learnt severity that is worse, or a learnt team, counts.

import type { ResponsePlan } from '../plan/response-plan.ts';
import { compareSeverity, type Severity } from '../severity.ts';
import { plainLine } from '../text.ts';
import type { IncidentFacts } from '../triage/facts.ts';
import { type Triage, triage } from '../triage/triage.ts';
import { type Feature, featuresOf } from './features.ts';
import { type Evidence, type Judgement, judge, judgementWords } from './judge.ts';
import { type Kind, kindOf } from './kind.ts';
import type { ModelView } from './model.ts';
import { type PastIncident, type Suggested, suggestedSeverity, suggestedTaker, suggestedTeam } from './suggest.ts';

/** How reasons that come from here begin: what is thought of the incident, and what people may want to do. */
const judged = 'learnt: ';
const suggested = 'suggested: ';

/** The reasons that come from here, without how they begin, and all others. */
export function learntFrom(reasons: readonly string[]): { judged: string[]; suggested: string[]; others: string[] } {
  const from = (prefix: string): string[] =>
    reasons.filter((reason) => reason.startsWith(prefix)).map((reason) => reason.slice(prefix.length));
  const others = reasons.filter((reason) => !reason.startsWith(judged) && !reason.startsWith(suggested));
  return { judged: from(judged), suggested: from(suggested), others };
}

/** An incident as it is learnt from once it has ended. */
export interface Case {
  features: Feature[];
  kind: Kind;
  rule: string | null;
  /** By the plan alone. */
  proposed: Severity;
}

export interface Experience {
  model: ModelView;
  /** Names the model in the reasons. */
  digest: string;
  evidence: Evidence;
  /** Of its kind, the newest. */
  history: readonly PastIncident[];
}

export const caseOf = (facts: IncidentFacts, triaged: Triage): Case => ({
  features: featuresOf(facts, triaged),
  kind: kindOf(facts, triaged),
  rule: triaged.rule,
  proposed: triaged.severity,
});

export interface Taught {
  triaged: Triage;
  judgement: Judgement | undefined;
}

/** `triaged` is what the plan alone decides. */
export function taught(plan: ResponsePlan, facts: IncidentFacts, triaged: Triage, experience: Experience): Taught {
  const { kind, features, proposed } = caseOf(facts, triaged);
  const { model, digest, evidence, history } = experience;
  const judgement = judge(model, features, kind, evidence);
  const severity = suggestedSeverity(history, kind, proposed);
  const team = suggestedTeam(history, kind, plan.routing);
  const used = { ...usedSeverity(plan, triaged, severity), ...usedTeam(plan, triaged, team) };
  const decided = Object.keys(used).length > 0 ? triage(plan, facts, used) : triaged;
  const suggestions = [
    ...(severity && !used.severity ? [`severity ${severity.value}, as ${severity.why}`] : []),
    ...(team && team.value !== decided.team ? [`team ${team.value}, as ${team.why}`] : []),
    ...askWho(suggestedTaker(history, kind), team),
  ];
  const reasons = [
    ...decided.reasons,
    ...(judgement ? [`${judged}${judgementWords(judgement)} (model ${digest}): ${judgement.because.join('; ')}`] : []),
    ...suggestions.map((suggestion) => `${suggested}${suggestion}`),
  ];
  return { judgement, triaged: { ...decided, reasons } };
}

/** Unless it is the team itself. */
const askWho = (taker?: Suggested<string>, team?: Suggested<string>): string[] =>
  taker && taker.value !== team?.value ? [`ask ${plainLine(taker.value, longestName)}, as ${taker.why}`] : [];

const longestName = 80;

function usedSeverity(plan: ResponsePlan, triaged: Triage, learnt: Suggested<Severity> | undefined) {
  const isFree = plan.rules.learnt === 'use' && !triaged.byRule.severity;
  return isFree && learnt && compareSeverity(learnt.value, triaged.severity) < 0 ? { severity: learnt } : {};
}

function usedTeam(plan: ResponsePlan, triaged: Triage, learnt: Suggested<string> | undefined) {
  const isFree = plan.routing.learnt === 'use' && !triaged.byRule.team;
  return isFree && learnt && learnt.value !== triaged.team ? { team: learnt } : {};
}
