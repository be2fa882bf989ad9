// A command line to copy.

import { useState } from 'react';
import { Button } from './button.tsx';

const copiedForMs = 2_000;

export function CommandHint({ command }: { command: string }) {
  const [copied, setCopied] = useState(false);
  // Only pages of a trusted origin have a clipboard; the text can be selected everywhere.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const copy = (): void => {
    void clipboard?.writeText(command).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), copiedForMs);
    });
  };
  return (
    <div className="command-hint">
      <code>{command}</code>
      {clipboard && (
        <Button look="quiet" onPress={copy}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </div>
  );
}
