// Whether an approval is not what it was when someone began to read it.

import { useQuery } from '@tanstack/react-query';
import type { Approval } from '../../contract/api/index.ts';
import { approvalQuery } from '../api/queries.ts';
import { Note } from '../ui/note.tsx';

export function useHasChanged(shown: Approval): boolean {
  const current = useQuery(approvalQuery(shown.id)).data ?? shown;
  return current.digest !== shown.digest || current.status !== 'pending';
}

export const HasChanged = () => (
  <Note tone="bad">This approval has changed since you opened it. Close this and read it again.</Note>
);
