// The REST API in schemas: what the gateway checks, OpenAPI shows, and CLI and console are typed by.

export * from './access.ts';
export * from './alerts-in.ts';
export * from './approvals.ts';
export * from './audit.ts';
export * from './commands.ts';
export * from './common.ts';
export * from './containments.ts';
export * from './explanations.ts';
export * from './incidents.ts';
export * from './learning.ts';
export * from './links.ts';
export * from './operations.ts';
export * from './plan.ts';
export * from './problem.ts';
export * from './silences.ts';
