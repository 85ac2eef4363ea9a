/** People, security, models, server, language and appearance. */
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Column, Columns } from '../../components/Columns.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { ViewerSettings } from '../imaging/ViewerSettings.tsx';
import { Appearance } from './Appearance.tsx';
import { Archives } from './archives/Archives.tsx';
import { BackupPanel } from './backup/BackupPanel.tsx';
import { Models } from './Models.tsx';
import { People } from './People.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import { Security } from './Security.tsx';
import { Password } from './vault/Password.tsx';
import { VaultPanel } from './vault/VaultPanel.tsx';

export function SettingsScreen() {
  const { t } = useTranslation();
  const mayPeople = useMay('users.read');
  const mayBackups = useMay('backup.read');
  const mayVault = useMay('vault.read');
  const maySync = useMay('sync.read');
  const mayImages = useMay('image.read');
  const mayArchives = useMay('pacs.ask');
  return (
    <Screen title={t('settings.title')}>
      <Columns>
        <Column>
          {mayPeople && <People />}
          {mayVault && <VaultPanel />}
          {mayBackups && <BackupPanel />}
          {mayArchives && <Archives />}
          <Models />
        </Column>
        <Column>
          <SecondFactor />
          <Security />
          <Password />
          <Appearance />
          {mayImages && <ViewerSettings />}
          {maySync && <Server />}
          <About />
        </Column>
      </Columns>
    </Screen>
  );
}

function Server() {
  const { t } = useTranslation();
  const status = useRead('sync.status', {});
  return (
    <Panel title={t('settings.server.title')} actions={<Link to="/sync">{t('settings.server.open')}</Link>}>
      <Loaded query={status} what={t('settings.server.title')} lines={1}>
        {({ paired, server }) => (
          <Text>{paired && server ? t('settings.server.paired', { server }) : t('settings.server.unpaired')}</Text>
        )}
      </Loaded>
    </Panel>
  );
}

function About() {
  const { t } = useTranslation();
  const { status } = useSession();
  return (
    <Panel title={t('settings.about.title')}>
      <Stack gap="xs">
        <Facts>
          <Fact name={t('settings.about.clinic')}>{status.clinic}</Fact>
          <Fact name={t('settings.about.version')}>{status.version}</Fact>
        </Facts>
        {status.sample && <Text c="dimmed">{t('settings.about.sample')}</Text>}
      </Stack>
    </Panel>
  );
}
