// What the processes of Firebreak do; the command line starts them.

export { adminKeyPath, ensureAdminKey, ensureSchema, ensureSecrets } from './prepare.ts';
export { runGateway, runWorker } from './processes.ts';
export type { Progress, Running } from './types.ts';
export { runUp } from './up.ts';
