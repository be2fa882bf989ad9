/** Whole percent; never 0 or 100, as nothing here is certain. */
export const percent = (share: number): string => `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
