// Messages: a refusal, a failure, a hint. Refusals are shown in the server's own words, with their code for a search.

import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { Button } from './button.tsx';
import { visible } from './outside-text.ts';
import type { Tone } from './words.ts';

export const Note = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <div className={`note note-${tone}`}>{children}</div>
);

interface RefusalNoteProps {
  title: string;
  reason: string;
  code?: string;
  fields?: { path: string; message: string }[];
}

export const RefusalNote = ({ title, reason, code, fields = [] }: RefusalNoteProps) => (
  <div className="note note-bad" role="alert">
    <strong>{title}</strong> {visible(reason)} {code && <code className="quiet">{code}</code>}
    {fields.length > 0 && (
      <ul>
        {fields.map((field) => (
          <li key={field.path}>
            <code>{field.path}</code> {visible(field.message)}
          </li>
        ))}
      </ul>
    )}
  </div>
);

export const ErrorNote = ({ title, error }: { title: string; error: Error }) =>
  error instanceof ApiError ? (
    <RefusalNote title={title} reason={error.message} code={error.code} fields={error.fields} />
  ) : (
    <RefusalNote title={title} reason={error.message} />
  );

/** Instead of a page or a list that could not be read. */
export function LoadError({ what, error, retry }: { what: string; error: Error; retry: () => void }) {
  return (
    <div className="load-error">
      <ErrorNote title={`Could not read ${what}.`} error={error} />
      <Button onPress={retry}>Try again</Button>
    </div>
  );
}

export const Loading = ({ what }: { what: string }) => (
  <p className="loading" role="status">
    <span className="spinner" aria-hidden="true" /> Reading {what}…
  </p>
);
