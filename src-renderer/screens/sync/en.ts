export const sync = { title: 'Synchronisation' } as const;
