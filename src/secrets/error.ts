// What is wrong with a file of secrets. The message never holds a secret.

export type SecretsErrorCode = 'secrets_missing' | 'secrets_unreadable' | 'secrets_exposed';

export class SecretsError extends Error {
  readonly code: SecretsErrorCode;

  constructor(code: SecretsErrorCode, message: string) {
    super(message);
    this.name = 'SecretsError';
    this.code = code;
  }
}
