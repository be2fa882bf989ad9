// What every dialog of an incident is given.

import type { IncidentDetail } from '../../../contract/api/index.ts';

export interface IncidentDialogProps {
  incident: IncidentDetail;
}
