// A request that is not done, thrown from wherever that turns out. The answer is problem+json with this code.

export interface FieldError {
  path: string;
  message: string;
}

export class Refusal extends Error {
  readonly status: number;
  /** Stable, snake_case. */
  readonly code: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  /** `detail` says what was found and what would be right. */
  constructor(
    status: number,
    code: string,
    detail: string,
    { errors, headers = {} }: { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}

export const notFound = (what: string, id: string): Refusal =>
  new Refusal(404, `${what}_not_found`, `There is no ${what} ${id}`);
