// What this incident holds, or held.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { ContainmentCard } from '../containments/containment-card.tsx';
import { Panel } from '../ui/panel.tsx';

export function IncidentContainments({ incident }: { incident: IncidentDetail }) {
  const sorted = [...incident.containments].sort((a, b) => Number(b.active) - Number(a.active));
  return (
    <Panel id="containments" title="Containments">
      {sorted.length === 0 && <p className="quiet">Nothing is or was contained.</p>}
      {sorted.length > 0 && (
        <ul className="row-cards">
          {sorted.map((containment) => (
            <ContainmentCard key={containment.id} containment={containment} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
