// Shows text and links from outside. Text stays text, in a direction of its own; links lead to the web or nowhere.

import type { ReactNode } from 'react';
import { visible } from './outside-text.ts';

export const Outside = ({ text }: { text: string }) => <bdi>{visible(text)}</bdi>;

export function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** A link to another site, or only its text when it is no web address. */
export function OutsideLink({ url, children, className }: { url: string; children: ReactNode; className?: string }) {
  const href = webAddress(url);
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={className}>
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
