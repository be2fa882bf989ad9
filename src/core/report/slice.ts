// What a report is written from.

import type { Alert } from '../alert.ts';
import type { IncidentState } from '../incident/state.ts';
import type { IncidentReport } from '../plan/reports.ts';
import type { TimelineEntry } from './describe-entry.ts';

type ReportAlert = Pick<Alert, 'source' | 'status' | 'title' | 'startsAt'> & { id: string };

export interface ReportSlice {
  state: IncidentState;
  drill: boolean;
  /** The incident's entries of the audit log, oldest first. */
  entries: readonly TimelineEntry[];
  /** Those to show; `alertCount` says how many there are. */
  alerts: readonly ReportAlert[];
  alertCount: number;
  /** What is told: that of the plan that the incident was decided by. */
  template: IncidentReport;
}
