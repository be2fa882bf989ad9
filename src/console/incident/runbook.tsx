// What the playbook tells people to do, as its author wrote it.

import { Outside } from '../ui/outside.tsx';
import { Panel } from '../ui/panel.tsx';

export function Runbook({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <Panel id="runbook" title="Runbook">
      <p className="runbook">
        <Outside text={text} />
      </p>
    </Panel>
  );
}
