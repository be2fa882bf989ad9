// Why an expression cannot be used.

export class ExpressionProblem extends Error {
  /** Stable, snake_case. */
  readonly code: string;
  /** Characters into the CEL text. */
  readonly offset: number;
  /** The name that is wrong, and those it could have been. */
  readonly wrong: string | undefined;
  readonly known: readonly string[];

  constructor(code: string, offset: number, message: string, wrong?: string, known: readonly string[] = []) {
    super(message);
    this.name = 'ExpressionProblem';
    this.code = code;
    this.offset = offset;
    this.wrong = wrong;
    this.known = known;
  }
}
