// Asks before a silence is ended before its time.

import type { Silence } from '../../contract/api/index.ts';
import { useAsking } from '../api/ask.tsx';
import { path, remove } from '../api/client.ts';
import { useLive } from '../api/live-context.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Exact } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';

export function ExpireDialog({ silence }: { silence: Silence }) {
  const { tell } = useAsking();
  const { refreshSuppressed } = useLive();
  const expire = async (): Promise<void> => {
    try {
      await remove(path('silences', silence.id));
      tell('good', 'The silence is over.');
    } finally {
      refreshSuppressed();
    }
  };
  return (
    <Dialog title="Expire this silence now?" confirm="Expire" onConfirm={expire}>
      <p>
        <Outside text={silence.reason} />: <Exact text={silence.matchers.join(' ')} />
      </p>
      <p>Alerts that it keeps back and that still fire become incidents within seconds, and people are told.</p>
    </Dialog>
  );
}
