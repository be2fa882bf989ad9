// What people ask for, and what came of it. An answer of "pending" is followed until the incident has taken or refused
// it; nothing is shown as done before the server says so.

import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';
import type { Command } from '../../contract/api/index.ts';
import type { Tone } from '../ui/words.ts';
import { followCommand, sendCommand } from './command.ts';
import { useLive } from './live-context.tsx';

export interface Message {
  id: number;
  tone: Tone;
  text: string;
}

interface Asking {
  messages: readonly Message[];
  /** Shows a message; good news goes away by itself. Gives its id. */
  tell(tone: Tone, text: string): number;
  dismiss(id: number): void;
  /**
   * Asks for a change of an incident or a containment. Resolves when the server has done or stored it, and tells `done`
   * when it is done. Throws ApiError for a refusal.
   */
  ask(address: string, body: object, done: string): Promise<void>;
}

const AskContext = createContext<Asking | null>(null);

const goodNewsMs = 6_000;

export function AskProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const lastId = useRef(0);
  const { refresh } = useLive();

  const dismiss = useCallback((id: number) => setMessages((all) => all.filter((message) => message.id !== id)), []);
  const tell = useCallback(
    (tone: Tone, text: string): number => {
      lastId.current += 1;
      const id = lastId.current;
      setMessages((all) => [...all, { id, tone, text }]);
      if (tone === 'good') setTimeout(() => dismiss(id), goodNewsMs);
      return id;
    },
    [dismiss],
  );

  const ask = useCallback(
    async (address: string, body: object, done: string): Promise<void> => {
      const tellEnd = ({ status, incidentId, refusal }: Command): void => {
        refresh(incidentId);
        if (status === 'refused') tell('bad', `Refused: ${refusal?.reason ?? 'no reason was given.'}`);
        else tell('good', done);
      };
      const command = await sendCommand(address, body);
      if (command.status !== 'pending') {
        tellEnd(command);
        return;
      }
      const waiting = tell('active', `Stored, not done yet: “${done}” The incident is told as soon as it answers.`);
      void followCommand(command)
        .finally(() => dismiss(waiting))
        .then(tellEnd, (error: Error) => tell('bad', `What came of “${done}” cannot be read: ${error.message}`));
    },
    [tell, dismiss, refresh],
  );

  const asking = useMemo(() => ({ messages, tell, dismiss, ask }), [messages, tell, dismiss, ask]);
  return <AskContext value={asking}>{children}</AskContext>;
}

export function useAsking(): Asking {
  const asking = use(AskContext);
  if (!asking) throw new Error('useAsking is only for what is inside AskProvider');
  return asking;
}
