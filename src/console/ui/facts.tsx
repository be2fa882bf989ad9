// Names and values side by side: the form in which people compare what will be done with what they expect.

import type { ReactNode } from 'react';
import type { Json } from '../../core/canonical.ts';
import { visible } from './outside-text.ts';

export const Facts = ({ children }: { children: ReactNode }) => <dl className="facts">{children}</dl>;

interface FactProps {
  name: string;
  isUrgent?: boolean;
  children: ReactNode;
}

export const Fact = ({ name, isUrgent = false, children }: FactProps) => (
  <div className={isUrgent ? 'is-urgent' : undefined}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** An exact value, in full. */
export const Exact = ({ text }: { text: string }) => (
  <bdi className="exact" dir="ltr">
    {visible(text)}
  </bdi>
);

const valueText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Parameters of an action, one a line, all of them. */
export function Params({ params }: { params: Json }) {
  const isRecord = params !== null && typeof params === 'object' && !Array.isArray(params);
  if (!isRecord) return <Exact text={valueText(params)} />;
  const entries = Object.entries(params).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  if (entries.length === 0) return <span className="quiet">none</span>;
  return (
    <ul className="params">
      {entries.map(([name, value]) => (
        <li key={name}>
          <span className="param-name">{visible(name)}</span> <Exact text={valueText(value)} />
        </li>
      ))}
    </ul>
  );
}
