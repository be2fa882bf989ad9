// Asks a URL whether a service is well: n good answers in a row within a deadline.

import { setTimeout as sleep } from 'node:timers/promises';
import { type AllowRule, ruleForConfigured } from '../net/allow-rule.ts';
import { type SafeResponse, safeFetch } from '../net/safe-fetch.ts';
import { checkedUrl, SafeFetchError, whyAddressRefused } from '../net/url-guard.ts';
import { type ActionContext, ActionError, defineAction, type Refusal } from './action.ts';
import {
  type HttpCheckParams,
  httpCheckDescription,
  placeOf,
  requestTimeoutMs,
  subjectOf,
} from './descriptions/http-check.ts';
import type { Targets } from './targets.ts';

export const httpCheck = defineAction<HttpCheckParams>({
  ...httpCheckDescription,
  idempotent: true,
  refuse: (given, _, targets) => httpCheckDescription.refuse(given) ?? refusalOfPlace(given, targets),
  live: ({ url, service }, targets) => url !== undefined || targets.services.get(service ?? '')?.health !== undefined,
  realTargets: ({ services }) => [...services].flatMap(([name, { health }]) => (health ? `service:${name}` : [])),
  async apply(given, context) {
    const url = given.url ?? healthOf(given.service, context.targets);
    const allow = rulesOf(context.targets);
    const startedAtMs = performance.now();
    const until = AbortSignal.any([context.signal, AbortSignal.timeout(given.withinMs)]);
    let tries = 0;
    let inARow = 0;
    let problem = 'it was not asked';
    while (!until.aborted) {
      tries++;
      const answer = await problemWith(given, url, allow, until);
      // The deadline cut this one off, so what the one before said stands.
      if (until.aborted && tries > 1) break;
      inARow = answer === undefined ? inARow + 1 : 0;
      problem = answer ?? problem;
      if (inARow >= given.successes) {
        const tookMs = Math.round(performance.now() - startedAtMs);
        const detail = `${subjectOf(given)} answers as it should (${tries} ${tries === 1 ? 'request' : 'requests'}, ${tookMs} ms)`;
        return { detail, evidence: { url: placeOf(url), status: given.status, tries, tookMs } };
      }
      context.progress(answer ?? `${inARow} of ${given.successes} good answers`);
      await sleep(given.intervalMs, undefined, { signal: until }).catch(() => {});
    }
    context.signal.throwIfAborted();
    const evidence = { url: placeOf(url), tries };
    throw new ActionError(
      'unhealthy',
      `${subjectOf(given)} did not answer as it should within ${given.withinMs} ms: ${problem}`,
      { evidence },
    );
  },
  async verify() {
    return { state: 'unknown', detail: 'A check leaves nothing to read back' };
  },
});

/** What is wrong with one answer; undefined when it is good. */
async function problemWith(
  given: HttpCheckParams,
  url: string,
  allow: readonly AllowRule[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return mismatch(given, await safeFetch({ url, allow, signal, timeoutMs: requestTimeoutMs }));
  } catch (error) {
    if (!(error instanceof SafeFetchError)) return 'no answer in time';
    // Asking again cannot help.
    if (error.code === 'address_refused' || error.code === 'url_refused')
      throw new ActionError(error.code, error.message);
    return error.message;
  }
}

function mismatch(given: HttpCheckParams, answer: SafeResponse): string | undefined {
  if (answer.status !== given.status) return `it answers ${answer.status}`;
  if (given.body !== undefined && !answer.body.includes(given.body)) return 'its body lacks the text';
  if (given.json === undefined) return undefined;
  const found = valueAt(answer.body, given.json.pointer);
  return found === given.json.equals
    ? undefined
    : `its JSON has ${JSON.stringify(found)?.slice(0, 80)} at ${given.json.pointer || 'its root'}`;
}

/** RFC 6901. Undefined when there is nothing, or the body is no JSON. */
function valueAt(body: string, pointer: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Only the targets file tells what it allows. */
function refusalOfPlace({ url }: HttpCheckParams, targets: Targets | undefined): Refusal | undefined {
  const reason = url === undefined || !targets ? undefined : whyAddressRefused(checkedUrl(url), rulesOf(targets));
  return reason === undefined ? undefined : { code: 'address_refused', reason };
}

function rulesOf(targets: Targets): AllowRule[] {
  const health = [...targets.services.values()].flatMap((service) => service.health ?? []);
  return [...targets.http.allow, ...health.map(ruleForConfigured)];
}

function healthOf(service: string | undefined, targets: ActionContext['targets']): string {
  const health = targets.services.get(service ?? '')?.health;
  if (health !== undefined) return health;
  throw new ActionError('no_target', `The targets file names no health URL for ${service}`, { settled: true });
}
