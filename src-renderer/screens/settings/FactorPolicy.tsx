/** Of whom the clinic asks a second factor. */
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { refresh, useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';

const choices = ['nobody', 'administrators', 'everybody'] as const;
/** The core's own values where none were set. */
const DEFAULT = { required: 'administrators', graceDays: 14 } as const;

export function FactorPolicy() {
  const { t } = useTranslation();
  const may = useMay('settings.write');
  const settings = useRead('settings.get', {});
  const set = useAct('settings.set');
  return (
    <Loaded query={settings} what={t('settings.factor.policy')} lines={2}>
      {({ settings: { secondFactor } }) => {
        const policy = { ...DEFAULT, ...(typeof secondFactor === 'object' ? secondFactor : {}) };
        const save = (required: string) =>
          set.mutate(
            { key: 'secondFactor', value: { ...policy, required } },
            {
              onSuccess: () => {
                refresh('secondFactor.state');
                refresh('session.status');
              },
            },
          );
        return (
          <div>
            <NativeSelect
              label={t('settings.factor.policy')}
              description={may ? t('settings.factor.policyHint', { count: policy.graceDays }) : t('settings.notYours')}
              value={policy.required}
              disabled={!may || set.isPending}
              onChange={(event) => save(event.currentTarget.value)}
              data={choices.map((value) => ({ value, label: t(`settings.factor.policies.${value}`) }))}
            />
            {set.isError && <ErrorNotice error={set.error} />}
          </div>
        );
      }}
    </Loaded>
  );
}
