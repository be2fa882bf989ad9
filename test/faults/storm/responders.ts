// People in the storm: they silence the noise of each cluster for a time, and dismiss some incidents whatever fires.

import { sql } from 'kysely';
import type { Silence } from '../../../src/contract/api/index.ts';
import type { Episode } from '../../store/oracle/model.ts';
import { Answered } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import type { StartedWorld } from '../world.ts';

/** On a machine that is busy with other things, Temporal's tasks run out of their time again and again. */
const patience = { withinMs: 420_000, everyMs: 300 };

export class Responders {
  private readonly world: StartedWorld;
  private readonly silences = new Map<string, string>();

  constructor(world: StartedWorld) {
    this.world = world;
  }

  async silence(cluster: string): Promise<void> {
    const matchers = ['kind="noise"', `cluster="${cluster}"`];
    const { api } = this.world.people;
    const { id } = await api.post<Silence>('/api/silences', { matchers, reason: 'a test', forMs: 3_600_000 });
    this.silences.set(cluster, id);
  }

  async expireSilence(cluster: string): Promise<void> {
    await this.world.people.api.delete(`/api/silences/${this.silences.get(cluster)}`).catch((error) => {
      // The answer of a first try was lost.
      if (!(error instanceof Answered && error.code === 'silence_expired')) throw error;
    });
  }

  /** Dismisses the incident of the episode, once its playbook is through. */
  async close(episode: Episode): Promise<void> {
    const hint = () => this.world.stack.tails();
    const isStatus = (status: string) => async () => {
      const found = await this.incidentOf(episode);
      return found?.status === status && found.id;
    };
    const { name } = episode.finding;
    const id = await until(`the incident of ${name} to be responded to`, isStatus('recovery'), { ...patience, hint });
    await this.world.people.command(id, { type: 'dismiss', disposition: 'benign', reason: 'a test' });
    await until(`the incident of ${name} to be over`, isStatus('dismissed'), { ...patience, hint });
  }

  private async incidentOf({ finding, place }: Episode): Promise<{ id: string; status: string } | undefined> {
    if (typeof place === 'string') throw new Error(`${finding.name} is in no incident`);
    const { rows } = await sql<{ id: string; status: string }>`
      select i.incident_id as id, i.status from alerts a join incidents i using (incident_id)
      where a.source = ${finding.source} and i.generation = ${place.generation}
        and substring(a.normalised::text from 'storm\\d+-\\d+') = ${finding.name}`.execute(this.world.stack.store);
    return rows[0];
  }
}
