// The one place where dialogs are shown. They do not live in the card or row that opened them: that may go away while
// someone reads, because someone else decided, and what is being asked or refused must stay in sight.

import { createContext, Fragment, type ReactNode, use, useCallback, useMemo, useState } from 'react';

interface Dialogs {
  /** Shows a dialog with what is known now; it does not change while it is read. */
  open(dialog: ReactNode): void;
  close(): void;
}

const DialogsContext = createContext<Dialogs | null>(null);

export function DialogsProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ dialog: ReactNode; count: number } | undefined>();
  const open = useCallback(
    (dialog: ReactNode) => setShown((before) => ({ dialog, count: (before?.count ?? 0) + 1 })),
    [],
  );
  const close = useCallback(() => setShown(undefined), []);
  const dialogs = useMemo(() => ({ open, close }), [open, close]);
  return (
    <DialogsContext value={dialogs}>
      {children}
      {shown && <Fragment key={shown.count}>{shown.dialog}</Fragment>}
    </DialogsContext>
  );
}

export function useDialogs(): Dialogs {
  const dialogs = use(DialogsContext);
  if (!dialogs) throw new Error('useDialogs is only for what is inside DialogsProvider');
  return dialogs;
}
