// What came of an action, as workflows, gateway and activities share it; core defines it.

export type * from '../core/action-outcome.ts';
