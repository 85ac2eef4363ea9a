/** Light, dark or as the system has it: kept for this run here, and for the next as a setting of the workstation where the person may change those. */
import { type MantineColorScheme, type MantineColorSchemeManager, useMantineColorScheme } from '@mantine/core';
import { useCallback, useEffect } from 'react';
import { useAct, useRead } from '../core/queries.ts';
import { useMay } from '../core/session.tsx';
import { askShell } from '../core/shell.ts';

export const schemes = ['auto', 'light', 'dark'] as const;
const SETTING = 'theme';

let current: MantineColorScheme = 'auto';

/** The page's session keeps nothing on disk, so the library's own store in localStorage would forget. */
export const schemeManager: MantineColorSchemeManager = {
  get: () => current,
  set: (value) => {
    current = value;
  },
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
};

/** The choice, and the way to change it. */
export function useScheme(): { scheme: MantineColorScheme; choose: (scheme: MantineColorScheme) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const mayKeep = useMay('settings.write');
  const { mutate: keep } = useAct('settings.set');
  const choose = useCallback(
    (scheme: MantineColorScheme) => {
      setColorScheme(scheme);
      askShell({ t: 'theme', theme: scheme === 'auto' ? 'system' : scheme });
      if (mayKeep) keep({ key: SETTING, value: scheme });
    },
    [setColorScheme, mayKeep, keep],
  );
  return { scheme: colorScheme, choose };
}

/** Takes the kept choice over after sign-in, once. */
export function useKeptScheme(): void {
  const { setColorScheme } = useMantineColorScheme();
  const kept = useRead('settings.get', {}).data?.settings[SETTING];
  useEffect(() => {
    const known = schemes.find((scheme) => scheme === kept);
    if (!known) return;
    setColorScheme(known);
    askShell({ t: 'theme', theme: known === 'auto' ? 'system' : known });
  }, [kept, setColorScheme]);
}
