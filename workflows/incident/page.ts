// Telling people: levels of escalation until someone acknowledges, and single notices in between.

import { condition } from '@temporalio/workflow';
import type { NoticePlan } from '../../src/core/incident/plan.ts';
import type { Notice } from '../../src/core/notice.ts';
import { notifier } from '../proxies.ts';
import { type Incident, untilBoundary } from './incident.ts';

/** Companion: runs beside the phases until someone acknowledges or nobody is left to tell. */
export function page(incident: Incident): Promise<void> {
  return untilBoundary(async () => {
    // Nobody is woken for what is dismissed or merged by triage; a merge that was refused is responded to like any other.
    await condition(() => incident.state.status !== 'triage' || incident.over);
    const { plan } = incident.state;
    if (plan && !incident.isEnding) await escalate(incident, plan.page);
  });
}

/** A first level of nobody but the console is told with the facts of triage: its entry in the journal is the notice. */
export function pageOnConsole(incident: Incident): void {
  const first = incident.state.plan?.page.levels[0] ?? [];
  if (incident.isEnding || !first.every(({ channel }) => channel === 'console')) return;
  incident.record(first.map(({ channel, to }) => ({ type: 'paged', level: 0, channel, to, ...shown })));
}

async function escalate(incident: Incident, plan: NoticePlan): Promise<void> {
  const isAnswered = () =>
    incident.over ||
    incident.isStopped ||
    incident.state.times.acknowledgedAt !== undefined ||
    incident.state.recovered !== null;
  for (let level = incident.state.pagedLevel + 1; level < plan.levels.length; level += 1) {
    if (level > 0) {
      const escalateAtMs = Date.parse(incident.state.pagedAt ?? incident.state.times.detectedAt) + plan.escalateAfterMs;
      if (await incident.waitUntil(isAnswered, escalateAtMs, `Page: escalate to level ${level + 1}`)) return;
    }
    await pageLevel(incident, plan, level);
  }
}

async function pageLevel(incident: Incident, plan: NoticePlan, level: number): Promise<void> {
  const text = incident.state.plan?.reasons.join('; ') ?? '';
  const tellOne = async ({ channel, to }: { channel: string; to: string }) => {
    const delivery = await send(incident, channel, to, { kind: 'page', text, key: `page-${level}` });
    incident.record({ type: 'paged', level, channel, to, ...delivery });
  };
  await Promise.all((plan.levels[level] ?? []).map(tellOne));
  await incident.flush();
}

type Message = Pick<Notice, 'kind' | 'text' | 'key'>;
type Recipient = NoticePlan['levels'][number][number];
type SendResult = { result: 'sent' | 'not_configured' | 'failed'; detail: string };

/** The console shows the journal itself: no vendor is needed. */
const shown = { result: 'sent', detail: 'shown in the console' } as const;

/** Tells the people who were paged last; before the first page, those of the first level. */
export async function tell(incident: Incident, message: Message): Promise<void> {
  await tellAll(incident, message, null, null);
}

/** @param to those instead of the people who were paged */
export async function tellAll(
  incident: Incident,
  message: Message,
  to: Recipient[] | null,
  timeoutMs: number | null,
): Promise<SendResult[]> {
  const levels = incident.state.plan?.page.levels ?? [];
  const level = to ?? levels[Math.max(incident.state.pagedLevel, 0)] ?? [];
  return Promise.all(level.map(({ channel, to: one }) => send(incident, channel, one, message, timeoutMs)));
}

async function send(
  incident: Incident,
  channel: string,
  to: string,
  message: Message,
  timeoutMs: number | null = null,
): Promise<SendResult> {
  if (channel === 'console') return shown;
  const { severity, title } = incident.state;
  const notice: Notice = {
    ...message,
    key: `${incident.id}/${message.key}/${channel}/${to}`,
    incidentId: incident.id,
    severity,
    title,
    to,
    at: new Date().toISOString(),
  };
  try {
    return await notifier(`Tell ${channel}: ${message.kind}`, timeoutMs).notify({ channel, notice });
  } catch (error) {
    // People who cannot be reached must not stop the response; the journal says that they were not told.
    return { result: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
