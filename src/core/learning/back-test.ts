// Would it have been right? Recorded incidents in the order of time: when one opens it is predicted from what people had
// said by then, when it ends it is learnt from. Beside it the simplest rival: how often its kind was a false alarm so far.

import type { Case } from './experience.ts';
import { type Evidence, saysSomething } from './judge.ts';
import {
  areaUnderCurve,
  brierScore,
  type CalibrationBin,
  type Cut,
  calibration,
  cutAt,
  type Predicted,
} from './measures.ts';
import { learn, newModel, scoreOf } from './model.ts';
import type { Verdict } from './verdict.ts';

export interface RecordedCase extends Pick<Case, 'features' | 'kind'> {
  id: string;
  openedAtMs: number;
  endedAtMs: number;
  verdict: Verdict;
}

export interface Measured {
  auc: number | null;
  brier: number | null;
  cuts: Cut[];
}

export interface BackTest {
  incidents: number;
  falseAlarms: number;
  real: number;
  /** Nothing was said of these: too little was known by then. */
  unsaid: number;
  /** Of those that something was said of. */
  predicted: number;
  model: Measured & { calibration: CalibrationBin[] };
  /** `prior`: the share of false alarms among earlier incidents of the kind. */
  prior: Measured;
}

const recalls = [0.99, 0.95, 0.9];

export function backTest(cases: readonly RecordedCase[]): BackTest {
  const model = newModel();
  const kinds = new Map<string, Evidence>();
  const evidenceOf = ({ kind }: RecordedCase): Evidence => kinds.get(kind.key) ?? { verdicts: 0, falseAlarms: 0 };
  const byModel: Predicted[] = [];
  const byPrior: Predicted[] = [];
  for (const { one, is } of inOrder(cases)) {
    const isFalseAlarm = one.verdict === 'false_alarm';
    const evidence = evidenceOf(one);
    if (is === 'opened') {
      if (!saysSomething(model, evidence)) continue;
      byModel.push({ chance: scoreOf(model, one.features).chance, isFalseAlarm });
      byPrior.push({ chance: (evidence.falseAlarms + 1) / (evidence.verdicts + 2), isFalseAlarm });
    } else {
      learn(model, one.features, one.verdict);
      const { verdicts, falseAlarms } = evidence;
      kinds.set(one.kind.key, { verdicts: verdicts + 1, falseAlarms: falseAlarms + Number(isFalseAlarm) });
    }
  }
  const falseAlarms = cases.filter(({ verdict }) => verdict === 'false_alarm').length;
  return {
    incidents: cases.length,
    falseAlarms,
    real: cases.length - falseAlarms,
    unsaid: cases.length - byModel.length,
    predicted: byModel.length,
    model: { ...measured(byModel), calibration: calibration(byModel) },
    prior: measured(byPrior),
  };
}

const measured = (predictions: readonly Predicted[]): Measured => ({
  auc: areaUnderCurve(predictions),
  brier: brierScore(predictions),
  cuts: recalls.map((recall) => cutAt(predictions, recall)),
});

interface Moment {
  atMs: number;
  is: 'opened' | 'ended';
  one: RecordedCase;
}

/** At the same moment first what opens: it cannot know what ends then. */
function inOrder(cases: readonly RecordedCase[]): Moment[] {
  const moments = cases.flatMap((one): Moment[] => [
    { atMs: one.openedAtMs, is: 'opened', one },
    { atMs: Math.max(one.endedAtMs, one.openedAtMs), is: 'ended', one },
  ]);
  const rank = { opened: 0, ended: 1 };
  return moments.sort(
    (a, b) => a.atMs - b.atMs || rank[a.is] - rank[b.is] || (a.one.id < b.one.id ? -1 : a.one.id > b.one.id ? 1 : 0),
  );
}
