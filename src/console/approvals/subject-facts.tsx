// Exactly what will be done: everything that the digest is over and a person can judge.

import type { Approval } from '../../contract/api/index.ts';
import { durationText } from '../ui/duration.ts';
import { Exact, Fact, Facts, Params } from '../ui/facts.tsx';

export function SubjectFacts({ approval }: { approval: Approval }) {
  const { action, target, params, holdMs } = approval.subject;
  return (
    <Facts>
      <Fact name="Action">
        <Exact text={action} />
      </Fact>
      <Fact name="Target">
        <strong>
          <Exact text={target} />
        </strong>
      </Fact>
      <Fact name="Parameters">
        <Params params={params} />
      </Fact>
      <Fact name="Held for">
        {holdMs === null ? 'not held: it is not undone by itself' : `${durationText(holdMs)}, then undone`}
      </Fact>
    </Facts>
  );
}
