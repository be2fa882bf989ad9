// One plain line for each entry of the audit log: the timeline of API, CLI, console and report. Total: an entry of a
// kind that is not known here, or whose data is not what its kind says, is shown as it is.

import type { ActionOutcome } from '../action-outcome.ts';
import type { Json } from '../canonical.ts';
import type { IncidentFact } from '../incident/events.ts';
import { plainLine } from '../text.ts';
import { counted, eventLine, isEventKind, outcomeLine, simulatedMark, undoneLine, words } from './describe-event.ts';
import { asList, asRecord, asText, type Data } from './entry-data.ts';

/** What an entry must have to be described. `at` is ISO-8601. */
export interface TimelineEntry {
  at: string;
  actor: string;
  kind: string;
  data: Json;
}

/** Without time and actor, which stand beside it. Plain text of one line: escape it where it is shown. */
export function describeEntry(entry: Pick<TimelineEntry, 'kind' | 'data'>): string {
  return plainLine(describe(entry));
}

function describe({ kind, data }: Pick<TimelineEntry, 'kind' | 'data'>): string {
  try {
    if (isEventKind(kind)) return eventLine({ ...asRecord(data), type: kind } as IncidentFact);
    const line = Object.hasOwn(lines, kind) ? lines[kind]?.(asRecord(data)) : undefined;
    return line ?? asItIs(kind, data);
  } catch {
    return asItIs(kind, data);
  }
}

const lines: Record<string, (data: Data) => string> = {
  incident_opened: ({ title, severity }) => `Incident opened, severity ${asText(severity)}: ${asText(title)}`,
  incident_merged_in: ({ from, alerts }) =>
    `Incident ${asText(from)} was merged into this one with ${counted(Number(alerts), 'alert')}`,
  incident_unmerged: ({ from, alerts }) =>
    `Incident ${asText(from)} was taken out of this one again with ${counted(Number(alerts), 'alert')}`,
  alert_quarantined: ({ place, problem }) =>
    `Alert that could not be read put aside: ${asText(place)}: ${asText(problem)}`,
  alerts_accepted: ({ requests }) => alertsAccepted(requests),
  alerts_reconsidered: ({ requests }) => alertsReconsidered(requests),
  silence_created: ({ id, matchers, endsAt, reason }) =>
    `Silence ${asText(id)} until ${asText(endsAt)} for ${asList(matchers).map(asText).join(', ')}${because(reason)}`,
  silence_expired: ({ id }) => `Silence ${asText(id)} expired before its time`,
  action_intent: ({ effect }) => intent(asRecord(effect)),
  action_outcome: ({ effect, outcome }) => actionOutcome(asRecord(effect), outcome),
  approval_requested: ({ title, quorum, roles }) =>
    `Approval asked for: ${asText(title)} (${quorum === 1 ? 'one person' : `${Number(quorum)} people`} with role ${asList(roles).join(' or ')})`,
  approval_approved: ({ by, reason }) => `Approval given by ${asList(by).map(asText).join(', ')}${because(reason)}`,
  approval_rejected: ({ by, reason }) => `Approval rejected by ${asList(by).map(asText).join(', ')}${because(reason)}`,
  approval_expired: ({ reason }) => `Approval expired${because(reason)}`,
  approval_cancelled: () => 'Approval no longer needed',
  decision_recorded: ({ decision, reason, approvalId }) =>
    `${decisionWords[asText(decision)] ?? 'Rejected'} (approval ${asText(approvalId)})${because(reason)}`,
  break_glass_used: ({ approvalId, reason }) =>
    `BREAK-GLASS: approved alone, without the others (approval ${asText(approvalId)})${because(reason)}`,
  decision_refused: ({ decision, reason }) => `Decision not taken (${asText(decision ?? 'none')})${because(reason)}`,
  command_requested: ({ request }) =>
    `Asked for: ${words(asText(asRecord(request).type))}${commandDetail(asRecord(request))}`,
  command_refused: ({ type, reason }) => `Could not ${words(asText(type))}${because(reason)}`,
  containment_changed: ({ status, reason, expiresAt }) => containmentChanged(asText(status), asText(expiresAt), reason),
  notice_sent: ({ channel, to, result, detail }) =>
    result === 'sent'
      ? `Notice sent to ${asText(to)} through ${asText(channel)}`
      : `Notice to ${asText(to)} through ${asText(channel)} ${words(asText(result))}${because(detail)}`,
  learning_rebuild_requested: ({ incidents }) =>
    `What was learnt is forgotten, and learnt anew from ${counted(Number(incidents), 'incident')}`,
  key_created: ({ name, role }) => `API key ${asText(name)} created with role ${asText(role)}`,
  key_revoked: ({ name }) => `API key ${asText(name)} revoked`,
};

