// What is left for people to do after the incident.

import { Lines } from '../ui/lines.tsx';
import { Panel } from '../ui/panel.tsx';

export const FollowUps = ({ followUps }: { followUps: readonly string[] }) =>
  followUps.length > 0 && (
    <Panel id="follow-ups" title="Open follow-ups">
      <Lines lines={followUps} />
    </Panel>
  );
