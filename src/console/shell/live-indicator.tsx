// Whether what is on the page is what is so.

import type { LiveState } from '../api/live.ts';
import { useLive } from '../api/live-context.tsx';

const words: Record<LiveState, { word: string; meaning: string }> = {
  connecting: { word: 'Connecting…', meaning: 'Waiting for live changes' },
  live: { word: 'Live', meaning: 'Changes show as they happen' },
  reconnecting: { word: 'Reconnecting…', meaning: 'The page may be behind; it is read again every minute' },
};

export function LiveIndicator() {
  const { state } = useLive();
  const { word, meaning } = words[state];
  return (
    <span className={`live-state is-${state}`} role="status" title={meaning}>
      <span className="live-dot" aria-hidden="true" />
      {word}
    </span>
  );
}
