// The way back to what waits, while it is out of sight: on a phone the page is long.

import { useEffect, useRef, useState } from 'react';

export function JumpToNeeds({ count }: { count: number }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const [isPast, setPast] = useState(false);
  useEffect(() => {
    const mark = anchor.current;
    if (!mark) return;
    // What is below the screen counts as seen: only what was scrolled past is out of sight.
    const observer = new IntersectionObserver(([entry]) => setPast(entry?.isIntersecting === false), {
      rootMargin: '0px 0px 1000000px 0px',
    });
    observer.observe(mark);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <span ref={anchor} />
      {isPast && count > 0 && (
        <a className="jump" href="#needs-you">
          ↑ {count} waiting
        </a>
      )}
    </>
  );
}
