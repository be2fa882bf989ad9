// One silence: what it matches, why, whose it is, until when, and ending it.

import type { Silence } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { silencePath } from '../router/routes.ts';
import { useMayRespond } from '../session/session.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { Exact } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';
import { Age, Clock, TimeLeft } from '../ui/time.tsx';
import { actorWord, type Tone } from '../ui/words.ts';
import { ExpireDialog } from './expire-dialog.tsx';

const standing: Record<Silence['state'], { word: string; tone: Tone }> = {
  active: { word: 'Active', tone: 'attention' },
  pending: { word: 'To come', tone: 'active' },
  expired: { word: 'Expired', tone: 'neutral' },
};

export function SilenceCard({ silence }: { silence: Silence }) {
  const mayRespond = useMayRespond();
  const dialogs = useDialogs();
  const { id, matchers, owner, reason, state } = silence;
  const { word, tone } = standing[state];
  return (
    <li className="row-card">
      <div className="row-main">
        <p className="row-title">
          <Badge tone={tone}>{word}</Badge>{' '}
          <Link to={silencePath(id)}>
            <Outside text={reason} />
          </Link>
        </p>
        <ul className="matchers">
          {matchers.map((matcher) => (
            <li key={matcher}>
              <Exact text={matcher} />
            </li>
          ))}
        </ul>
        <p className="row-sub">
          <span>
            owner <Outside text={actorWord(owner)} />
          </span>
          <Term silence={silence} />
          <Link to={`/suppressed?${new URLSearchParams({ q: id })}`}>Alerts that it keeps back</Link>
        </p>
      </div>
      {mayRespond && state !== 'expired' && (
        <div className="row-buttons">
          <Button
            label={`Expire the silence: ${reason}`}
            onPress={() => dialogs.open(<ExpireDialog silence={silence} />)}
          >
            Expire…
          </Button>
        </div>
      )}
    </li>
  );
}

function Term({ silence: { state, startsAt, endsAt, expiredBy } }: { silence: Silence }) {
  switch (state) {
    case 'active':
      return (
        <span>
          until <Clock at={endsAt} />, <TimeLeft until={endsAt} over="ending now" /> left
        </span>
      );
    case 'pending':
      return (
        <span>
          from <Clock at={startsAt} /> until <Clock at={endsAt} />
        </span>
      );
    case 'expired':
      return (
        <span>
          ended <Age at={endsAt} />
          {expiredBy && (
            <>
              {' '}
              by <Outside text={actorWord(expiredBy)} />
            </>
          )}
        </span>
      );
  }
}
