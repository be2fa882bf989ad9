// Addresses that people open.

/** The incident in the console. */
export const incidentUrl = (publicUrl: string, incidentId: string): string => `${publicUrl}/incidents/${incidentId}`;
