// What earlier incidents say about one, a line each.

import type { IncidentLearnt } from '../../contract/api/index.ts';
import { similarWords } from '../../core/learning/similar.ts';

export function learntLines({ falseAlarm, similar }: IncidentLearnt): string[] {
  const judged = falseAlarm ? [`${falseAlarm.words} (model ${falseAlarm.model})`, ...falseAlarm.because] : [];
  return [...judged, ...similar.map(similarWords)];
}
