// A page that fails says so and leaves the rest of the console alone.

import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { RefusalNote } from '../ui/note.tsx';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <div className="page">
        <h1>This page failed</h1>
        <RefusalNote title="The console has a fault." reason={this.state.error.message} />
        <p>
          Nothing was changed by it. The command line shows the same: <code>npx firebreak incidents list</code>.
        </p>
        <Button onPress={() => window.location.reload()}>Load the page again</Button>
      </div>
    );
  }
}
