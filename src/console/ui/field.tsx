// Labelled form fields. Native controls: they are what phones and screen readers know best.

import { type ReactNode, useId } from 'react';

interface FieldProps {
  label: string;
  /** Where the place says already what it is; screen readers still hear it. */
  isLabelHidden?: boolean;
  hint?: string;
  children: (id: string, hintId: string | undefined) => ReactNode;
}

export function Field({ label, isLabelHidden = false, hint, children }: FieldProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : undefined}>
        {label}
      </label>
      {children(id, hintId)}
      {hint !== undefined && (
        <p id={hintId} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  hint?: string;
  value: string;
  onChange(value: string): void;
  maxLength: number;
  isRequired?: boolean;
  autoFocus?: boolean;
}

export function TextField({ label, hint, value, onChange, maxLength, isRequired, autoFocus }: TextProps) {
  return (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {(id, hintId) => (
        <input
          id={id}
          type="text"
          aria-describedby={hintId}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          maxLength={maxLength}
          required={isRequired}
          // biome-ignore lint/a11y/noAutofocus: only in dialogs, which were opened to fill this in.
          autoFocus={autoFocus}
          autoComplete="off"
        />
      )}
    </Field>
  );
}

/** Longest reason that the API takes, in characters. */
const longestReason = 2_000;

export function ReasonField({
  value,
  onChange,
  label = 'Reason',
  isRequired = false,
  hint = 'Optional. It stands on the audit log and in the report.',
}: Pick<TextProps, 'value' | 'onChange' | 'isRequired' | 'hint'> & { label?: string }) {
  return (
    <Field label={label} hint={hint}>
      {(id, hintId) => (
        <textarea
          id={id}
          rows={2}
          aria-describedby={hintId}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          maxLength={longestReason}
          required={isRequired}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  isLabelHidden?: boolean;
  options: readonly { value: Value; label: string }[];
  onChange(value: NoInfer<Value>): void;
}

export function ChoiceField<Value extends string>({
  label,
  isLabelHidden = false,
  value,
  options,
  onChange,
}: ChoiceProps<Value>) {
  return (
    <Field label={label} isLabelHidden={isLabelHidden}>
      {(id) => (
        <select id={id} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
