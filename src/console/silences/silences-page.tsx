// Silences: those that hold or are to come, and on request those that are over.

import { useInfiniteQuery } from '@tanstack/react-query';
import { itemsOf, silencesQuery } from '../api/queries.ts';
import { changeSearch, useSearch } from '../router/location.ts';
import { useMayRespond } from '../session/session.tsx';
import { usePageTitle } from '../shell/page-title.ts';
import { SuppressedTabs } from '../suppressed/suppressed-tabs.tsx';
import { Button } from '../ui/button.tsx';
import { useDialogs } from '../ui/dialogs.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { LoadError, Loading } from '../ui/note.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { SilenceCard } from './silence-card.tsx';

const shown = [
  { value: 'active', label: 'Active' },
  { value: 'expired', label: 'Expired' },
] as const;

export function SilencesPage() {
  usePageTitle('Silences');
  const mayRespond = useMayRespond();
  const dialogs = useDialogs();
  const value = useSearch().get('show') === 'expired' ? 'expired' : 'active';
  const list = useInfiniteQuery(silencesQuery(value === 'active' ? 'active,pending' : 'expired'));
  const silences = itemsOf(list.data);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Silences</h1>
        <SuppressedTabs at="silences" />
      </div>
      <div className="filters">
        <Segmented
          legend="Which silences"
          value={value}
          options={shown}
          onChange={(next) => changeSearch({ show: next === 'expired' ? 'expired' : undefined })}
        />
        {mayRespond && (
          <Button look="primary" onPress={() => dialogs.open(<CreateDialog />)}>
            Silence alerts…
          </Button>
        )}
      </div>
      {list.isPending && <Loading what="the silences" />}
      {list.isError && <LoadError what="the silences" error={list.error} retry={() => void list.refetch()} />}
      {list.data && silences.length === 0 && (
        <div className="empty">
          <h2>{value === 'active' ? 'Nothing is silenced' : 'No silence is over yet'}</h2>
          <p>
            A silence keeps alerts that match it from incidents for a time. What still fires when it ends becomes one.
          </p>
        </div>
      )}
      {silences.length > 0 && (
        <ul className="row-cards panel" aria-label="Silences">
          {silences.map((silence) => (
            <SilenceCard key={silence.id} silence={silence} />
          ))}
        </ul>
      )}
      <LoadMore pages={list}>Show older silences</LoadMore>
    </div>
  );
}
