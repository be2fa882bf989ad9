// How severities, statuses and modes look.

import type { Severity } from '../../core/severity.ts';
import type { Style } from './table.ts';

const severityStyles: Record<Severity, Style> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

export const severityStyle = (severity: Severity): Style => severityStyles[severity];

const statusStyles: Record<string, Style> = {
  triage: 'magenta',
  containment: 'yellow',
  recovery: 'cyan',
  closed: 'green',
  dismissed: 'dim',
  merged: 'dim',
  firing: 'red',
  resolved: 'green',
  done: 'green',
  failed: 'red',
  unknown: ['bold', 'red'],
  refused: 'red',
  waiting_for_approval: 'yellow',
  skipped: 'dim',
  undone: 'dim',
  pending: 'yellow',
  approved: 'green',
  rejected: 'red',
  held: 'yellow',
  undo_failed: ['bold', 'red'],
  lifted: 'green',
  expired: 'dim',
};

/** Of incidents, alerts, steps, approvals and containments. */
export const statusStyle = (status: string): Style => statusStyles[status] ?? 'reset';

/** `waiting_for_approval` → `waiting for approval`. */
export const words = (name: string): string => name.replaceAll('_', ' ');

/** Simulated actions say so everywhere. */
export const withMode = (text: string, mode: 'simulate' | 'live'): string =>
  mode === 'simulate' ? `${text} (simulated)` : text;
