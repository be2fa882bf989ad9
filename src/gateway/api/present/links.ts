// Addresses in Temporal UI.

import type { AppDeps } from '../../deps.ts';

/** The workflow in Temporal UI; null where there is none. */
export function temporalUrl({ temporalUi }: Pick<AppDeps, 'temporalUi'>, workflowId: string): string | null {
  if (!temporalUi) return null;
  const namespace = encodeURIComponent(temporalUi.namespace);
  return `${temporalUi.url}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
