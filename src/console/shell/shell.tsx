// What is around every page: the name, the ways, who is signed in, and whether the page is live.

import { type ReactNode, useEffect, useRef } from 'react';
import type { Route } from '../router/routes.ts';
import { useSession, useSignOut } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { Messages } from './messages.tsx';
import { Navigation } from './navigation.tsx';
import { Wordmark } from './wordmark.tsx';

export function Shell({ page, path, children }: { page: Route['page']; path: string; children: ReactNode }) {
  const session = useSession();
  const signOut = useSignOut();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  useEffect(() => {
    // Screen readers and keyboards start at the new page, as they would after a real page load.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [path]);

  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Wordmark />
        <Navigation page={page} />
        <div className="top-end">
          <LiveIndicator />
          <span className="who">
            {session.name} {session.role !== session.name && <span className="quiet">{session.role}</span>}
          </span>
          <Button look="quiet" onPress={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Messages />
    </>
  );
}
