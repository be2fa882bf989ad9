// One rule of the plan that keeps alerts from incidents, in words.

import type { WithholdingRule } from '../../contract/api/index.ts';
import { Link } from '../router/link.tsx';
import { Badge } from '../ui/badge.tsx';
import { Exact } from '../ui/facts.tsx';
import { Lines } from '../ui/lines.tsx';
import { Outside } from '../ui/outside.tsx';

const kindWord: Record<WithholdingRule['kind'], string> = {
  maintenance: 'Maintenance window',
  inhibited: 'Inhibition',
  flapping: 'Flapping',
  below_threshold: 'Threshold',
};

export function RuleCard({ rule, isAsked = false }: { rule: WithholdingRule; isAsked?: boolean }) {
  const { kind, name, owner, reason, lines } = rule;
  return (
    <li className={`row-card${isAsked ? ' is-asked' : ''}`} aria-current={isAsked ? 'true' : undefined}>
      <div className="row-main">
        <p className="row-title">
          <Badge>{kindWord[kind]}</Badge> <Exact text={name} />
        </p>
        {reason !== null && (
          <p className="row-detail">
            <Outside text={reason} />
          </p>
        )}
        <Lines lines={lines} className="row-detail" />
        <p className="row-sub">
          {owner !== null && (
            <span>
              owner <Outside text={owner} />
            </span>
          )}
          <Link to={`/suppressed?${new URLSearchParams({ q: name })}`}>Alerts that it keeps back</Link>
        </p>
      </div>
    </li>
  );
}
