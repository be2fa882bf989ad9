// How a step stands, as people read it.

import type { FlowEntry, Step } from '../../contract/api/index.ts';
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

export const flowStanding: Record<FlowEntry['status'], { word: string; tone: Tone }> = {
  ...stepStanding,
  waiting_for_answer: { word: 'Waits for an answer', tone: 'attention' },
};

export const flowKinds: Record<FlowEntry['type'], string> = {
  action: 'action',
  approve: 'agreement of people',
  notify: 'message',
  ask: 'question',
  wait: 'wait',
  parallel: 'several at a time',
  for_each: 'for each item',
  choose: 'choice',
  use: 'module',
  set: 'values',
  late: 'planned when it is reached',
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
