// Questions that playbooks ask and nobody has answered yet. They are answered by a command to their incident.

import { openQuestions } from '../../../contract/api/index.ts';
import { incidentUrl } from '../../../contract/api/links.ts';
import { listAsking } from '../../../store/incidents-read.ts';
import { presentQuestions } from '../present/flow.ts';
import { json, route } from '../route.ts';

export const questionRoutes = [
  route({
    method: 'get',
    path: '/api/questions',
    summary: 'Questions of playbooks that wait for an answer, those of the newest incidents first',
    tag: 'Incidents',
    access: 'viewer',
    responses: { 200: { description: 'The questions', schema: openQuestions } },
    handle: async ({ deps: { store, publicUrl } }) => {
      const rows = await listAsking(store);
      const items = rows.flatMap(({ incident_id: incidentId, title, severity, state }) =>
        (state ? presentQuestions(state) : [])
          .filter(({ status }) => status === 'open')
          .map((question) => ({
            ...question,
            incidentId,
            incidentTitle: title,
            incidentUrl: incidentUrl(publicUrl, incidentId),
            severity,
          })),
      );
      return json({ items });
    },
  }),
];
