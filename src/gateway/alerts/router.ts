// POST /alerts/{source}: authenticate → normalise → store → 202. Nothing is parsed before the sender is known, and
// nothing is answered before the alerts are committed.

import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Logger } from 'pino';
import type { Alert } from '../../core/alert.ts';
import { noSourceSettings, type SourceSettings } from '../../core/plan/sources.ts';
import { atSite } from '../../fault-sites.ts';
import { safeFetch } from '../../net/safe-fetch.ts';
import { MalformedAlert, type Source, type SourceRequest, type SourceWorld } from '../../sources/source.ts';
import { isUnavailable, type Store } from '../../store/database.ts';
import { quarantine } from '../../store/quarantine.ts';
import { isRefusedData } from '../../store/refused-data.ts';
import { Refusal } from '../api/refusal.ts';
import { acknowledgeFindings } from './acknowledge.ts';
import { bodyErrors, bodyOf, rawBody, withoutCredentials } from './body.ts';
import { InboxFull, type InboxWriter } from './inbox-writer.ts';
import type { AlertMetrics } from './metrics.ts';

export interface AlertsDeps {
  sources: ReadonlyMap<string, Source>;
  /** By source; every source must have one. */
  credentials: ReadonlyMap<string, readonly string[]>;
  /** sources.yaml of the response plan, as it is now. */
  settings?: () => SourceSettings;
  /** For what sources must fetch; by default, only what is public. */
  fetch?: SourceWorld['fetch'];
  inbox: InboxWriter;
  /** For the quarantine and commands. */
  store: Store;
  /** Tells the workflow of a stored command now, not later; nothing waits for it. */
  onCommand?: (commandId: string) => void;
  /** Where people reach the gateway; without a slash at the end. */
  publicUrl: string;
  log: Logger;
  metrics?: AlertMetrics;
  nowMs?: () => number;
  maxBodyBytes?: number;
}

const defaultMaxBodyBytes = 1024 * 1024;
/** Senders come again after this, in seconds. */
const retryAfterS = '5';

/** What a sender is told: nothing but counts and where to look. */
export interface AlertsAccepted {
  accepted: number;
  duplicates: number;
  /** Of the accepted, those that open no incident for now: silences, maintenance, inhibition. Absent when none. */
  withheld?: number;
  incidents: { id: string; url: string }[];
  /** Set when the body was kept as it came, because it is not what this source sends. */
  quarantined?: { id: string; problem: string };
}

/** Everything under /alerts, and the further paths of sources. */
export function alertsRouter(deps: AlertsDeps): Router {
  for (const name of deps.sources.keys()) {
    if (!deps.credentials.get(name)?.length)
      throw new Error(`Source ${name} has no credential, so it would take no alert`);
  }
  const router = Router();
  router.use(sourceAliases(deps.sources));
  router.use('/alerts', receiver(deps));
  return router;
}

function receiver(deps: AlertsDeps): Router {
  const maxBodyBytes = deps.maxBodyBytes ?? defaultMaxBodyBytes;
  const router = Router();
  const path = '/:source{/*rest}';
  router.post(path, rawBody(maxBodyBytes), (request, response) => receive(deps, request, response));
  router.options(path, (request, response) => void greet(deps, request, response));
  router.all(path, (request) => {
    sourceOf(deps, request);
    throw new Refusal(405, 'method_not_allowed', 'Alerts are sent with POST', { headers: { Allow: 'POST, OPTIONS' } });
  });
  router.use((request) => void sourceOf(deps, request));
  router.use(bodyErrors(maxBodyBytes));
  return router;
}

/** Takes the further paths of sources to their own: `/v2/enqueue` to `/alerts/pagerduty`. */
function sourceAliases(sources: ReadonlyMap<string, Source>): RequestHandler {
  const targets = new Map(
    [...sources.values()].flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, `/alerts/${name}`])),
  );
  return (request, _response, next) => {
    request.url = targets.get(request.url) ?? request.url;
    next();
  };
}

