// The way from an alert to what keeps it from incidents.

import type { SuppressedAlert } from '../../contract/api/index.ts';
import { assertNever } from '../../core/assert-never.ts';
import { Link } from '../router/link.tsx';
import { explainPath, rulePath, silencePath } from '../router/routes.ts';
import { Outside } from '../ui/outside.tsx';

type Withheld = NonNullable<SuppressedAlert['withheld']>;

export function WithheldLinks({ withheld }: { withheld: Withheld }) {
  return (
    <>
      <WithheldLink withheld={withheld} />
      {withheld.alertId && <InhibitorLink alertId={withheld.alertId} />}
    </>
  );
}

export const InhibitorLink = ({ alertId }: { alertId: string }) => (
  <Link to={explainPath(alertId)}>The alert that inhibits it</Link>
);

function WithheldLink({ withheld: { why, by } }: { withheld: Withheld }) {
  switch (why) {
    case 'silenced':
      return <Link to={silencePath(by)}>Silence {by}</Link>;
    case 'maintenance':
      return (
        <Link to={rulePath(why, by)}>
          Maintenance window <Outside text={by} />
        </Link>
      );
    case 'inhibited':
    case 'flapping':
    case 'below_threshold':
      return (
        <Link to={rulePath(why, by)}>
          Rule <Outside text={by} />
        </Link>
      );
    default:
      return assertNever(why);
  }
}
