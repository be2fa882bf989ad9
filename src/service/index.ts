// What the processes of Firebreak do; the command line starts them.

export { logFileOf } from './logger.ts';
export { adminKeyPath, ensureAdminKey, ensureSchema, ensureSecrets } from './prepare.ts';
export { runGateway, runWorker } from './processes.ts';
export type { Progress, ProgressStep, Running } from './types.ts';
export { ServiceError } from './types.ts';
export { runUp } from './up.ts';