function greet(deps: AlertsDeps, request: Request, response: Response): void {
  const source = deps.sources.get(String(request.params.source ?? ''));
  const incoming = incomingOf(request, (deps.nowMs ?? Date.now)());
  const more = source?.handshake?.(incoming, deps.credentials.get(source.name) ?? []) ?? {};
  response
    .set({ Allow: 'POST, OPTIONS', ...more })
    .status(204)
    .end();
}

async function receive(deps: AlertsDeps, request: Request, response: Response): Promise<void> {
  const source = sourceOf(deps, request);
  const incoming = incomingOf(request, (deps.nowMs ?? Date.now)());
  const world = worldOf(deps);
  const verdict = await source.verify(incoming, deps.credentials.get(source.name) ?? [], world);
  if (!verdict.ok) {
    if (verdict.retry) throw unavailable(verdict.code, verdict.detail);
    deps.metrics?.count(source.name, 'unauthenticated', 1);
    deps.log.warn({ source: source.name, code: verdict.code }, 'Alerts were refused: the sender is not known');
    throw new Refusal(401, verdict.code, verdict.detail, { headers: { 'WWW-Authenticate': challengeOf(source) } });
  }
  refuseOtherTypes(source, incoming);
  const accepted = await accept(deps, source, incoming, world);
  await atSite('gateway.before-response');
  const text = JSON.stringify(accepted);
  // Not response.json(): a hash of each answer would cost more than making it.
  response.writeHead(202, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function sourceOf({ sources }: AlertsDeps, request: Request): Source {
  const name = String(request.params.source ?? '');
  const source = sources.get(name);
  if (source) return source;
  const known = [...sources.keys()].map((one) => `/alerts/${one}`).join(', ');
  throw new Refusal(404, 'unknown_source', `There is no such source; send alerts to one of ${known}`);
}

function incomingOf(request: Request, receivedAtMs: number): SourceRequest {
  const { rest } = request.params;
  // A request has one of each header but cookies, which no source looks at.
  const headers = request.headers as Record<string, string | undefined>;
  return { headers, path: Array.isArray(rest) ? rest : [], body: bodyOf(request), receivedAtMs };
}

const schemes = {
  ...{
    bearer: 'Bearer',
    basic: 'Basic',
    hmac: 'Signature',
    'standard-webhooks': 'Signature',
    path: 'Path',
    body: 'Body',
  },
};
const challengeOf = ({ name, authentication }: Source): string => `${schemes[authentication]} realm="${name}"`;

function refuseOtherTypes({ contentTypes }: Source, { headers }: SourceRequest): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (contentTypes.includes(type.trim()) && isUtf8) return;
  throw new Refusal(415, 'content_type_not_supported', `Send ${contentTypes.join(' or ')}, in UTF-8`, {
    headers: { Accept: contentTypes.join(', ') },
  });
}

const worldOf = ({ settings, fetch = safeFetch }: AlertsDeps): SourceWorld => ({
  settings: settings?.() ?? noSourceSettings,
  fetch,
});

async function accept(
  deps: AlertsDeps,
  source: Source,
  incoming: SourceRequest,
  world: SourceWorld,
): Promise<AlertsAccepted> {
  const read = readAlerts(deps, source, incoming, world);
  if (read instanceof MalformedAlert) return keep(deps, source, incoming, read);
  await confirm(deps, source, read.payload, world);
  const { alerts, answer } = read;
  try {
    const { receivedAtMs } = incoming;
    const body = storedBody(deps, source, incoming);
    const deliveryId = source.deliveryId?.(incoming, world);
    const request = {
      source: source.name,
      receivedAtMs,
      alerts,
      body,
      ...(deliveryId !== undefined && { deliveryId }),
    };
    const { accepted, duplicates, withheld, incidents } = await deps.inbox.accept(request);
    const fingerprints = source.acknowledges?.(read.payload) ?? [];
    const acknowledgement = { source: source.name, fingerprints, atMs: receivedAtMs };
    const acknowledged = await acknowledgeFindings(deps.store, acknowledgement, deps.onCommand);
    deps.metrics?.count(source.name, 'accepted', accepted);
    deps.metrics?.count(source.name, 'duplicate', duplicates);
    deps.metrics?.count(source.name, 'withheld', withheld);
    return {
      accepted,
      duplicates,
      ...(withheld > 0 && { withheld }),
      incidents: [...incidents, ...acknowledged].map((id) => ({ id, url: `${deps.publicUrl}/incidents/${id}` })),
      ...answer,
    };
  } catch (error) {
    return onInboxFailure(deps, source, incoming, error);
  }
}

async function confirm({ log }: AlertsDeps, source: Source, payload: unknown, world: SourceWorld): Promise<void> {
  try {
    await source.confirm?.(payload, world);
  } catch (error) {
    log.warn({ err: error, source: source.name }, 'A source could not be confirmed; its sender asks again');
    throw unavailable('not_confirmed', 'It could not be confirmed; the log says why. Send it again shortly');
  }
}

interface ReadAlerts {
  payload: unknown;
  alerts: Alert[];
  answer: Record<string, string>;
}

function readAlerts(
  { log }: AlertsDeps,
  source: Source,
  incoming: SourceRequest,
  world: SourceWorld,
): ReadAlerts | MalformedAlert {
  try {
    const payload = source.parse(incoming, world);
    const alerts = source.normalise(payload, incoming.receivedAtMs);
    return { payload, alerts, answer: source.answer?.(payload) ?? {} };
  } catch (error) {
    if (error instanceof MalformedAlert) return error;
    // A fault of ours must not cost the alert: answered with 500, the sender would give up on it in the end.
    log.error({ err: error, source: source.name }, 'A body could not be read and is in quarantine');
    return new MalformedAlert('body', 'it could not be read, which is a fault here; the log says why');
  }
}

function onInboxFailure(
  deps: AlertsDeps,
  source: Source,
  incoming: SourceRequest,
  error: unknown,
): Promise<AlertsAccepted> {
  if (error instanceof InboxFull) throw unavailable(error.code, `${error.message}. Send it again shortly`);
  if (isRefusedData(error)) {
    deps.log.error({ err: error, source: source.name }, 'Alerts could not be stored and are in quarantine');
    // What is refused once is refused again: kept aside, or the sender would come again with it for ever.
    return keep(deps, source, incoming, new MalformedAlert('body', 'it could not be stored; the log says why'));
  }
  if (isUnavailable(error)) {
    throw unavailable('store_unavailable', 'The database cannot be reached; nothing was stored. Send it again shortly');
  }
  deps.log.error({ err: error, source: source.name }, 'Alerts could not be stored');
  throw unavailable('store_failed', 'The database could not store it; the log says why. Send it again shortly');
}

// Never 429: Alertmanager and Grafana give up on it, as on every other 4xx.
const unavailable = (code: string, detail: string): Refusal =>
  new Refusal(503, code, detail, { headers: { 'Retry-After': retryAfterS } });

/** As it came, but for a credential in it. */
function storedBody({ credentials }: AlertsDeps, source: Source, { body }: SourceRequest): Buffer {
  return source.authentication === 'body' ? withoutCredentials(body, credentials.get(source.name) ?? []) : body;
}

/** 202 all the same: it is kept and shown, and a sender could do nothing about it. */
async function keep(
  deps: AlertsDeps,
  source: Source,
  incoming: SourceRequest,
  { place, problem, message }: MalformedAlert,
): Promise<AlertsAccepted> {
  const { receivedAtMs, headers } = incoming;
  const body = storedBody(deps, source, incoming);
  const contentType = headers['content-type'];
  const { id } = await quarantine(deps.store, { source: source.name, receivedAtMs, contentType, body, place, problem });
  deps.metrics?.count(source.name, 'quarantined', 1);
  deps.log.warn({ source: source.name, quarantineId: id, place, problem }, 'A body is malformed and in quarantine');
  return { accepted: 0, duplicates: 0, incidents: [], quarantined: { id, problem: message } };
}
