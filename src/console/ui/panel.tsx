// A part of a page: its title and what stands under it, found by that name.

import type { ReactNode } from 'react';

interface PanelProps {
  /** One of its own on the page: addresses may lead to it. */
  id: string;
  title: string;
  /** How many there are. */
  count?: number;
  /** Chooses what is shown. */
  controls?: ReactNode;
  children: ReactNode;
}

export function Panel({ id, title, count, controls, children }: PanelProps) {
  const heading = (
    <h2 id={id} className="section-title">
      {title}
      {count !== undefined && (
        <>
          {' '}
          <span className="count count-quiet">{count}</span>
        </>
      )}
    </h2>
  );
  return (
    <section className="panel" aria-labelledby={id}>
      {controls ? (
        <div className="section-head">
          {heading}
          {controls}
        </div>
      ) : (
        heading
      )}
      {children}
    </section>
  );
}
