// What the tests' server knows. Tests change it as the incident's workflow would, and tell the browser.

import type {
  AuditEntry,
  Checkpoint,
  IncidentDetail,
  IncidentLearnt,
  Silence,
  SuppressedAlert,
  TimelineEntry,
  WithholdingRule,
} from '../../../src/contract/api/index.ts';
import type { Role } from '../../../src/core/roles.ts';
import { sampleAudit } from './samples.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string | string[] | undefined>;
}

export class World {
  /** Newest first, as the API lists them. */
  incidents: IncidentDetail[] = [];
  timelines = new Map<string, TimelineEntry[]>();
  checkpoints: Checkpoint[] = [];
  learnt = new Map<string, IncidentLearnt>();
  /** Newest first. */
  suppressed: SuppressedAlert[] = [];
  silences: Silence[] = [];
  rules: WithholdingRule[] = [];
  /** Keys that may sign in. */
  keys = new Map<string, { name: string; role: Role }>([
    ['key-of-ana-the-responder', { name: 'ana', role: 'responder' }],
    ['key-of-kim-the-administrator', { name: 'kim', role: 'admin' }],
    ['key-of-vic-the-viewer', { name: 'vic', role: 'viewer' }],
  ]);
  /** Everything that was asked for by something else than a GET. */
  received: ReceivedRequest[] = [];
  /** What commands are answered with. */
  commandAnswer: 'done' | 'pending' | { status: number; code: string; detail: string } = 'done';

  incident(id: string): IncidentDetail | undefined {
    return this.incidents.find((incident) => incident.id === id);
  }

  add(incident: IncidentDetail, timeline: TimelineEntry[] = []): IncidentDetail {
    this.incidents = [...this.incidents, incident].sort((a, b) => b.openedAt.localeCompare(a.openedAt));
    this.timelines.set(incident.id, timeline);
    return incident;
  }

  audit(): AuditEntry[] {
    return [...this.timelines]
      .flatMap(([id, entries]) => entries.map((entry) => sampleAudit(entry, id)))
      .sort((a, b) => a.seq - b.seq);
  }
}
