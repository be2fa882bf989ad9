// Learns from incidents that ended, in the order in which they ended: each step is one transaction that holds the model,
// so that every verdict is learnt once, whatever crashes and however many processes try.

import { judge } from '../core/learning/judge.ts';
import { learn, type Model, modelDigest, newModel } from '../core/learning/model.ts';
import { verdictOf } from '../core/learning/verdict.ts';
import type { Store, Trx } from '../store/database.ts';
import {
  type DueCase,
  dueCases,
  forgetAll,
  holdModel,
  type LearntCase,
  recordCase,
  saveModel,
  settleCases,
  somethingIsDue,
} from '../store/learning.ts';
import { openCases, saveJudgements } from '../store/learning-read.ts';
import { describeFromStore } from './describe.ts';

const casesAtOnce = 100;
/** Open incidents that are judged anew by what was just learnt: the newest. */
const mostJudged = 500;

export interface Learnt {
  /** Incidents that were looked at. */
  looked: number;
  /** Verdicts that were new. */
  learnt: number;
}

/** One step; `looked` is 0 when there is nothing to do. */
export async function learnFromEnded(store: Store): Promise<Learnt> {
  if (!(await somethingIsDue(store))) return { looked: 0, learnt: 0 };
  return await store.transaction().execute(async (trx) => {
    const model = (await holdModel(trx)) ?? (await begunAnew(trx));
    const due = await dueCases(trx, casesAtOnce);
    const settled: LearntCase[] = [];
    let learnt = 0;
    for (const one of due) {
      const features = one.features ?? (await describedNow(trx, one));
      // What cannot be described teaches nothing.
      const verdict = features ? verdictOf(one) : null;
      // Who changed their mind is heard again; what was learnt before stays, so that nothing is taken back by half.
      if (features && verdict !== null && verdict !== one.learnt) {
        learn(model, features, verdict);
        learnt += 1;
      }
      settled.push({
        incidentId: one.incidentId,
        verdict: verdict ?? one.learnt,
        severityByPerson: one.severityByPerson,
      });
    }
    await settleCases(trx, settled);
    if (learnt > 0) {
      const digest = modelDigest(model);
      await saveModel(trx, model, digest);
      await judgeOpen(trx, model, digest);
    }
    return { looked: due.length, learnt };
  });
}

/** Another version learnt it. Everything is due again, and this step learns the first of it. */
async function begunAnew(trx: Trx): Promise<Model> {
  await forgetAll(trx);
  return newModel();
}

async function describedNow(trx: Trx, { incidentId }: DueCase) {
  const described = await describeFromStore(trx, incidentId);
  if (described) await recordCase(trx, incidentId, described, null);
  return described?.features;
}

async function judgeOpen(trx: Trx, model: Parameters<typeof judge>[0], digest: string): Promise<void> {
  const open = await openCases(trx, mostJudged);
  const judged = open.map(({ incidentId, features, kind, evidence }) => ({
    ...{ incidentId, judgement: judge(model, features, kind, evidence) },
  }));
  await saveJudgements(trx, digest, judged);
}
