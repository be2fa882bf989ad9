// The times that responses are measured by, each with how long it took since detection.

import type { IncidentDetail } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { durationText } from '../ui/duration.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { Clock, Since } from '../ui/time.tsx';
import { SlaNote } from './sla.tsx';

export function KeyTimes({ incident }: { incident: IncidentDetail }) {
  const { times, status, sla } = incident;
  const isOpen = !hasEnded(status);
  const isContaining = status === 'triage' || status === 'containment';
  const since = times.detectedAt;
  return (
    <Panel id="key-times" title="Times">
      <Facts>
        <Fact name="Impact started">
          <Clock at={times.impactStartedAt} />
        </Fact>
        <Fact name="Detected">
          <KeyTime at={times.detectedAt} since={times.impactStartedAt} isAwaited={false} />
        </Fact>
        <Fact name="Acknowledged" isUrgent={isOpen && times.acknowledgedAt === null}>
          <KeyTime at={times.acknowledgedAt} since={since} isAwaited={isOpen} clock={sla?.acknowledge} />
        </Fact>
        <Fact name="Contained">
          <KeyTime at={times.containedAt} since={since} isAwaited={isContaining} />
        </Fact>
        <Fact name="Resolved">
          <KeyTime at={times.resolvedAt} since={since} isAwaited={isOpen} clock={sla?.recover} />
        </Fact>
        <Fact name="Closed">
          <KeyTime at={times.closedAt} since={since} isAwaited={isOpen} />
        </Fact>
      </Facts>
    </Panel>
  );
}

interface KeyTimeProps {
  at: string | null;
  since: string;
  /** Whether it may still come; otherwise it never did. */
  isAwaited: boolean;
  /** By when it should be. */
  clock?: Clocks['acknowledge'] | undefined;
}

type Clocks = NonNullable<IncidentDetail['sla']>;

function KeyTime({ at, since, isAwaited, clock }: KeyTimeProps) {
  if (at) {
    return (
      <>
        <Clock at={at} /> <Took from={since} to={at} /> {clock && <SlaNote clock={clock} />}
      </>
    );
  }
  if (!isAwaited) return <span className="quiet">–</span>;
  if (clock) return <SlaNote clock={clock} />;
  return (
    <span className="awaited">
      not yet, <Since at={since} />
    </span>
  );
}

const Took = ({ from, to }: { from: string; to: string }) => (
  <span className="quiet took">+{durationText(Date.parse(to) - Date.parse(from))}</span>
);
