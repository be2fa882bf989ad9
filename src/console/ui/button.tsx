// Buttons. A pending one keeps its place and its focus, says that it waits, and cannot be pressed again.

import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet' | 'link';

interface ButtonProps {
  children: ReactNode;
  look?: ButtonLook;
  type?: 'button' | 'submit';
  onPress?: () => void;
  isPending?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  label?: string;
  isExpanded?: boolean;
}

export function Button({
  children,
  look = 'plain',
  type = 'button',
  isPending = false,
  label,
  isExpanded,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      type={type}
      isPending={isPending}
      className={`button button-${look}`}
      {...(label !== undefined && { 'aria-label': label })}
      {...(isExpanded !== undefined && { 'aria-expanded': isExpanded })}
    >
      {isPending && <span className="spinner" aria-hidden="true" />}
      <span>{children}</span>
    </AriaButton>
  );
}
