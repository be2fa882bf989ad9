// What was learnt from incidents that people ended. It ranks and explains; nothing is decided here.

import { z } from 'zod';
import { id, incidentLearnt, learningRebuild, learningStatus } from '../../../contract/api/index.ts';
import { incidentUrl } from '../../../contract/api/links.ts';
import { learntFrom } from '../../../core/learning/experience.ts';
import { judgementWords } from '../../../core/learning/judge.ts';
import { speaks } from '../../../core/learning/model.ts';
import { readIncidentState } from '../../../store/incidents-read.ts';
import { requestRebuild } from '../../../store/learning.ts';
import { readJudgement, readLearningStatus } from '../../../store/learning-read.ts';
import { readSimilar, type SimilarIncidentRow } from '../../../store/similar.ts';
import { json, route } from '../route.ts';
import { mustBeThere } from './incidents.ts';

const params = z.object({ id });

export const learningRoutes = [
  route({
    method: 'get',
    path: '/api/incidents/:id/learnt',
    summary: 'How likely an incident is a false alarm and why, and earlier incidents like it',
    tag: 'Incidents',
    access: 'viewer',
    params,
    responses: { 200: { description: 'What was learnt', schema: incidentLearnt } },
    problems: [404],
    handle: async ({ params: { id: incidentId }, deps: { store, publicUrl } }) => {
      await mustBeThere(store, incidentId);
      const [judged, similar, state] = await Promise.all([
        readJudgement(store, incidentId),
        readSimilar(store, incidentId),
        readIncidentState(store, incidentId),
      ]);
      const { suggested } = learntFrom(state?.plan?.reasons ?? []);
      const { chance = null, because = null, model = null, verdict = null } = judged ?? {};
      const falseAlarm =
        chance === null
          ? null
          : { chance, words: judgementWords({ chance }), because: because ?? [], model: model ?? '' };
      return json({ falseAlarm, suggested, verdict, similar: similar.map((one) => presentSimilar(one, publicUrl)) });
    },
  }),
  route({
    method: 'get',
    path: '/api/learning',
    summary: 'What was learnt so far, and what is still to be learnt from',
    tag: 'Operations',
    access: 'viewer',
    responses: { 200: { description: 'The model', schema: learningStatus } },
    handle: async ({ deps }) => {
      const { digest, falseAlarms, real, updatedAt, due } = await readLearningStatus(deps.store);
      const model = { model: digest, speaks: speaks({ falseAlarms, real }), falseAlarms, real };
      return json({ ...model, due, updatedAt: updatedAt?.toISOString() ?? null });
    },
  }),
  route({
    method: 'post',
    path: '/api/learning/rebuild',
    summary: 'Forget the model and learn anew from all incidents that people ended; it takes a while',
    tag: 'Operations',
    access: 'admin',
    responses: { 200: { description: 'It begins', schema: learningRebuild } },
    handle: async ({ deps, principal, now }) =>
      json({ incidents: await requestRebuild(deps.store, principal.actor, now.toISOString()) }),
  }),
];

function presentSimilar(row: SimilarIncidentRow, publicUrl: string) {
  const { id: incidentId, title, openedAt, status, disposition, playbook, worked, because } = row;
  return {
    ...{ id: incidentId, title, openedAt, status, disposition, playbook, worked, because },
    url: incidentUrl(publicUrl, incidentId),
  };
}
