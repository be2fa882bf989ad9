// Alerts that belong to no incident, silences, and what the plan keeps back.

import type { Express } from 'express';
import {
  explanation,
  silence,
  silencePage,
  silenceQuery,
  silenceRequest,
  suppressedPage,
  suppressedQuery,
  withholdingRules,
} from '../../../src/contract/api/index.ts';
import { cut } from './cut.ts';
import { answer, problem, record } from './reply.ts';
import { sessionOf } from './routes-session.ts';
import type { World } from './world.ts';

export function suppressedRoutes(app: Express, world: World, emitSuppressed: () => void): void {
  app.get('/api/alerts', (request, response) => {
    const query = suppressedQuery.parse(request.query);
    const found = world.suppressed.filter(
      (alert) =>
        (query.suppressed?.includes(alert.suppressed) ?? true) &&
        alert.source === (query.source ?? alert.source) &&
        alert.status === (query.status ?? alert.status) &&
        `${alert.title} ${alert.id} ${alert.withheld?.by}`.toLowerCase().includes(query.q?.toLowerCase() ?? ''),
    );
    answer(response, suppressedPage, cut(found, query));
  });
  app.get('/api/alerts/:id/explanation', (request, response) => {
    const { id } = request.params;
    const found = world.suppressed.find((alert) => alert.id === id);
    if (!found) {
      problem(response, 404, 'alert_not_found', `There is no alert ${id}`);
      return;
    }
    answer(response, explanation, {
      ...{ about: 'alert', id, title: found.title, incidentId: null, withheld: found.withheld },
      answers: [{ question: 'Why is it no incident?', lines: [found.explanation] }],
    });
  });
  app.get('/api/plan/withholding', (_request, response) =>
    answer(response, withholdingRules, { digest: 'a1'.repeat(32), items: world.rules }),
  );
  silenceRoutes(app, world, emitSuppressed);
}

function silenceRoutes(app: Express, world: World, emitSuppressed: () => void): void {
  app.get('/api/silences', (request, response) => {
    const query = silenceQuery.parse(request.query);
    answer(
      response,
      silencePage,
      cut(
        world.silences.filter(({ state }) => query.state.includes(state)),
        query,
      ),
    );
  });
  app.get('/api/silences/:id', (request, response) => {
    const found = world.silences.find(({ id }) => id === request.params.id);
    if (found) answer(response, silence, found);
    else problem(response, 404, 'silence_not_found', 'There is no such silence.');
  });
  app.post('/api/silences', (request, response) => {
    record(world, request);
    const parsed = silenceRequest.safeParse(request.body);
    if (!parsed.success) {
      problem(response, 400, 'invalid_request', parsed.error.issues.map(({ message }) => message).join('; '));
      return;
    }
    const { matchers, reason, forMs = 0 } = parsed.data;
    const at = new Date();
    const made = {
      ...{ id: `silence-${world.silences.length + 1}`, matchers, reason, state: 'active' as const, expiredBy: null },
      ...{ owner: sessionOf(request, world)?.actor ?? '', startsAt: at.toISOString(), createdAt: at.toISOString() },
      endsAt: new Date(at.getTime() + forMs).toISOString(),
    };
    world.silences = [made, ...world.silences];
    emitSuppressed();
    answer(response, silence, made, 201);
  });
  app.delete('/api/silences/:id', (request, response) => {
    record(world, request);
    const found = world.silences.find(({ id }) => id === request.params.id);
    if (found?.state !== 'active') {
      problem(response, 409, 'silence_expired', 'The silence is over already');
      return;
    }
    const expired = { state: 'expired' as const, endsAt: new Date().toISOString(), expiredBy: 'key:ana' };
    Object.assign(found, expired);
    emitSuppressed();
    answer(response, silence, found);
  });
}
