// What the plan in force keeps from incidents. `?rule=inhibited/node-down` marks the one that was asked for.

import { useQuery } from '@tanstack/react-query';
import { withholdingQuery } from '../api/queries.ts';
import { useSearch } from '../router/location.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { LoadError, Loading, Note } from '../ui/note.tsx';
import { Outside } from '../ui/outside.tsx';
import { RuleCard } from './rule-card.tsx';
import { SuppressedTabs } from './suppressed-tabs.tsx';

export function RulesPage() {
  usePageTitle('Rules that suppress alerts');
  const asked = useSearch().get('rule');
  const { data, error, refetch } = useQuery(withholdingQuery);
  const isAsked = ({ kind, name }: { kind: string; name: string }): boolean => asked === `${kind}/${name}`;
  // What was asked for comes first: there may be hundreds.
  const rules = data?.items.toSorted((a, b) => Number(isAsked(b)) - Number(isAsked(a))) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>Rules of the plan</h1>
        <SuppressedTabs at="rules" />
      </div>
      {error && <LoadError what="the rules" error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="the rules" />}
      {data && asked !== null && !rules.some(isAsked) && (
        <Note tone="attention">
          The plan in force has no rule <Outside text={asked} /> any more. What it kept back is judged again.
        </Note>
      )}
      {data && rules.length === 0 && (
        <div className="empty">
          <h2>The plan keeps nothing from incidents</h2>
          <p>
            Maintenance windows, inhibition, flapping and thresholds are written in <code>rules.yaml</code> of the
            response plan.
          </p>
        </div>
      )}
      {rules.length > 0 && (
        <ul className="row-cards panel" aria-label="Rules">
          {rules.map((rule) => (
            <RuleCard key={`${rule.kind}/${rule.name}`} rule={rule} isAsked={isAsked(rule)} />
          ))}
        </ul>
      )}
      {data && (
        <p className="page-note">
          From <code>rules.yaml</code> of the plan in force, <code>{data.digest.slice(0, 12)}</code>.
        </p>
      )}
    </div>
  );
}
