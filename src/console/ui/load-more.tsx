// The way to the next page of a list.

import { Button } from './button.tsx';
import { ErrorNote } from './note.tsx';
import { usePending } from './use-pending.ts';

/** What it needs of an infinite query. */
interface Pages {
  hasNextPage: boolean;
  isFetching: boolean;
  refetch(options: { cancelRefetch: boolean }): Promise<unknown>;
  fetchNextPage(options: { cancelRefetch: boolean }): Promise<{ error: Error | null }>;
}

export function LoadMore({ pages, children }: { pages: Pages; children: string }) {
  const { isPending, error, run } = usePending();
  const load = async (): Promise<void> => {
    // A refresh under way is waited for: cancelling it would lose the change that it is for.
    if (pages.isFetching) await pages.refetch({ cancelRefetch: false });
    const { error: failure } = await pages.fetchNextPage({ cancelRefetch: false });
    if (failure) throw failure;
  };
  if (!pages.hasNextPage) return null;
  return (
    <div className="load-more">
      {error && <ErrorNote title="Could not read more." error={error} />}
      <Button onPress={() => void run(load)} isPending={isPending}>
        {children}
      </Button>
    </div>
  );
}
