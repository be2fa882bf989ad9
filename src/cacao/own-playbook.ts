// The playbook of ours that an export carries in its extension. It counts only while everything else in the file says the
// same: others may have changed the workflow, or the extension alone, which nobody reads who looks at the workflow.

import { type Playbook, playbook as playbookSchema } from '../core/plan/playbook.ts';
import { exportCacao, workflowDigest } from './export.ts';
import { extensionId } from './ids.ts';
import type { CacaoPlaybook } from './model.ts';

export type OwnPlaybook =
  | { is: 'unchanged'; playbook: Playbook }
  | { is: 'changed'; why: string }
  /** No export of Firebreak. */
  | { is: 'absent' };

export function ownPlaybook(cacao: CacaoPlaybook): OwnPlaybook {
  const { playbook_extensions: extensions, workflow, name, description } = cacao;
  const own = extensions?.[extensionId] as { playbook?: unknown; workflow_digest?: unknown } | null | undefined;
  if (own === undefined) return { is: 'absent' };
  const changed = (why: string): OwnPlaybook => ({ is: 'changed', why });
  if (own?.workflow_digest !== workflowDigest(workflow)) return changed('its workflow was changed since');
  const parsed = playbookSchema.safeParse(own.playbook);
  if (!parsed.success) return changed('the playbook in its extension cannot be read');
  const { data: playbook } = parsed;
  if (playbook.title !== name || playbook.description !== description)
    return changed('its name or description was changed since');
  const { workflow: again } = exportCacao(playbook, cacao.created);
  if (workflowDigest(again) !== own.workflow_digest)
    return changed('the playbook in its extension is not what its workflow says (changed, or by another version)');
  return { is: 'unchanged', playbook };
}
