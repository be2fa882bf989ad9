// The names of all channels, for whoever may name one and must not be able to send through it.

export const channelNames = ['webhook'] as const;
