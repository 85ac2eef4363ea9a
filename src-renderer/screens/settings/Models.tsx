/** The models on this machine: which version reads, what computes it, whose packages are taken, and how they do. */
import { Button, Stack } from '@mantine/core';
import { PackagePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useJob } from '../../core/jobs.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { choose } from '../../core/shell.ts';
import { Compute } from './models/Compute.tsx';
import { ModelPart } from './models/ModelPart.tsx';
import { Publishers } from './models/Publishers.tsx';
import { Watch } from './models/Watch.tsx';

export function Models() {
  const { t } = useTranslation();
  const models = useRead('models.list', {});
  const may = useMay('model.write');
  const mayWatch = useMay('model.watch');
  const install = useAct('models.install');
  const job = useJob(install.data?.job);
  async function ask() {
    const place = await choose('model-package');
    if (place) install.mutate({ place: place.handle });
  }
  return (
    <>
      <Panel
        title={t('settings.models.title')}
        count={models.data && new Set(models.data.models.map(({ id }) => id)).size}
        actions={
          may && (
            <Button leftSection={<PackagePlus size={16} aria-hidden />} loading={install.isPending} onClick={() => void ask()}>
              {t('settings.models.install')}
            </Button>
          )
        }
      >
        <Stack gap="md">
          {job && <JobBar job={job} />}
          {install.isError && <ErrorNotice error={install.error} />}
          <Loaded
            query={models}
            what={t('settings.models.title')}
            isEmpty={(data) => data.models.length === 0}
            empty={t('settings.models.empty')}
          >
            {(data) => (
              <Stack gap="xl">
                {[...new Set(data.models.map(({ id }) => id))].map((id) => (
                  <ModelPart key={id} versions={data.models.filter((model) => model.id === id)} />
                ))}
              </Stack>
            )}
          </Loaded>
        </Stack>
      </Panel>
      {mayWatch && <Watch />}
      <Compute />
      {mayWatch && <Publishers />}
    </>
  );
}
