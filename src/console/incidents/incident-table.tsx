// The table of incidents. Each row is one link; arrow keys, or j and k, go from row to row.

import { useInfiniteQuery } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import type { IncidentSummary } from '../../contract/api/index.ts';
import { itemsOf, pendingApprovalsQuery } from '../api/queries.ts';
import { IncidentRow } from './incident-row.tsx';

const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
  if (step === undefined) return;
  const links: (Element | null)[] = [...event.currentTarget.querySelectorAll('a.row-link')];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

interface TableProps {
  incidents: readonly IncidentSummary[];
  arrived: ReadonlySet<string>;
}

export function IncidentTable({ incidents, arrived }: TableProps) {
  const pending = useInfiniteQuery(pendingApprovalsQuery);
  const waiting = new Set(itemsOf(pending.data).map((approval) => approval.incidentId));
  return (
    <table className="incidents">
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">Status</th>
          <th scope="col">Incident</th>
          <th scope="col" className="number">
            Alerts
          </th>
          <th scope="col">Opened</th>
          <th scope="col">Assignee</th>
        </tr>
      </thead>
      <tbody onKeyDown={moveFocus}>
        {incidents.map((incident) => (
          <IncidentRow
            key={incident.id}
            incident={incident}
            isNew={arrived.has(incident.id)}
            isWaiting={waiting.has(incident.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