const decisionWords: Record<string, string> = { approve: 'Approved', break_glass: 'Approved alone' };

function alertsAccepted(requests: Json | undefined): string {
  const changes = changesIn(requests);
  const withheld = changes.filter(({ withheld }) => withheld !== undefined).length;
  const resolved = changes.filter(({ change }) => change === 'resolved').length;
  const kept = withheld === 0 ? '' : `, ${withheld} withheld${whyWithheld(changes)}`;
  const fired = changes.length - resolved - withheld;
  return `${counted(changes.length, 'alert')} accepted (${fired} fired, ${resolved} resolved${kept})`;
}

function alertsReconsidered(requests: Json | undefined): string {
  const changes = changesIn(requests);
  const released = changes.filter(({ change }) => change === 'released').length;
  return released > 0
    ? `${counted(released, 'alert')} released: nothing withholds what still fires`
    : `${counted(changes.length, 'alert')} withheld still${whyWithheld(changes)}`;
}

const changesIn = (requests: Json | undefined): Data[] =>
  asList(requests)
    .flatMap((request) => asList(asRecord(request).alerts))
    .map(asRecord);

/** Of the first, as the others mostly have the same. */
function whyWithheld(changes: readonly Data[]): string {
  const first = changes.find(({ withheld }) => withheld !== undefined)?.withheld;
  if (first === undefined) return '';
  const { why, by, reason } = asRecord(first);
  return `: ${words(asText(why))} by ${asText(by)}${because(reason)}`;
}

const intents: Record<string, string> = { apply: 'About to do', undo: 'About to undo', extend: 'About to extend' };

function intent(effect: Data): string {
  return `${intents[asText(effect.role)] ?? 'About to do'}: ${asText(effect.description)}${simulatedMark(modeOf(effect))}`;
}

function actionOutcome(effect: Data, outcome: Json | undefined): string {
  const title = asText(effect.description);
  const known = asRecord(outcome) as unknown as ActionOutcome;
  return effect.role === 'undo' ? undoneLine(title, known) : outcomeLine(title, known);
}

const modeOf = (effect: Data): 'simulate' | 'live' => (effect.mode === 'live' ? 'live' : 'simulate');

function commandDetail({ to, text: note, severity, action, stepId, reason }: Data): string {
  const detail = to ?? note ?? severity ?? action ?? stepId;
  return `${detail === undefined ? '' : ` ${asText(detail)}`}${because(reason)}`;
}

function containmentChanged(status: string, expiresAt: string, reason: Json | undefined): string {
  const until = status === 'held' ? ` until ${expiresAt}` : '';
  return `Containment ${words(status)}${until}${because(reason)}`;
}

const because = (reason: Json | undefined): string =>
  typeof reason === 'string' && reason !== '' ? `: ${reason}` : '';

function asItIs(kind: string, data: Json): string {
  const shown = data === null ? '' : JSON.stringify(data);
  return shown === '' || shown === '{}' ? words(kind) : `${words(kind)}: ${shown}`;
}
