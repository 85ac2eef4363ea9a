/** What computes the models: chosen by itself or by IT, and the reason why it is this and not another. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../../components/Facts.tsx';
import { JobBar } from '../../../components/JobBar.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { isRunning, useJob } from '../../../core/jobs.ts';
import { useAct, useRead } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';

const known = ['auto', 'cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;

export function Compute() {
  const { t } = useTranslation();
  const may = useMay('model.write');
  const mayTry = useMay('model.watch');
  const providers = useRead('models.providers', {});
  const models = useRead('models.list', {});
  const set = useAct('models.setProvider');
  const tryOut = useAct('models.tryOut');
  const job = useJob(tryOut.data?.job);
  const open = models.data?.models.filter(({ provider }) => provider !== undefined) ?? [];
  const name = (provider: string) => {
    const found = known.find((one) => one === provider);
    return found ? t(`settings.models.providers.${found}`) : provider;
  };
  return (
    <Panel title={t('settings.models.compute')}>
      <Loaded query={providers} what={t('settings.models.compute')} lines={2}>
        {({ choice, offered, device }) => (
          <Stack gap="sm">
            <NativeSelect
              label={t('settings.models.computeChoice')}
              description={may ? t('settings.models.computeHint', { device }) : t('settings.notYours')}
              value={choice}
              disabled={!may || set.isPending}
              onChange={(event) => set.mutate({ provider: event.currentTarget.value })}
              data={['auto', ...offered].map((provider) => ({ value: provider, label: name(provider) }))}
            />
            {set.isError && <ErrorNotice error={set.error} />}
            <Facts>
              {open.map((model) => (
                <Fact key={`${model.id} ${model.version}`} name={`${model.id} ${model.version}`}>
                  {t('settings.models.runsBecause', {
                    provider: name(model.provider ?? ''),
                    device: model.device ?? '',
                    reason: model.providerReason ?? '',
                  })}
                </Fact>
              ))}
            </Facts>
            {open.length === 0 && <Text c="dimmed">{t('settings.models.noneOpen')}</Text>}
            {mayTry && !(job && isRunning(job)) && (
              <Group>
                <Button variant="default" onClick={() => tryOut.mutate({})} loading={tryOut.isPending}>
                  {t('settings.models.tryOut')}
                </Button>
              </Group>
            )}
            {job && <JobBar job={job} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}
