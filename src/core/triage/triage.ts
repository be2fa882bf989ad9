// Triage: what an incident is, how bad it is and who handles it, by the rules of the response plan. Pure; every decision
// has its reason on record.

import { alertBounds } from '../alert.ts';
import { correlate } from '../correlation/correlate.ts';
import { type Enrichment, enrich, enrichmentReasons } from '../enrichment/enrich.ts';
import { evaluate } from '../expression/evaluate.ts';
import { type Scope, scopeOf, unknownTier } from '../expression/scope.ts';
import type { TriageVerdict } from '../incident/plan.ts';
import type { Sla } from '../incident/sla.ts';
import type { ResponsePlan } from '../plan/response-plan.ts';
import type { Raise, Rule } from '../plan/rules.ts';
import { type Service, serviceNamed } from '../plan/services.ts';
import { durationMs, isExpression } from '../plan/values.ts';
import { type Severity, severities, worstSeverity } from '../severity.ts';
import { cutText } from '../text.ts';
import { type IncidentFacts, newestFirst } from './facts.ts';
import { priorityReason, slaOf } from './priority.ts';

export interface Triage {
  verdict: TriageVerdict;
  severity: Severity;
  /** Of its service and assets: 1 matters most, 4 least. */
  importance: number;
  sla: Sla;
  title: string;
  /** As the catalog calls it, or as the alerts do when the catalog does not know it. */
  service: string | null;
  catalogued: Service | undefined;
  playbook: string | null;
  team: string;
  /** Name of the rule that matched; null when the incident is new to the plan. */
  rule: string | null;
  /** What the plan says itself, so that nothing learnt may change it. An owner of the service is such a word too. */
  byRule: { severity: boolean; team: boolean };
  enrichment: Enrichment;
  /** One line a decision, for the timeline. */
  reasons: string[];
  /** What the steps of the playbook compute with. */
  scope: Scope;
}

/** What was learnt and counts because the plan lets it: see core/learning. */
interface Learnt {
  severity?: { value: Severity; why: string };
  team?: { value: string; why: string };
}

export function triage(plan: ResponsePlan, facts: IncidentFacts, learnt: Learnt = {}): Triage {
  const reasons: string[] = [];
  const alerts = newestFirst(facts.alerts);
  const enrichment = enrich(plan, alerts, facts.earlier, Date.parse(facts.opened.detectedAt));
  const scopeWith = (serviceName: string | null, severity: Severity): Scope =>
    scopeOf({
      incident: {
        id: facts.opened.incidentId,
        title: facts.opened.title,
        severity,
        impactStartedAt: facts.opened.impactStartedAt,
        openedAt: facts.opened.detectedAt,
        drill: facts.drill,
      },
      alerts,
      service: serviceName === null ? undefined : serviceNamed(plan.catalog.services, serviceName),
      serviceName,
      enrichment,
    });

  const hinted = worstHint(facts);
  const named = serviceOf(scopeWith(null, hinted));
  const scope = scopeWith(named, hinted);
  const rule = firstMatch(plan.rules.rules, scope, reasons);
  const wanted = serviceByRule(rule, scope, reasons) ?? named;
  const catalogued = wanted === null ? undefined : serviceNamed(plan.catalog.services, wanted);
  const service = catalogued?.name ?? wanted;
  const severity =
    learntValue('severity', learnt.severity, reasons) ??
    severityOf(plan, rule, hinted, { service: catalogued, enrichment }, reasons);
  const known = [catalogued?.tier, enrichment.criticality ?? undefined].filter((one) => one !== undefined);
  const importance = known.length === 0 ? unknownTier : Math.min(...known);
  const sla = slaOf(plan, severity, facts.opened.detectedAt);
  reasons.push(priorityReason(severity, importance, sla), ...enrichmentReasons(enrichment));
  const verdict = verdictOf(rule, { ...facts, service, severity }, plan.catalog.services);
  if (verdict.kind !== 'respond') reasons.push(`${verdict.kind}: ${verdict.reason} (rule ${rule?.name})`);
  const playbook = playbookOf(plan, rule, verdict, reasons);
  return {
    verdict,
    severity,
    importance,
    sla,
    title: titleOf(rule, scope, facts.opened.title, reasons),
    service,
    catalogued,
    playbook,
    team: learntValue('team', learnt.team, reasons) ?? teamOf(plan, rule, catalogued, reasons),
    rule: rule?.name ?? null,
    byRule: {
      severity: rule?.severity !== undefined,
      team: rule?.team !== undefined || catalogued?.team !== undefined,
    },
    enrichment,
    reasons,
    scope: scopeWith(wanted, severity),
  };
}

/** How far back other open incidents matter; null when no rule joins any. */
export function correlatesWithinMs({ rules }: ResponsePlan): number | null {
  const within = rules.rules.flatMap(({ correlate: conditions }) => conditions.map((one) => durationMs(one.within)));
  return within.length === 0 ? null : Math.max(...within);
}

/** Alerts that fire tell how bad it is now; when all are resolved, they tell how bad it was. */
function worstHint(facts: IncidentFacts): Severity {
  const firing = facts.alerts.filter((alert) => alert.status === 'firing');
  const hints = (firing.length > 0 ? firing : facts.alerts).flatMap((alert) => alert.severityHint ?? []);
  return worstSeverity(hints, facts.opened.severity);
}

