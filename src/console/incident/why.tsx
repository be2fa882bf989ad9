// Why Firebreak does what it does here, and where people can read on.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { learntFrom } from '../../core/learning/experience.ts';
import { path } from '../api/client.ts';
import { Exact, Fact, Facts } from '../ui/facts.tsx';
import { Lines } from '../ui/lines.tsx';
import { Outside, OutsideLink } from '../ui/outside.tsx';
import { Panel } from '../ui/panel.tsx';
import { Explanation } from './explanation.tsx';

export function Why({ incident }: { incident: IncidentDetail }) {
  const { playbook, team, runbooks, planDigest, temporalUrl, reportUrl, repeatCount } = incident;
  // The rest stands among what earlier incidents say.
  const reasons = learntFrom(incident.reasons).others;
  // By the address that the page came from: only there the browser is signed in.
  const reportAddress = new URL(path('incidents', incident.id, 'report'), window.location.origin).href;
  return (
    <Panel id="why" title="Why">
      {reasons.length > 0 ? <Lines lines={reasons} /> : <p className="quiet">Not triaged yet.</p>}
      <Explanation incidentId={incident.id} />
      <Facts>
        <Fact name="Playbook">{playbook ? <Outside text={playbook} /> : <span className="quiet">none</span>}</Fact>
        <Fact name="Team">{team ? <Outside text={team} /> : <span className="quiet">none</span>}</Fact>
        {planDigest && (
          <Fact name="Response plan">
            <Exact text={planDigest.slice(0, 12)} />
          </Fact>
        )}
        {repeatCount > 0 && <Fact name="Repeats">{repeatCount} alerts came again without a change</Fact>}
      </Facts>
      <ul className="links">
        {runbooks.map((runbook) => (
          <li key={runbook.url}>
            <OutsideLink url={runbook.url}>
              Runbook: <Outside text={runbook.title} />
            </OutsideLink>
          </li>
        ))}
        <li>
          <OutsideLink url={reportAddress}>{reportUrl ? 'Report' : 'Draft of the report'}</OutsideLink>
        </li>
        {temporalUrl && (
          <li>
            <OutsideLink url={temporalUrl}>Workflow in Temporal UI</OutsideLink>
          </li>
        )}
      </ul>
    </Panel>
  );
}
