// A search that starts shortly after the last key.

import { useEffect, useId, useState } from 'react';
import { Field } from './field.tsx';

const pauseMs = 250;
const longestSearch = 200;

interface SearchFieldProps {
  label: string;
  isLabelHidden?: boolean;
  placeholder: string;
  value: string;
  /** Offered while one types. */
  suggestions?: readonly string[];
  onSearch(text: string): void;
}

export function SearchField({
  label,
  isLabelHidden = false,
  placeholder,
  value,
  suggestions,
  onSearch,
}: SearchFieldProps) {
  const [text, setText] = useState(value);
  const listId = useId();
  const [shown, setShown] = useState(value);
  // Going back in the history changes the value from outside.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }

  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onSearch(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <Field label={label} isLabelHidden={isLabelHidden}>
      {(id) => (
        <>
          <input
            id={id}
            type="search"
            value={text}
            placeholder={placeholder}
            onChange={(event) => setText(event.target.value)}
            maxLength={longestSearch}
            autoComplete="off"
            list={suggestions && listId}
          />
          {suggestions && (
            <datalist id={listId}>
              {suggestions.map((suggestion) => (
                <option key={suggestion} value={suggestion} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
