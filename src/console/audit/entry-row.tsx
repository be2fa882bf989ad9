// One entry of the log.

import { useState } from 'react';
import type { AuditEntry } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { incidentPath } from '../router/routes.ts';
import { Exact, Fact, Facts } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';
import { visible } from '../ui/outside-text.ts';
import { utcText } from '../ui/time-text.ts';
import { actorWord } from '../ui/words.ts';

export function EntryRow({ entry }: { entry: AuditEntry }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <tr>
      <td className="number">{entry.seq}</td>
      <td className="cell-time">
        <time dateTime={entry.at}>{utcText(entry.at)}</time>
      </td>
      <td>
        <Outside text={actorWord(entry.actor)} />
      </td>
      <td className="cell-wide">
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <code>{visible(entry.kind)}</code>
          </summary>
          {isOpen && <EntryFacts entry={entry} />}
        </details>
      </td>
      <td>
        {entry.incidentId && (
          <Link to={incidentPath(entry.incidentId)}>
            <code>{entry.incidentId}</code>
          </Link>
        )}
      </td>
    </tr>
  );
}

const EntryFacts = ({ entry }: { entry: AuditEntry }) => (
  <>
    <pre className="json">{visible(entry.body)}</pre>
    <Facts>
      <Fact name="Hash">
        <Exact text={entry.hash} />
      </Fact>
      <Fact name="Before it">
        <Exact text={entry.prevHash} />
      </Fact>
      <Fact name="Leaf">
        <Exact text={entry.leafHash} />
      </Fact>
      {entry.key && (
        <Fact name="Key">
          <Exact text={entry.key} />
        </Fact>
      )}
    </Facts>
  </>
);
