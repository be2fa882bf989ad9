// Buttons. A pending one keeps its place and its focus, says that it waits, and cannot be pressed again.

import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet';

interface ButtonProps {
  children: ReactNode;
  look?: ButtonLook;
  type?: 'button' | 'submit';
  onPress?: () => void;
  isPending?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  label?: string;
}

export function Button({ children, look = 'plain', type = 'button', isPending = false, label, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      type={type}
      isPending={isPending}
      className={`button button-${look}`}
      {...(label !== undefined && { 'aria-label': label })}
    >
      {isPending && <span className="spinner" aria-hidden="true" />}
      <span>{children}</span>
    </AriaButton>
  );
}
