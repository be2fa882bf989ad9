// How a containment stands, as people read it.

import type { Containment } from '../../contract/api/index.ts';
import type { Tone } from '../ui/words.ts';

export const containmentStanding: Record<Containment['status'], { word: string; tone: Tone }> = {
  applying: { word: 'Applying', tone: 'active' },
  held: { word: 'Held', tone: 'good' },
  undoing: { word: 'Undoing', tone: 'active' },
  lifted: { word: 'Lifted', tone: 'neutral' },
  expired: { word: 'Expired', tone: 'neutral' },
  undo_failed: { word: 'Undo failed', tone: 'bad' },
  not_applied: { word: 'Not applied', tone: 'neutral' },
  unknown: { word: 'Unknown', tone: 'bad' },
};

/** What a person should know about it beyond its status; undefined when there is nothing. */
export function warningOf({ status, mode }: Containment): string | undefined {
  if (mode === 'simulate') return undefined;
  if (status === 'undo_failed')
    return 'It could not be undone and may still be in place. Check the target, then lift it again.';
  if (status === 'unknown') return 'Nobody can tell whether it is in place. Check the target.';
  return undefined;
}
