// One thing under way at a time, and what went wrong with it.

import { useCallback, useRef, useState } from 'react';

export function usePending() {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<Error>();
  // State is set after the next drawing; a double click comes before that.
  const underWay = useRef(false);

  /** Resolves in any case: a failure is in `error`. True when it went well. */
  const run = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    if (underWay.current) return false;
    underWay.current = true;
    setPending(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return false;
    } finally {
      underWay.current = false;
      setPending(false);
    }
  }, []);

  return { isPending, error, run };
}
