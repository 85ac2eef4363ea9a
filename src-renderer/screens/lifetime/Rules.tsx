/** How long what is kept, why, and whether an erasure takes two people. */
import { Checkbox, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RetentionRuleRow } from '../../../src-shared/contract/lifetime.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { day } from '../../format/dates.ts';
import classes from './lifetime.module.css';

const YEARS_MAX = 150;

export function Rules() {
  const { t } = useTranslation();
  const rules = useRead('retention.rules', {});
  const may = useMay('lifetime.rules');
  const setSecond = useAct('retention.setSecondPerson');
  return (
    <Panel title={t('lifetime.rules.title')}>
      <Loaded query={rules} what={t('lifetime.rules.title')} lines={8}>
        {(data) => (
          <Stack gap="md">
            <div className={classes.rules}>
              {data.rules.map((rule) => (
                <Rule key={rule.rule} rule={rule} may={may} />
              ))}
            </div>
            <Checkbox
              label={t('lifetime.rules.secondPerson')}
              description={t('lifetime.rules.secondPersonHint')}
              styles={{ input: { borderColor: 'var(--ll-line-strong)' } }}
              checked={data.secondPerson}
              disabled={!may || setSecond.isPending}
              onChange={(event) => setSecond.mutate({ required: event.currentTarget.checked })}
            />
            {setSecond.isError && <ErrorNotice error={setSecond.error} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Rule({ rule, may }: { rule: RetentionRuleRow; may: boolean }) {
  const { t } = useTranslation();
  const set = useAct('retention.setRule');
  const [typed, setTyped] = useState<string | number>(rule.years);
  const name = t(`lifetime.rules.names.${rule.rule}`);
  const years = Number(typed);
  const whole = Number.isInteger(years) && years >= 1 && years <= YEARS_MAX;
  function save() {
    if (whole && years !== rule.years) set.mutate({ rule: rule.rule, years });
  }
  return (
    <>
      <div>
        <Text fw={600}>{name}</Text>
        <Text>{t(`lifetime.rules.since.${rule.since}`)}</Text>
        <Text c="dimmed" fz="xs">
          {rule.source}
        </Text>
        {rule.by && rule.at && (
          <Text c="dimmed" fz="xs">
            {t('lifetime.rules.set', { who: rule.by, at: day(rule.at), count: rule.defaultYears })}
          </Text>
        )}
        {set.isError && <ErrorNotice error={set.error} />}
      </div>
      <div className={classes.years}>
        <NumberInput
          aria-label={t('lifetime.rules.years', { rule: name })}
          value={typed}
          onChange={setTyped}
          onBlur={save}
          onKeyDown={(event) => event.key === 'Enter' && save()}
          error={whole ? undefined : t('lifetime.rules.notWhole')}
          min={1}
          max={YEARS_MAX}
          allowDecimal={false}
          disabled={!may || set.isPending}
          w="5.5rem"
        />
        <span>{t('lifetime.rules.unit')}</span>
      </div>
    </>
  );
}
