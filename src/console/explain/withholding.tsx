// What keeps an alert from incidents, itself: the silence with its button, or the rule in words.

import { useQuery } from '@tanstack/react-query';
import type { Explanation } from '../../contract/api/index.ts';
import { silenceQuery, withholdingQuery } from '../api/queries.ts';
import { SilenceCard } from '../silences/silence-card.tsx';
import { RuleCard } from '../suppressed/rule-card.tsx';
import { InhibitorLink } from '../suppressed/withheld-link.tsx';
import { Panel } from '../ui/panel.tsx';

type Withheld = NonNullable<Explanation['withheld']>;

export const Withholding = ({ withheld, isOver }: { withheld: Withheld; isOver: boolean }) => (
  <Panel id="withholding" title={isOver ? 'What kept it back until it became an incident' : 'What keeps it back'}>
    {withheld.why === 'silenced' ? <TheSilence id={withheld.by} /> : <TheRule withheld={withheld} />}
    {withheld.alertId && (
      <p className="row-detail">
        <InhibitorLink alertId={withheld.alertId} />
      </p>
    )}
  </Panel>
);

function TheSilence({ id }: { id: string }) {
  const { data } = useQuery(silenceQuery(id));
  return data ? (
    <ul className="row-cards">
      <SilenceCard silence={data} />
    </ul>
  ) : null;
}

function TheRule({ withheld: { why, by } }: { withheld: Withheld }) {
  const { data } = useQuery(withholdingQuery);
  if (!data) return null;
  const rule = data.items.find(({ kind, name }) => kind === why && name === by);
  return rule ? (
    <ul className="row-cards">
      <RuleCard rule={rule} />
    </ul>
  ) : (
    <p className="quiet">The plan in force has no such rule any more.</p>
  );
}
