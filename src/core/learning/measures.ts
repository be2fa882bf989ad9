// How good predictions were, measured against what people said afterwards.

/** A prediction and what it was in truth. */
export interface Predicted {
  chance: number;
  isFalseAlarm: boolean;
}

/**
 * Area under the ROC curve: how often a false alarm had a higher chance than a real incident; ties count half. Null when
 * there are none of one of the two.
 */
export function areaUnderCurve(predictions: readonly Predicted[]): number | null {
  const ordered = [...predictions].sort((a, b) => a.chance - b.chance);
  const falseAlarms = ordered.filter(({ isFalseAlarm }) => isFalseAlarm).length;
  const real = ordered.length - falseAlarms;
  if (falseAlarms === 0 || real === 0) return null;
  let rankSum = 0;
  for (let from = 0; from < ordered.length; ) {
    let to = from;
    while (to < ordered.length && ordered[to]?.chance === ordered[from]?.chance) to += 1;
    const among = ordered.slice(from, to).filter(({ isFalseAlarm }) => isFalseAlarm).length;
    rankSum += among * ((from + 1 + to) / 2);
    from = to;
  }
  return (rankSum - (falseAlarms * (falseAlarms + 1)) / 2) / (falseAlarms * real);
}

export interface Cut {
  /** Share of the real incidents that stay before the cut, at least. */
  recall: number;
  /** Those ranked behind it have a higher chance; 1 when nothing may be. */
  chance: number;
  falseAlarmsBehind: number;
  /** Of all false alarms. */
  share: number;
  realBehind: number;
}

/** Where the list could be cut so that so much of what is real stays before the cut. */
export function cutAt(predictions: readonly Predicted[], recall: number): Cut {
  const real = predictions.filter(({ isFalseAlarm }) => !isFalseAlarm).map(({ chance }) => chance);
  const mayMiss = Math.floor(real.length * (1 - recall) + 1e-9);
  // With the highest chance first: the first one that may not be missed.
  const chance = real.length === 0 ? 1 : (real.sort((a, b) => b - a)[mayMiss] ?? 0);
  const behind = predictions.filter((one) => one.chance > chance);
  const falseAlarms = predictions.filter(({ isFalseAlarm }) => isFalseAlarm).length;
  const falseAlarmsBehind = real.length === 0 ? 0 : behind.filter(({ isFalseAlarm }) => isFalseAlarm).length;
  return {
    recall,
    chance,
    falseAlarmsBehind,
    share: falseAlarms === 0 ? 0 : falseAlarmsBehind / falseAlarms,
    realBehind: behind.length - falseAlarmsBehind,
  };
}

export interface CalibrationBin {
  from: number;
  to: number;
  predictions: number;
  /** Null in an empty bin. */
  meanChance: number | null;
  falseAlarmShare: number | null;
}

const bins = 5;

/** Of what was given a chance between `from` and `to`, how much was a false alarm. */
export function calibration(predictions: readonly Predicted[]): CalibrationBin[] {
  return Array.from({ length: bins }, (_, at) => {
    const within = predictions.filter(({ chance }) => Math.min(bins - 1, Math.floor(chance * bins)) === at);
    const mean = (values: number[]): number | null =>
      values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      from: at / bins,
      to: (at + 1) / bins,
      predictions: within.length,
      meanChance: mean(within.map(({ chance }) => chance)),
      falseAlarmShare: mean(within.map(({ isFalseAlarm }) => Number(isFalseAlarm))),
    };
  });
}

/** Mean squared distance between chance and truth (Brier): 0 is perfect, 0.25 is a coin. Null of nothing. */
export function brierScore(predictions: readonly Predicted[]): number | null {
  if (predictions.length === 0) return null;
  const sum = predictions.reduce((total, { chance, isFalseAlarm }) => total + (chance - Number(isFalseAlarm)) ** 2, 0);
  return sum / predictions.length;
}
