/** The keys of a command as caps: Ctrl K. */
import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const signs: Readonly<Record<string, string>> = {
  ' ': 'Space',
  arrowdown: '↓',
  arrowup: '↑',
  arrowleft: '←',
  arrowright: '→',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  home: 'Home',
  end: 'End',
  delete: 'Del',
};

/** One key as it is written on a cap. */
export function shownKey(key: string): string {
  return signs[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

export function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation();
  // A single sign is no combination: the space and the plus are keys themselves.
  const caps = (keys.length === 1 ? [keys] : keys.split(/[+ ]/)).map((key) => {
    if (key === 'mod' || key === 'alt' || key === 'enter' || key === 'escape') return t(`keys.${key}`);
    return shownKey(key);
  });
  return (
    <span aria-hidden>
      {caps.map((cap, index) => (
        // The same cap may stand twice; its place is its identity.
        <Kbd key={index} mie={2}>
          {cap}
        </Kbd>
      ))}
    </span>
  );
}
