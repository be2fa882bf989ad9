// Signing in: an API key for a session cookie. The key is sent once and kept nowhere.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session, SessionRequest } from '../../contract/api/index.ts';
import { post } from '../api/client.ts';
import { sessionKey } from '../api/query-client.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { Wordmark } from '../shell/wordmark.tsx';
import { Button } from '../ui/button.tsx';
import { CommandHint } from '../ui/command-hint.tsx';
import { Field } from '../ui/field.tsx';
import { ErrorNote } from '../ui/note.tsx';

export function LoginPage() {
  const [key, setKey] = useState('');
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: (request: SessionRequest) => post<Session>('/api/session', request),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  });
  usePageTitle('Sign in');

  return (
    <main className="login">
      <Wordmark />
      <h1>Sign in</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '' && !signIn.isPending) signIn.mutate({ key: key.trim() });
        }}
      >
        <Field label="API key">
          {(id) => (
            <input
              id={id}
              type="password"
              value={key}
              onChange={(event) => setKey(event.target.value)}
              autoComplete="current-password"
              maxLength={300}
              required
              // biome-ignore lint/a11y/noAutofocus: the only thing to do on this page.
              autoFocus
            />
          )}
        </Field>
        {signIn.isError && <ErrorNote title="Not signed in." error={signIn.error} />}
        <Button type="submit" look="primary" isPending={signIn.isPending}>
          Sign in
        </Button>
      </form>
      <section className="login-help" aria-labelledby="where-is-the-key">
        <h2 id="where-is-the-key">Where is my key?</h2>
        <p>
          On a fresh install, <code>npm start</code> prints the first administrator’s key in its terminal. It is kept on
          that machine, in the state folder:
        </p>
        <CommandHint command="cat .firebreak/secrets/admin-key" />
        <p>A key of your own is your name on the audit log. An administrator makes it:</p>
        <CommandHint command="npx firebreak keys create --name ana --role responder" />
      </section>
    </main>
  );
}
