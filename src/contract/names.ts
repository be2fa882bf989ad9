// Names that gateway, workflows, activities and Temporal UI share.

/** Each queue has its own process and its own secrets in production. */
export const queues = {
  /** Workflows, and reading and writing our own store. */
  incident: 'incident',
  /** The only one with power over systems. */
  containment: 'containment',
  /** Talks to vendors. */
  notify: 'notify',
} as const;
export type QueueName = keyof typeof queues;

export const incidentWorkflowId = (incidentId: string): string => `incident-${incidentId}`;
export const containmentWorkflowId = (containmentId: string): string => `containment-${containmentId}`;

export const workflowTypes = { incident: 'incidentWorkflow', containment: 'containmentWorkflow' } as const;

/** Most alert notes in one signal; about 300 bytes each, far below Temporal's 2 MB payload limit. */
export const maxNotesPerSignal = 500;
