// How to check the log: a page that is served by the system that it judges proves nothing.

import { CommandHint } from '../ui/command-hint.tsx';
import { Panel } from '../ui/panel.tsx';

export const Verify = () => (
  <Panel id="verify" title="Verify">
    <p>
      Entries are chained by hash and covered by signed checkpoints that are kept outside the database. Check them on
      the command line; it names the first bad entry:
    </p>
    <CommandHint command="npx firebreak audit verify" />
    <p>
      Or take <a href="/api/audit/export">the whole log as a file</a> and verify it elsewhere, without the database.
    </p>
  </Panel>
);