const longestServiceName = 100;

function serviceOf(scope: Scope): string | null {
  return short(scope.labels.get('service') || scope.entities.service[0] || null);
}

const short = (text: string | null): string | null => text && cutText(text, longestServiceName);

const mostFaults = 10;

function firstMatch(rules: readonly Rule[], scope: Scope, reasons: string[]): Rule | undefined {
  for (const rule of rules) {
    const matched = evaluate(rule.when, scope);
    if (matched.ok && matched.value === true) return rule;
    // A label that is not there is an ordinary "no"; anything else is a fault that the plan's author should see.
    if (!matched.ok && !isAbsence(matched.code) && reasons.length < mostFaults) {
      reasons.push(`rule ${rule.name} passed over: ${matched.reason}`);
    }
  }
  return undefined;
}

const isAbsence = (code: string): boolean => code === 'no_such_key' || code === 'index_out_of_bounds';

function severityOf(
  plan: ResponsePlan,
  rule: Rule | undefined,
  hinted: Severity,
  known: Raised,
  reasons: string[],
): Severity {
  const base = rule?.severity ?? hinted;
  const raises = plan.rules.raise.flatMap((one) => raisedBy(one, known) ?? []);
  const levels = raises.reduce((sum, one) => sum + one.levels, 0);
  const severity = severities[Math.max(0, severities.indexOf(base) - levels)] ?? base;
  const why = rule?.severity ? `rule ${rule.name}` : 'the worst that its alerts say';
  const raised = severity === base ? '' : `; raised from ${base} by ${raises.map(({ why }) => why).join(' and ')}`;
  reasons.push(`severity ${severity}: ${why}${raised}`);
  return severity;
}

function learntValue<Value extends string>(
  what: string,
  learnt: { value: Value; why: string } | undefined,
  reasons: string[],
): Value | undefined {
  if (learnt) reasons.push(`${what} ${learnt.value}: learnt, as ${learnt.why}`);
  return learnt?.value;
}

interface Raised {
  service: Service | undefined;
  enrichment: Enrichment;
}

function raisedBy(
  { tier, criticality, known_bad, levels }: Raise,
  { service, enrichment }: Raised,
): { levels: number; why: string } | undefined {
  if (tier !== undefined) return service?.tier === tier ? { levels, why: `tier ${tier}` } : undefined;
  const { assets, bad } = enrichment;
  if (criticality !== undefined) {
    const asset = assets.find(({ entry }) => entry.criticality === criticality);
    return asset && { levels, why: `criticality ${criticality} of ${asset.entity.kind} ${asset.entity.value}` };
  }
  const [first] = known_bad ? bad : [];
  return first && { levels, why: `known-bad ${first.entity.kind} ${first.entity.value}` };
}

function verdictOf(
  rule: Rule | undefined,
  facts: IncidentFacts & { service: string | null; severity: Severity },
  services: readonly Service[],
): TriageVerdict {
  if (rule?.dismiss) return { kind: 'dismiss', ...rule.dismiss };
  const { opened, drill, service, severity } = facts;
  const incident = { id: opened.incidentId, openedAt: opened.detectedAt, drill, service, severity };
  const older = correlate(incident, rule?.correlate ?? [], facts.openIncidents, services);
  return older ? { kind: 'merge', ...older } : { kind: 'respond' };
}

function playbookOf(
  plan: ResponsePlan,
  rule: Rule | undefined,
  verdict: TriageVerdict,
  reasons: string[],
): string | null {
  if (verdict.kind === 'dismiss') return null;
  const playbook = rule?.playbook ?? plan.rules.default.playbook;
  const why = rule?.playbook
    ? `rule ${rule.name}`
    : rule
      ? `rule ${rule.name} names none`
      : 'no rule matches, so it is new';
  reasons.push(`playbook ${playbook}: ${why}`);
  return playbook;
}

function teamOf(plan: ResponsePlan, rule: Rule | undefined, service: Service | undefined, reasons: string[]): string {
  const team = rule?.team ?? service?.team ?? plan.routing.default_team;
  const why = rule?.team ? `rule ${rule.name}` : service?.team ? `owns ${service.name}` : 'the default';
  reasons.push(`team ${team}: ${why}`);
  return team;
}

function serviceByRule(rule: Rule | undefined, scope: Scope, reasons: string[]): string | null {
  if (rule?.service === undefined) return null;
  return short(computed(rule.service, scope, `service of rule ${rule.name}`, reasons));
}

function titleOf(rule: Rule | undefined, scope: Scope, given: string, reasons: string[]): string {
  const title = rule?.title && computed(rule.title, scope, `title of rule ${rule.name}`, reasons);
  return cutText(title || given, alertBounds.titleLength);
}

/** A text that may be an expression; null, with the reason on record, when that fails. */
function computed(text: string, scope: Scope, what: string, reasons: string[]): string | null {
  if (!isExpression(text)) return text;
  const made = evaluate(text, scope);
  if (made.ok && typeof made.value === 'string') return made.value || null;
  reasons.push(`${what} not computed: ${made.ok ? 'the result is no text' : made.reason}`);
  return null;
}
