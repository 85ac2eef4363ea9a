/** The keys of a command as caps: Ctrl K. */
import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation();
  const caps = keys.split(/[+ ]/).map((key) => {
    if (key === 'mod' || key === 'alt' || key === 'enter' || key === 'escape') return t(`keys.${key}`);
    return key.length === 1 ? key.toUpperCase() : key;
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
