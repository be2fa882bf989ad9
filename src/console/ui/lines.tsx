// Lines that Firebreak wrote for people, one below the other.

import { Told } from './told.tsx';

export const Lines = ({ lines, className = 'reasons' }: { lines: readonly string[]; className?: string }) => (
  <ul className={className}>
    {lines.map((line) => (
      <li key={line}>
        <Told text={line} />
      </li>
    ))}
  </ul>
);
