// Entries of the log, one a row, with the hashed text and the hashes on request.

import type { AuditEntry } from '../../contract/api/index.ts';
import { EntryRow } from './entry-row.tsx';

export const EntryTable = ({ entries }: { entries: readonly AuditEntry[] }) => (
  <table className="entries">
    <thead>
      <tr>
        <th scope="col" className="number">
          Entry
        </th>
        <th scope="col">When</th>
        <th scope="col">Who</th>
        <th scope="col">What</th>
        <th scope="col">Incident</th>
      </tr>
    </thead>
    <tbody>
      {entries.map((entry) => (
        <EntryRow key={entry.seq} entry={entry} />
      ))}
    </tbody>
  </table>
);
