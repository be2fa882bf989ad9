// Something that is wrong in a response plan: where, what was found, what would be right.

export interface Finding {
  /** Path of the file in the folder. */
  file: string;
  /** Keys and indexes from the top of the file to the place. */
  path: readonly PropertyKey[];
  /** True when the key itself is wrong, not its value. */
  atKey?: boolean;
  /** Characters into the CEL text, when the place is an expression. */
  celOffset?: number;
  /** What was found and what would be right, without a full stop. */
  message: string;
  /** The name that is wrong, and the names it could have been: for "did you mean". */
  wrong?: string;
  known?: readonly string[];
}
