// What the playbook tells people to do, as its author wrote it.

import { Outside } from '../ui/outside.tsx';

export function Runbook({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <section className="panel" aria-labelledby="runbook">
      <h2 id="runbook" className="section-title">
        Runbook
      </h2>
      <p className="runbook">
        <Outside text={text} />
      </p>
    </section>
  );
}
