// The workflow types that workers register: everything exported here is one.

export { containmentWorkflow } from './containment.ts';
export { incidentWorkflow } from './incident.ts';
