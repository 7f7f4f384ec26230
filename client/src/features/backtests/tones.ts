/** Text colours of gains and losses; the sign is always written too. */
export const TONE_TEXT = { gain: 'text-gain', loss: 'text-loss', plain: '' } as const
