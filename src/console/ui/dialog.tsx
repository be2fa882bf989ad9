// A dialog that asks before something is done: a sheet at the bottom of a phone, a box on a desk. It holds the focus,
// closes on Escape while nothing is under way, and stays open when the server refuses, with the reason in it.

import type { FormEvent, ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button, type ButtonLook } from './button.tsx';
import { useDialogs } from './dialogs.tsx';
import { ErrorNote } from './note.tsx';
import { usePending } from './use-pending.ts';

interface DialogProps {
  title: string;
  confirm: string;
  look?: ButtonLook;
  isLive?: boolean;
  isBlocked?: boolean;
  /** Resolves when it is done, and the dialog closes; what it throws is shown. */
  onConfirm(): Promise<void>;
  children: ReactNode;
}

export function Dialog({ title, confirm, look = 'primary', isLive, isBlocked, onConfirm, children }: DialogProps) {
  const { close } = useDialogs();
  const { isPending, error, run } = usePending();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isBlocked && (await run(onConfirm))) close();
  };

  return (
    <ModalOverlay
      isOpen
      isDismissable={!isPending}
      isKeyboardDismissDisabled={isPending}
      onOpenChange={(isOpen) => !isOpen && close()}
      className="dialog-overlay"
    >
      <Modal className={`dialog-modal${isLive ? ' is-live' : ''}`}>
        <AriaDialog className="dialog">
          <form onSubmit={(event) => void submit(event)}>
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            <div className="dialog-body">
              {children}
              {error && <ErrorNote title="Not done." error={error} />}
            </div>
            <div className="dialog-buttons">
              <Button onPress={close} isDisabled={isPending}>
                Cancel
              </Button>
              <Button type="submit" look={look} isPending={isPending} isDisabled={isBlocked ?? false}>
                {confirm}
              </Button>
            </div>
          </form>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
