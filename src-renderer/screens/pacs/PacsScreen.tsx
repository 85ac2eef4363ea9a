/** The hospital's archives: searched, fetched from; and the day's planned examinations. */
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../components/Loaded.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { Planned } from './Planned.tsx';
import { Search } from './Search.tsx';
import { SetAside } from './SetAside.tsx';

export function PacsScreen() {
  const { t } = useTranslation();
  const state = useRead('pacs.state', {});
  const admin = useMay('settings.write');
  return (
    <Screen title={t('pacs.title')} intro={t('pacs.intro')}>
      <Loaded query={state} what={t('pacs.title')} lines={6}>
        {({ peers, receiver }) => {
          const archives = peers.filter(({ serves }) => serves.includes('archive'));
          const worklists = peers.filter(({ serves }) => serves.includes('worklist'));
          return (
            <Stack gap="md">
              {peers.length === 0 && (
                <Notice tone="fact" title={t('pacs.none')}>
                  <Text>{admin ? <Link to="/settings">{t('pacs.noneAdmin')}</Link> : t('pacs.noneOthers')}</Text>
                </Notice>
              )}
              {receiver.setAside > 0 && (
                <Panel title={t('pacs.aside.title')} count={receiver.setAside}>
                  <SetAside count={receiver.setAside} />
                </Panel>
              )}
              {worklists.length > 0 && <Planned worklists={worklists} />}
              {archives.length > 0 && <Search archives={archives} />}
            </Stack>
          );
        }}
      </Loaded>
    </Screen>
  );
}
