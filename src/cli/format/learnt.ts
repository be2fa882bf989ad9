// What earlier incidents say about one, a line each.

import type { IncidentLearnt } from '../../contract/api/index.ts';
import { similarWords } from '../../core/learning/similar.ts';

export function learntLines({ falseAlarm, suggested, similar }: IncidentLearnt): string[] {
  const judged = falseAlarm ? [`${falseAlarm.words} (model ${falseAlarm.model})`, ...falseAlarm.because] : [];
  return [...judged, ...suggested.map((one) => `suggested: ${one}`), ...similar.map(similarWords)];
}
