// Several of a few values, each on or off.

interface ChipsProps<Value extends string> {
  legend: string;
  options: readonly { value: Value; label: string; className?: string }[];
  chosen: readonly Value[];
  /** All that are on, in the order of the options. */
  onChange: (chosen: Value[]) => void;
}

export function Chips<Value extends string>({ legend, options, chosen, onChange }: ChipsProps<Value>) {
  const toggle = (value: Value): void =>
    onChange(options.map((option) => option.value).filter((each) => (each === value) !== chosen.includes(each)));
  return (
    <fieldset className="chips">
      <legend className="sr-only">{legend}</legend>
      {options.map(({ value, label, className }) => (
        <label key={value} className={className ? `chip ${className}` : 'chip'}>
          <input type="checkbox" className="sr-only" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
