/** The fields of each kind of chart entry. */
import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type EntryForm, type EntryKind, type EntryWrong, partsOf, vitalCode, vitalCodes } from './entry-form.ts';

interface Props {
  kind: EntryKind;
  form: EntryForm;
  wrong: EntryWrong;
  disabled: boolean;
  onChange: (part: EntryForm) => void;
}

const texts = {
  problem: [
    { field: 'text', max: 300 },
    { field: 'onset', max: 10, hint: 'onsetHint' },
  ],
  allergy: [
    { field: 'substance', max: 200, hint: 'substanceHint' },
    { field: 'reaction', max: 200 },
  ],
  medicine: [
    { field: 'name', max: 200 },
    { field: 'dose', max: 100, hint: 'doseHint' },
    { field: 'route', max: 60, hint: 'routeHint' },
    { field: 'frequency', max: 120, hint: 'frequencyHint' },
  ],
} as const;

export function EntryFields(props: Props) {
  return props.kind === 'vital' ? <VitalFields {...props} /> : <TextFields {...props} kind={props.kind} />;
}

function TextFields({ kind, form, wrong, disabled, onChange }: Props & { kind: keyof typeof texts }) {
  const { t } = useTranslation();
  return (
    <>
      {texts[kind].map((each, index) => {
        const problem = wrong[each.field];
        return (
          <TextInput
            key={each.field}
            label={t(`chart.add.${each.field}`)}
            description={'hint' in each ? t(`chart.add.${each.hint}`) : undefined}
            value={form[each.field] ?? ''}
            onChange={(event) => onChange({ [each.field]: event.currentTarget.value })}
            error={problem && t(`chart.add.${problem === 'wrongDate' ? 'wrongDate' : 'missing'}`)}
            disabled={disabled}
            maxLength={each.max}
            autoComplete="off"
            data-autofocus={index === 0 || undefined}
          />
        );
      })}
      {kind === 'allergy' && (
        <NativeSelect
          label={t('chart.add.criticality')}
          value={form.criticality ?? ''}
          onChange={(event) => onChange({ criticality: event.currentTarget.value })}
          disabled={disabled}
          data={(['', 'low', 'high', 'unable-to-assess'] as const).map((value) => ({
            value,
            label: t(`chart.add.criticalities.${value}`),
          }))}
        />
      )}
    </>
  );
}

function VitalFields({ form, wrong, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const code = vitalCode(form);
  const parts = partsOf(code);
  return (
    <>
      <NativeSelect
        label={t('chart.add.vitalKind')}
        value={code}
        onChange={(event) => onChange({ code: event.currentTarget.value, value: '', value2: '' })}
        disabled={disabled}
        data-autofocus
        data={vitalCodes.map((value) => ({ value, label: t(`chart.vitalKinds.${value}`) }))}
      />
      <Group align="flex-start" grow>
        {(['value', 'value2'] as const).map((field) => {
          const vital = parts[field];
          const problem = wrong[field];
          return (
            vital && (
              <TextInput
                key={field}
                label={parts.value2 ? t(`chart.add.${field === 'value' ? 'systolic' : 'diastolic'}`) : t('chart.add.value')}
                description={t('chart.add.unit', { unit: vital.printedUnit })}
                value={form[field] ?? ''}
                onChange={(event) => onChange({ [field]: event.currentTarget.value })}
                error={
                  problem &&
                  (problem === 'outOfBounds'
                    ? t('chart.add.outOfBounds', { low: vital.plausible[0], high: vital.plausible[1], unit: vital.printedUnit })
                    : t(`chart.add.${problem === 'wrongOrder' ? 'wrongOrder' : 'missing'}`))
                }
                disabled={disabled}
                inputMode="decimal"
                autoComplete="off"
                maxLength={8}
              />
            )
          );
        })}
      </Group>
    </>
  );
}
