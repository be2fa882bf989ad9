// A reason as requests carry it: absent when nothing was written.

export const reasonIn = (text: string): { reason?: string } => (text.trim() === '' ? {} : { reason: text.trim() });
