// A containment as the API shows it.

import type { Containment } from '../../../contract/api/containments.ts';
import { incidentUrl } from '../../../contract/api/links.ts';
import { containmentWorkflowId } from '../../../contract/names.ts';
import { type ContainmentRow, isActive } from '../../../store/containments-read.ts';
import type { AppDeps } from '../../deps.ts';
import { temporalUrl } from './links.ts';

export function presentContainment(
  row: Omit<ContainmentRow, 'place_time' | 'place_id'>,
  deps: Pick<AppDeps, 'publicUrl' | 'temporalUi'>,
): Containment {
  return {
    id: row.containment_id,
    incidentId: row.incident_id,
    incidentUrl: incidentUrl(deps.publicUrl, row.incident_id),
    stepId: row.step_id,
    action: row.action,
    title: row.title,
    target: row.target,
    params: row.params,
    mode: row.mode,
    status: row.status,
    active: isActive(row.status),
    appliedAt: row.applied_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    temporalUrl: temporalUrl(deps, containmentWorkflowId(row.containment_id)),
  };
}
