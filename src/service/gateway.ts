// Puts the gateway together: inbox, dispatcher, API and console.

import type { Client } from '@temporalio/client';
import { actions } from '../actions/index.ts';
import { decisionSigner } from '../approvals/keys.ts';
import { loadPublicKey } from '../audit/keys.ts';
import type { Config } from '../config.ts';
import type { LoadedPlan } from '../core/plan/response-plan.ts';
import { noSourceSettings } from '../core/plan/sources.ts';
import { planAction } from '../core/playbook/plan-action.ts';
import { withholdingRules } from '../core/suppression/judge.ts';
import { startInboxWriter } from '../gateway/alerts/inbox-writer.ts';
import { alertMetrics } from '../gateway/alerts/metrics.ts';
import { alertsRouter } from '../gateway/alerts/router.ts';
import type { PlanActionInput, PlannedAction } from '../gateway/deps.ts';
import { deliverCommand } from '../gateway/dispatch/commands.ts';
import { startDispatcher } from '../gateway/dispatch/dispatcher.ts';
import { createMetrics, dispatchMetrics } from '../gateway/metrics.ts';
import { startGateway } from '../gateway/server.ts';
import { readDecisionSigningKey } from '../secrets/decision-keys.ts';
import { readSourceCredentials } from '../secrets/source-credentials.ts';
import { sources } from '../sources/index.ts';
import { readCapabilities } from '../store/capabilities.ts';
import type { Store } from '../store/database.ts';
import { readIncident } from '../store/incidents-read.ts';
import type { HeldPlan } from './held-plan.ts';
import type { Logger } from './logger.ts';
import { readinessOf } from './readiness.ts';
import { startWithheld } from './withheld.ts';

export interface GatewayOptions {
  config: Config;
  store: Store;
  databaseUrl: string;
  client: Client;
  /** True when an incident worker of this process shares the client's connection. */
  eager: boolean;
  temporalUiUrl: string | null;
  plan: HeldPlan;
  log: Logger;
}

const deliverWithinMs = 5_000;

export async function openGateway(options: GatewayOptions) {
  const { config, store, client, log, eager, plan } = options;
  const metrics = createMetrics(store);
  const onTold = dispatchMetrics(metrics.registry);
  const dispatcher = startDispatcher({ store, client, eager, logger: log, onTold });
  const rules = () => withholdingRules(plan.current().plan.rules);
  const inbox = startInboxWriter({
    ...{ store, log, rules },
    onCommitted: (incidentIds, _opened, urgency) => dispatcher.wake(incidentIds, urgency),
  });
  const credentials = await readSourceCredentials(config.dir);
  const gateway = await startGateway(
    {
      store,
      databaseUrl: options.databaseUrl,
      publicUrl: config.publicUrl,
      temporalUi: options.temporalUiUrl ? { url: options.temporalUiUrl, namespace: config.temporal.namespace } : null,
      consoleDir: new URL('../console/dist', import.meta.url).pathname,
      decisionKey: decisionSigner(await readDecisionSigningKey(config.dir)),
      alerts: alertsRouter({
        sources,
        credentials,
        onCommand: (commandId) => {
          deliverCommand({ store, client, eager, logger: log }, commandId, deliverWithinMs).catch((error) =>
            log.warn({ err: error, commandId }, 'Command not delivered yet; the relay will'),
          );
        },
        settings: () => plan.current().plan.sources ?? noSourceSettings,
        inbox,
        store,
        publicUrl: config.publicUrl,
        log,
        metrics: alertMetrics(metrics.registry),
      }),
      deliver: (commandId) => deliverCommand({ store, client, eager, logger: log }, commandId, deliverWithinMs),
      planAction: (input) => planActionFor(store, plan.current(), input),
      plan: { current: plan.current, holder: plan.holder, reload: (by) => plan.reload(by) },
      sources: async () => describeSources(config.publicUrl, credentials),
      auditPublicKey: async () => (await loadPublicKey(config.dir))?.pem ?? null,
      readiness: () => readinessOf(store, client, config.temporal.namespace),
      metrics,
      log,
      now: () => new Date(),
    },
    { port: config.port, bind: config.bind },
  ).catch(async (error) => {
    await inbox.close();
    await dispatcher.stop();
    throw error;
  });
  const withheld = startWithheld({
    ...{ store, rules, planDigest: () => plan.current().digest, log },
    onReleased: (incidentIds) => dispatcher.wake(incidentIds),
  });
  return {
    url: gateway.url,
    async close() {
      await gateway.close();
      await withheld.stop();
      await inbox.close();
      await dispatcher.stop();
    },
  };
}

async function planActionFor(store: Store, { plan }: LoadedPlan, input: PlanActionInput): Promise<PlannedAction> {
  const { incidentId, commandId, actor, request } = input;
  const incident = await readIncident(store, incidentId);
  if (!incident)
    return { ok: false, because: 'invalid', code: 'incident_not_found', reason: `There is no incident ${incidentId}` };
  const { severity, service, drill } = incident;
  const { action, params, holdMs } = request;
  const planned = planAction({
    plan,
    incident: { severity, service, drill },
    actions,
    capabilities: await readCapabilities(store),
    request: {
      commandId,
      action,
      params,
      requestedBy: actor,
      at: new Date().toISOString(),
      ...(holdMs !== undefined && { holdMs }),
    },
  });
  if (planned.ok) return planned;
  const isInvalid = planned.code === 'action_unknown' || planned.code.startsWith('param');
  return { ...planned, because: isInvalid ? 'invalid' : 'refused' };
}

function describeSources(publicUrl: string, credentials: ReadonlyMap<string, readonly string[]>) {
  return [...sources.values()].map(({ name, title, authentication, snippet }) => {
    const url = `${publicUrl}/alerts/${name}`;
    const credential = credentials.get(name)?.[0] ?? '';
    return { name, title, url, authentication, credential, snippet: snippet(url, credential) };
  });
}
