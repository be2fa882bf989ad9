// What must be true when everything has come to rest, whatever crashed before. Each check gives its violations in words.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { containmentWorkflowId, incidentWorkflowId } from '../../src/contract/names.ts';
import type { AuditEntry } from '../../src/core/audit/entry.ts';
import { hasEnded } from '../../src/core/incident/status.ts';
import type { Stack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import type { Alertmanager } from './alertmanager.ts';
import type { People } from './people.ts';
import type { Target } from './target.ts';

export interface World {
  stack: Pick<Stack, 'store' | 'client' | 'environment' | 'tails'>;
  target: Target;
  alertmanager: Alertmanager;
  people: People;
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Waits until nothing is under way: every alert told, every command and effect ended, every workflow through. */
export async function untilSettled(world: World, incidentIds: readonly string[], withinMs = 240_000): Promise<void> {
  const open = () => unsettled(world, incidentIds);
  await until('everything to come to rest', async () => (await open()).length === 0, {
    withinMs,
    everyMs: 500,
    hint: async () =>
      `${(await open()).join('\n')}\n${await whyOpen(world, incidentIds)}\n${await world.stack.tails()}`,
  });
}

async function unsettled({ stack: { store, client } }: World, incidentIds: readonly string[]): Promise<string[]> {
  const ids = await withMerged(store, incidentIds);
  const result = await sql<{ what: string }>`
    select 'backlog of ' || incident_id as what from incidents
      where delivered_through < last_position and incident_id = any(${ids}::text[])
    union all select 'incident ' || incident_id || ' is ' || status || ' ' || title from incidents
      where closed_at is null and incident_id = any(${ids}::text[])
    union all select 'command ' || command_id || ' ' || type from commands
      where status = 'pending' and incident_id = any(${ids}::text[])
    union all select 'effect ' || key from effects where outcome is null and incident_id = any(${ids}::text[])
    union all select 'containment ' || containment_id || ' is ' || status from containments
      where ended_at is null and status <> 'not_applied' and incident_id = any(${ids}::text[])`.execute(store);
  if (result.rows.length > 0) return result.rows.map(({ what }) => what);
  const statuses = await Promise.all(ids.map((id) => statusOf(client, incidentWorkflowId(id))));
  return ids.filter((_, index) => statuses[index] === 'RUNNING').map((id) => `workflow of ${id}`);
}

/** For whoever reads why a test failed. */
export async function whyOpen(
  { stack: { store, client } }: { stack: Pick<Stack, 'store' | 'client'> },
  incidentIds: readonly string[],
): Promise<string> {
  if (incidentIds.length === 0) return 'no incident';
  const rows = await store
    .selectFrom('incidents')
    .select(['incident_id', 'state', 'state_version'])
    .where('incident_id', 'in', incidentIds)
    .where('closed_at', 'is', null)
    .limit(3)
    .execute();
  const told = rows.map(async ({ incident_id: id, state, state_version }) => {
    const approvals = await store.selectFrom('approvals').selectAll().where('incident_id', '=', id).execute();
    const commands = await store.selectFrom('commands').selectAll().where('incident_id', '=', id).execute();
    const handle = client.workflow.getHandle(incidentWorkflowId(id));
    const { raw } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const ended = events?.slice(-40).map((event) => {
      const { eventId, eventTime, eventType, ...attributes } = event;
      return `${eventId} ${JSON.stringify(eventTime)} ${eventType} ${JSON.stringify(attributes).slice(0, 300)}`;
    });
    const pending = { activities: raw.pendingActivities, task: raw.pendingWorkflowTask };
    return [JSON.stringify({ id, state, state_version, approvals, commands, pending }), ...(ended ?? [])].join('\n');
  });
  return (await Promise.all(told)).join('\n');
}

async function withMerged(store: Stack['store'], ids: readonly string[]): Promise<string[]> {
  const rows = await store.selectFrom('incidents').select('merged_into').where('incident_id', 'in', ids).execute();
  return [...new Set([...ids, ...rows.flatMap(({ merged_into }) => merged_into ?? [])])];
}

async function statusOf(client: Stack['client'], workflowId: string): Promise<string> {
  return (await client.workflow.getHandle(workflowId).describe()).status.name;
}

/** Empty when nothing was lost and nothing was done twice. */
export async function violations(world: World, incidentIds: readonly string[]): Promise<string[]> {
  const ids = await withMerged(world.stack.store, incidentIds);
  const found = await Promise.all([
    ofAlerts(world, ids),
    ofIncidents(world, ids),
    ofEffects(world, ids),
    ofContainments(world, ids),
    ofDecisions(world, ids),
    ofTimelines(world, ids),
  ]);
  return found.flat();
}

async function ofAlerts({ stack: { store }, alertmanager }: World, ids: string[]): Promise<string[]> {
  const rows = await store.selectFrom('alerts').select(['fingerprint', 'status', 'incident_id']).execute();
  return [...alertmanager.accepted.values()].flatMap(({ fingerprint, status, group }) => {
    const stored = rows.filter((row) => row.fingerprint === fingerprint);
    const [alert] = stored;
    if (stored.length !== 1 || !alert)
      return [`${group}/${fingerprint} was accepted and is stored ${stored.length} times`];
    if (alert.incident_id === null) return [`${group}/${fingerprint} is in no incident`];
    if (ids.includes(alert.incident_id) && alert.status !== status) return [`${group}/${fingerprint} is not ${status}`];
    return [];
  });
}

async function ofIncidents({ stack: { store, client } }: World, ids: string[]): Promise<string[]> {
  const incidents = await store.selectFrom('incidents').selectAll().where('incident_id', 'in', ids).execute();
  const found = await Promise.all(
    incidents.map(async (row) => {
      const { incident_id: id, state, last_position: last } = row;
      const events = await store.selectFrom('alert_events').select('position').where('incident_id', '=', id).execute();
      const positions = events.map(({ position }) => position).sort((a, b) => a - b);
      const isGapless = positions.length === last && positions.every((position, index) => position === index + 1);
      const workflow = await statusOf(client, incidentWorkflowId(id));
      const expected = hasEnded(row.status) ? 'COMPLETED' : 'RUNNING';
      return [
        !isGapless && `${id} has positions ${positions.join()} and ends at ${last}`,
        row.delivered_through !== last && `${id} was told through ${row.delivered_through} of ${last}`,
        state?.seenThrough !== last && `${id} saw alerts through ${state?.seenThrough} of ${last}`,
        !hasEnded(row.status) &&
          state?.firing !== row.firing_count &&
          `${id} believes that ${state?.firing} of ${row.firing_count} fire`,
        state?.status !== row.status && `${id} is ${row.status} and believes to be ${state?.status}`,
        workflow !== expected && `${id} is ${row.status} and its workflow ${workflow}`,
      ].filter((one) => one !== false);
    }),
  );
  return found.flat();
}

async function ofEffects({ stack: { store }, target }: World, ids: string[]): Promise<string[]> {
  const effects = await store.selectFrom('effects').selectAll().where('incident_id', 'in', ids).execute();
  const runs = (await target.runs()).filter(({ key }) => ids.some((id) => key.startsWith(`${id}/`)));
  const times = (what: string, key: string) => runs.filter((run) => run.what === what && run.key === key).length;
  const unasked = runs
    .filter(({ key }) => !effects.some((effect) => effect.key === key && effect.intent_at !== null))
    .map(({ what, key }) => `${what} ${key} happened without an intent`);
  const wrong = effects
    .filter(({ effect, role }) => effect.action === 'run_command' && role !== 'extend')
    .flatMap(({ key, origin, role, outcome }) => {
      const count = times(role, origin);
      const state = outcome?.state ?? 'nothing';
      // An unknown outcome may or may not have happened, but never twice.
      const isRight =
        state === 'unknown'
          ? count <= 1
          : count === (state === 'applied' || (state === 'undone' && role === 'undo') ? 1 : 0);
      return isRight ? [] : [`${key} is ${state} and happened ${count} times`];
    });
  return [...unasked, ...wrong];
}

async function ofContainments({ stack: { store, client }, target }: World, ids: string[]): Promise<string[]> {
  const rows = await store.selectFrom('containments').selectAll().where('incident_id', 'in', ids).execute();
  const blocked = target.blocked();
  const found = await Promise.all(
    rows.map(async ({ containment_id: id, status, target: name, mode }) => {
      if (status === 'not_applied') return [];
      const workflow = await statusOf(client, containmentWorkflowId(id));
      const isOver = status === 'lifted' || status === 'expired';
      const isBlocked = blocked.includes(name.replace('ip:', ''));
      const othersHold = rows.some((row) => row.containment_id !== id && row.target === name && row.status === 'held');
      return [
        workflow !== (isOver ? 'COMPLETED' : 'RUNNING') && `containment ${id} is ${status}, its workflow ${workflow}`,
        mode === 'live' &&
          isBlocked === isOver &&
          !othersHold &&
          `containment ${id} is ${status}; blocked: ${isBlocked}`,
      ].filter((one) => one !== false);
    }),
  );
  return found.flat();
}

async function ofDecisions({ stack: { store }, people }: World, ids: string[]): Promise<string[]> {
  const approvals = await store.selectFrom('approvals').selectAll().where('incident_id', 'in', ids).execute();
  const decisions = await store.selectFrom('decisions').select('approval_id').execute();
  return approvals.flatMap(({ approval_id: id, status }) => {
    const count = decisions.filter((decision) => decision.approval_id === id).length;
    if (people.decided.has(id) && count !== 1) return [`approval ${id} was decided and has ${count} decisions`];
    return status === 'approved' && count === 1 ? [] : [`approval ${id} is ${status} with ${count} decisions`];
  });
}

/** The story that the audit log tells of each incident is the one that its workflow went through. */
async function ofTimelines({ stack: { store }, people }: World, ids: string[]): Promise<string[]> {
  const incidents = await store
    .selectFrom('incidents')
    .select(['incident_id', 'state'])
    .where('incident_id', 'in', ids)
    .execute();
  const rows = await store
    .selectFrom('audit_entries')
    .select('body')
    .where('incident_id', 'in', ids)
    .orderBy('seq')
    .execute();
  const entries = rows.map(({ body }) => JSON.parse(body) as AuditEntry);
  const commands = await store.selectFrom('commands').selectAll().where('incident_id', 'in', ids).execute();
  const wrong = incidents.flatMap(({ incident_id: id, state }) => {
    const own = entries.filter((entry) => entry.incidentId === id);
    const of = (kind: string) =>
      own.filter((entry) => entry.kind === kind).map(({ data }) => data as Record<string, unknown>);
    const through = Math.max(0, ...of('alerts_received').map((data) => Number(data.through)));
    const finished = of('step_finished').map((data) => data.stepId);
    const lastStatus = of('status_changed').at(-1)?.status;
    const ends = of('reported').length - of('reopened').length;
    const pages = of('paged').map(({ level, to }) => `${level} ${to}`);
    return [
      through !== state?.seenThrough && `the timeline of ${id} has alerts through ${through} of ${state?.seenThrough}`,
      lastStatus !== state?.status && `the timeline of ${id} ends with ${lastStatus}, it is ${state?.status}`,
      new Set(pages).size !== pages.length && `the timeline of ${id} has pages twice: ${pages.join()}`,
      ends > 1 && `the timeline of ${id} ends ${ends} times`,
      of('triaged').length === 0 && `the timeline of ${id} has no triage`,
      ...Object.entries(state?.steps ?? {}).map(
        ([stepId, { outcome }]) => outcome && !finished.includes(stepId) && `the timeline of ${id} misses ${stepId}`,
      ),
    ].filter((one) => typeof one === 'string');
  });
  const lost = commands
    .filter(({ command_id, type }) => people.done.has(command_id) && !['decide', 'lift', 'extend'].includes(type))
    .filter(({ command_id }) => !entries.some(({ data }) => (data as { commandId?: string }).commandId === command_id))
    .map(({ command_id, type }) => `command ${command_id} (${type}) was done and is not on the timeline`);
  return [...wrong, ...lost];
}

/** What `firebreak audit verify` says of the live log. */
export async function auditVerdict({
  environment,
}: Pick<Stack, 'environment'>): Promise<{ ok: boolean; said: string }> {
  const run = promisify(execFile);
  try {
    const { stdout } = await run(process.execPath, [main, 'audit', 'verify', '--json'], { env: environment });
    return { ok: JSON.parse(stdout).ok === true, said: stdout };
  } catch (error) {
    return { ok: false, said: String((error as { stdout?: string }).stdout ?? error) };
  }
}
