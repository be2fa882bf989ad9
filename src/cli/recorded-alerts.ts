// Alerts to try a plan on: the samples of every source, a file, or what the server has on record.

import { readFile, stat } from 'node:fs/promises';
import type { Alert as RecordedAlert } from '../contract/api/index.ts';
import { type Alert, type EntityKind, entityKinds } from '../core/alert.ts';
import { MalformedAlert, noWorld, type Source, signedMessage } from '../sources/source.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import { isResolved, registeredSources, sourceOf } from './samples.ts';

const mostBytes = 64 * 1024 * 1024;
const pageSize = 100;

function read(source: Source, text: string, nowMs: number, headers: Record<string, string> = {}): Alert[] {
  const request = { headers, path: [], body: Buffer.from(text), receivedAtMs: nowMs };
  return source.normalise(source.parse(request, noWorld), nowMs);
}

/** One alert, or a few, of everything that can be made here; none of them over. */
export async function sampleAlerts(nowMs: number): Promise<Alert[]> {
  return (await registeredSources()).flatMap((source) =>
    Object.entries(source.samples)
      .filter(([name]) => !isResolved(name))
      .flatMap(([, sample]) => {
        // As the tool would send it: some say in a header, or under a signature, what it is.
        const { body, headers } = signedMessage(source, sample(nowMs), source.newCredential(), nowMs);
        const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
        try {
          return read(source, body, nowMs, Object.fromEntries(named));
        } catch (error) {
          // Of Amazon SNS nobody but Amazon can sign a body.
          if (error instanceof MalformedAlert) return [];
          throw error;
        }
      }),
  );
}

/**
 * A JSON list, or one JSON object a line, each as `firebreak import` takes it.
 * @throws CliError `alerts_invalid`, which names the line
 */
export async function alertsInFile(file: string, nowMs: number): Promise<Alert[]> {
  const { size } = await stat(file);
  if (size > mostBytes) throw invalid(file, `has ${size} bytes: at most ${mostBytes} are read; split it`);
  const text = await readFile(file, 'utf8');
  const source = await sourceOf('history');
  return linesOf(text, file).flatMap(({ line, place }) => {
    try {
      return read(source, line, nowMs);
    } catch (error) {
      if (error instanceof MalformedAlert) throw invalid(file, `${place}: ${error.message}`);
      throw error;
    }
  });
}

function linesOf(text: string, file: string): { line: string; place: string }[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const all: unknown[] = JSON.parse(text);
      return all.map((one, index) => ({ line: JSON.stringify(one), place: `alert ${index + 1}` }));
    } catch (error) {
      throw invalid(file, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), place: `line ${index + 1}` }));
  return lines.filter(({ line }) => line !== '');
}

const invalid = (file: string, problem: string): CliError => new CliError('alerts_invalid', `${file} ${problem}`);

/** Of the newest incidents; of each the alerts that the API shows with it. */
export async function alertsOnRecord(client: Client, incidents: number): Promise<Alert[]> {
  const alerts: Alert[] = [];
  let left = incidents;
  let cursor: string | undefined;
  do {
    const page = await client.incidents({ limit: Math.min(left, pageSize), ...(cursor !== undefined && { cursor }) });
    for (const { id } of page.items) {
      const incident = await client.incident(id);
      alerts.push(...incident.alerts.map((alert) => fromRecord(alert, id)));
    }
    left -= page.items.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && left > 0);
  return alerts;
}

/** The incident that an alert belongs to stands for its group: they are compared as they were grouped. */
function fromRecord(alert: RecordedAlert, incidentId: string): Alert {
  const { source, fingerprint, status, title, startsAt, labels, annotations, links } = alert;
  return {
    source,
    fingerprint,
    status,
    title,
    startsAt,
    labels,
    annotations,
    links,
    groupKey: incidentId,
    entities: alert.entities.flatMap(({ kind, value }) => (isEntityKind(kind) ? [{ kind, value }] : [])),
    ...(alert.description !== null && { description: alert.description }),
    ...(alert.severityHint !== null && { severityHint: alert.severityHint }),
    ...(alert.endsAt !== null && { endsAt: alert.endsAt }),
  };
}

const isEntityKind = (kind: string): kind is EntityKind => entityKinds.includes(kind as EntityKind);
