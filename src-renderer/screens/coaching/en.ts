export const coaching = { title: 'Coach' } as const;
