// How a step stands, as people read it.

import type { Step } from '../../contract/api/index.ts';
import type { Tone } from '../ui/words.ts';

export const stepStanding: Record<Step['status'], { word: string; tone: Tone }> = {
  planned: { word: 'Planned', tone: 'neutral' },
  running: { word: 'Running', tone: 'active' },
  waiting_for_approval: { word: 'Waits for approval', tone: 'attention' },
  suggested: { word: 'Suggested', tone: 'attention' },
  done: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  unknown: { word: 'Unknown', tone: 'bad' },
  refused: { word: 'Refused', tone: 'bad' },
  skipped: { word: 'Skipped', tone: 'neutral' },
  undone: { word: 'Undone', tone: 'neutral' },
};

export const phaseTitles: Record<Step['phase'], string> = {
  contain: 'Contain',
  verify: 'Verify',
  recover: 'Recover',
  added: 'Added by people',
};

export const levelMeaning: Record<Step['level'], string> = {
  observe: 'only says what it would do',
  suggest: 'a person starts it',
  approve: 'runs when approved',
  auto: 'runs by itself',
};
