// The API as typed calls. Paths and schemas only; how requests go is http.ts's.

import * as api from '../contract/api/index.ts';
import type { Http, Query } from './http.ts';

export type ListOptions = Query & { limit?: number; cursor?: string };

const at = (...parts: string[]): string => `/api/${parts.map(encodeURIComponent).join('/')}`;

export type Client = ReturnType<typeof clientOver>;

export function clientOver(http: Http) {
  return {
    http,
    session: () => http.get(at('session'), api.session),
    readiness: () => http.get('/readyz', api.readiness, {}, { alsoOk: 503 }),

    incidents: (options: ListOptions = {}) => http.get(at('incidents'), api.incidentPage, options),
    incident: (id: string) => http.get(at('incidents', id), api.incidentDetail),
    timeline: (id: string, options: ListOptions & { order?: 'asc' | 'desc' } = {}) =>
      http.get(at('incidents', id, 'timeline'), api.timelinePage, options),
    report: (id: string) => http.get(at('incidents', id, 'report'), api.report),
    learnt: (id: string) => http.get(at('incidents', id, 'learnt'), api.incidentLearnt),
    command: (id: string, command: api.CommandRequest) =>
      http.post(at('incidents', id, 'commands'), api.command, command),

    explainIncident: (id: string) => http.get(at('incidents', id, 'explanation'), api.explanation),
    explainAlert: (id: string) => http.get(at('alerts', id, 'explanation'), api.explanation),
    suppressedAlerts: (options: ListOptions = {}) => http.get(at('alerts'), api.suppressedPage, options),

    approvals: (options: ListOptions = {}) => http.get(at('approvals'), api.approvalPage, options),
    approval: (id: string) => http.get(at('approvals', id), api.approval),
    decide: (id: string, decision: api.DecisionRequest) =>
      http.post(at('approvals', id, 'decisions'), api.decisionResult, decision),

    containments: (options: ListOptions = {}) => http.get(at('containments'), api.containmentPage, options),
    lift: (id: string, request: api.LiftRequest) => http.post(at('containments', id, 'lift'), api.command, request),
    extend: (id: string, request: api.ExtendRequest) =>
      http.post(at('containments', id, 'extend'), api.command, request),

    silences: (options: ListOptions = {}) => http.get(at('silences'), api.silencePage, options),
    createSilence: (request: api.SilenceRequest) => http.post(at('silences'), api.silence, request),
    expireSilence: (id: string) => http.delete(at('silences', id), api.silence),

    keys: (options: ListOptions = {}) => http.get(at('keys'), api.apiKeyPage, options),
    createKey: (request: api.ApiKeyRequest) => http.post(at('keys'), api.newApiKey, request),
    revokeKey: (id: string) => http.delete(at('keys', id), api.apiKey),

    quarantine: (options: ListOptions = {}) => http.get(at('quarantine'), api.quarantinePage, options),
    plan: () => http.get(at('plan'), api.planStatus),
    reloadPlan: () => http.post(at('plan', 'reload'), api.planReloaded, {}),
    learning: () => http.get(at('learning'), api.learningStatus),
    rebuildLearning: () => http.post(at('learning', 'rebuild'), api.learningRebuild, {}),
    sources: () => http.get(at('sources'), api.sourcePage),
  };
}
