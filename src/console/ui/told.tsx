// A line that Firebreak wrote for people. Times in it are shown as all times are: by the reader's clock, with UTC behind.

import { Outside } from './outside.tsx';
import { Clock } from './time.tsx';

const instants = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)/;

export function Told({ text }: { text: string }) {
  const parts = text.split(instants);
  if (parts.length === 1) return <Outside text={text} />;
  // Odd parts are what the expression caught.
  return parts.map((part, index) =>
    index % 2 === 1 && !Number.isNaN(Date.parse(part)) ? (
      <Clock key={index} at={part} />
    ) : (
      <Outside key={index} text={part} />
    ),
  );
}
