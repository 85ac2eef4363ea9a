export const scan = { title: 'Letter', lettersTitle: 'Letters' } as const;
