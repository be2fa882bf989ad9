// What goes wrong while a machine is brought up. One sentence each: what was found, and what to do about it.

export type EmbeddedErrorCode =
  | 'binary_not_found'
  | 'port_in_use'
  | 'state_in_use'
  | 'state_unreadable'
  | 'server_failed';

export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedError';
    this.code = code;
  }
}
