// The alerts of a test: normalised by the sources themselves, and handed to the incident as the inbox would.

import type { Alert } from '../core/alert.ts';
import { alertId } from '../core/ids.ts';
import type { AlertNote } from '../core/incident/notes.ts';
import type { OpenedIncident } from '../core/incident/state.ts';
import type { TestAlert } from '../core/plan/plan-test.ts';
import { worstSeverity } from '../core/severity.ts';
import { sources } from '../sources/index.ts';
import { MalformedAlert, noWorld } from '../sources/source.ts';
import { PlanClock } from './plan-clock.ts';

class AlertError extends Error {
  readonly code = 'test_alert_invalid';
  /** What was probably meant is one of these. */
  readonly known: readonly string[];
  readonly wrong: string | undefined;

  constructor(message: string, wrong?: string, known: readonly string[] = []) {
    super(message);
    this.name = 'AlertError';
    this.wrong = wrong;
    this.known = known;
  }
}

const resolvedSample = /-resolved$/;

/** @throws AlertError */
export function normalised({ sample: sampleName, source: sourceName, ...given }: TestAlert, nowMs: number): Alert[] {
  const name = sampleName === undefined ? 'generic' : (sourceName ?? 'alertmanager');
  const source = sources.get(name);
  if (!source) throw new AlertError(`there is no source "${name}"`, name, [...sources.keys()]);
  const sample = sampleName === undefined ? undefined : source.samples[sampleName];
  if (sampleName !== undefined && !sample) {
    const known = Object.keys(source.samples).filter((one) => !resolvedSample.test(one));
    throw new AlertError(`the source ${name} has no sample "${sampleName}"`, sampleName, known);
  }
  const body = sample ? sample(nowMs) : JSON.stringify({ status: 'firing', ...given });
  try {
    const headers = source.sign(body, source.newCredential(), nowMs);
    const path = source.samplePath === undefined ? [] : [source.samplePath];
    return source.normalise(
      source.parse({ headers, path, body: Buffer.from(body), receivedAtMs: nowMs }, noWorld),
      nowMs,
    );
  } catch (error) {
    if (error instanceof MalformedAlert) throw new AlertError(error.message);
    throw error;
  }
}

/** What is wrong with an alert of a test, before any test runs. */
export function problemOfAlert(alert: TestAlert) {
  try {
    // At a time at which alerts can have begun.
    normalised(alert, Date.now());
    return undefined;
  } catch (error) {
    if (!(error instanceof AlertError)) throw error;
    return { message: error.message, known: error.known, ...(error.wrong !== undefined && { wrong: error.wrong }) };
  }
}

/** What the inbox of one incident would hold. */
export class AlertsOfIncident {
  readonly #alerts: Alert[] = [];
  #position = 0;

  get all(): readonly Alert[] {
    return this.#alerts;
  }

  /** Number of the last change. */
  get lastPosition(): number {
    return this.#position;
  }

  fire(alerts: readonly Alert[]): AlertNote[] {
    return alerts.map((alert) => {
      this.#alerts.push(alert);
      return this.#note(alert, 'fired');
    });
  }

  /** @param which from 1, in the order in which they fired; those that are resolved already stay so */
  resolve(which: 'all' | readonly number[], at: string): AlertNote[] {
    const chosen = which === 'all' ? this.#alerts.keys() : which.map((place) => place - 1);
    return [...chosen].flatMap((index) => {
      const alert = this.#alerts[index];
      if (!alert || alert.status === 'resolved') return [];
      const resolved: Alert = { ...alert, status: 'resolved', endsAt: at };
      this.#alerts[index] = resolved;
      return [this.#note(resolved, 'resolved')];
    });
  }

  /** By the server's clock. @param clock alerts are by that of the plan */
  opened(incidentId: string, nowMs: number, clock = new PlanClock(nowMs)): OpenedIncident {
    const hints = this.#alerts.flatMap(({ severityHint }) => severityHint ?? []);
    const starts = this.#alerts.map(({ startsAt }) => clock.serverMs(Date.parse(startsAt)));
    return {
      incidentId,
      severity: worstSeverity(hints),
      title: this.#alerts[0]?.title ?? '',
      impactStartedAt: new Date(Math.min(...starts, nowMs)).toISOString(),
      detectedAt: new Date(nowMs).toISOString(),
    };
  }

  #note(alert: Alert, change: 'fired' | 'resolved'): AlertNote {
    this.#position += 1;
    const firingAfter = this.#alerts.filter(({ status }) => status === 'firing').length;
    const { title, severityHint = null } = alert;
    return { position: this.#position, alertId: alertId(alert), change, firingAfter, severityHint, title };
  }
}
