// What came of what was asked, told to eyes and to screen readers.

import { useAsking } from '../api/ask.tsx';
import { Button } from '../ui/button.tsx';
import { visible } from '../ui/outside-text.ts';

export function Messages() {
  const { messages, dismiss } = useAsking();
  return (
    <div className="messages" role="status">
      {messages.map((message) => (
        <div key={message.id} className={`message note-${message.tone}`}>
          {message.tone === 'active' && <span className="spinner" aria-hidden="true" />}
          <p>{visible(message.text)}</p>
          {message.tone !== 'active' && (
            <Button look="quiet" label="Dismiss this message" onPress={() => dismiss(message.id)}>
              ✕
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
