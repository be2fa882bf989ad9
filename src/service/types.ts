// What the command line knows of a running Firebreak.

export interface ProgressStep {
  update(detail: string): void;
  done(detail?: string): void;
  fail(message: string): void;
}

/** How long work is shown, wherever it is shown. */
export interface Progress {
  step(title: string): ProgressStep;
}

export interface Running {
  urls: { console: string; api: string; temporalUi: string | null };
  /** Only when it was created just now; later nobody can read it. */
  adminKey: string | null;
  /** Resolves when it ends by itself. */
  stopped: Promise<{ exitCode: number; reason?: string }>;
  /** Reads the response plan again, here and in the processes beside; a wrong one is refused, on record. */
  reloadPlan(): Promise<void>;
  stop(): Promise<void>;
}

/** One sentence for the person who started it; `code` is stable. */
export class ServiceError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.code = code;
  }
}
