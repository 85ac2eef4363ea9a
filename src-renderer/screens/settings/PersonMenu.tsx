/** What can be done for one person. */
import { ActionIcon, Menu } from '@mantine/core';
import { Ban, CircleCheck, Ellipsis, KeyRound, LockOpen, ShieldOff, ShieldPlus, UserCog } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { User } from './People.tsx';
import type { PersonAct } from './PersonDialog.tsx';

const signs = {
  roles: UserCog,
  reset: KeyRound,
  'factor-give': ShieldPlus,
  'factor-off': ShieldOff,
  unlock: LockOpen,
  enable: CircleCheck,
  disable: Ban,
} as const;

export function PersonMenu({ user, me, onAct }: { user: User; me: boolean; onAct: (act: PersonAct) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('settings.people.actionsOf', { name: user.displayName })}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actsFor(user, me).map((act) => {
          const Sign = signs[act];
          return (
            <Menu.Item key={act} leftSection={<Sign size={16} aria-hidden />} onClick={() => onAct(act)}>
              {t(`settings.people.acts.${act}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Nobody switches themselves off or resets their own password; the own second factor is in the panel about security. */
function actsFor(user: User, me: boolean): PersonAct[] {
  if (user.state === 'disabled') return ['enable'];
  if (me) return ['roles'];
  return [
    'roles',
    'reset',
    user.secondFactor ? 'factor-off' : 'factor-give',
    ...(user.state === 'locked' ? (['unlock'] as const) : []),
    'disable',
  ];
}
