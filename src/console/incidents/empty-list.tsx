// What to do when there is nothing to show.

import { changeSearch } from '../router/location.ts';
import { Button } from '../ui/button.tsx';
import { CommandHint } from '../ui/command-hint.tsx';

export function EmptyList({ isNarrowed, isAll }: { isNarrowed: boolean; isAll: boolean }) {
  if (isNarrowed) {
    const clear = (): void => changeSearch({ severity: undefined, status: undefined, q: undefined });
    return (
      <div className="empty">
        <h2>No incident matches these filters</h2>
        <Button onPress={clear}>Clear the filters</Button>
      </div>
    );
  }
  return (
    <div className="empty">
      <h2>{isAll ? 'There has been no incident yet' : 'No open incidents'}</h2>
      <p>Alerts that come in open incidents, and they show here at once. To see one now, send a sample alert:</p>
      <CommandHint command="npx firebreak send brute-force" />
      {!isAll && <Button onPress={() => changeSearch({ show: 'all' })}>Show incidents that have ended</Button>}
    </div>
  );
}
