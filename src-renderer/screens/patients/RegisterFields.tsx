/** The fields of registration, in the order in which one asks. */
import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './register.module.css';
import type { Form, Wrong } from './register-form.ts';

interface Props {
  form: Form;
  wrong: Wrong;
  disabled: boolean;
  onChange: (part: Partial<Form>) => void;
}

const needed = ['family', 'given', 'birthDate'] as const;
const optional = ['identifier', 'phone', 'address'] as const;
const lengths = { family: 120, given: 120, birthDate: 10, identifier: 120, phone: 40, address: 300 } as const;

export function RegisterFields({ form, wrong, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const problem = (field: keyof Wrong) => {
    const kind = wrong[field];
    return kind && t(`patients.register.${kind}`);
  };
  return (
    <div className={classes.fields}>
      {needed.map((field, index) => (
        <TextInput
          key={field}
          label={t(`patients.register.${field}`)}
          description={field === 'birthDate' ? t('patients.register.birthDateHint') : undefined}
          value={form[field]}
          onChange={(event) => onChange({ [field]: event.currentTarget.value })}
          error={problem(field)}
          disabled={disabled}
          maxLength={lengths[field]}
          autoFocus={index === 0}
          autoComplete="off"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      ))}
      <NativeSelect
        label={t('patients.register.sex')}
        description={t('patients.register.sexHint')}
        value={form.sex}
        onChange={(event) => onChange({ sex: event.currentTarget.value })}
        error={problem('sex')}
        disabled={disabled}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={[
          { value: '', label: t('patients.register.choose') },
          ...(['female', 'male', 'other', 'unknown'] as const).map((sex) => ({ value: sex, label: t(`sex.${sex}`) })),
        ]}
      />
      {optional.map((field) => (
        <TextInput
          key={field}
          label={t(`patients.register.${field}`)}
          description={t('patients.register.optional')}
          value={form[field]}
          onChange={(event) => onChange({ [field]: event.currentTarget.value })}
          disabled={disabled}
          maxLength={lengths[field]}
          autoComplete="off"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      ))}
    </div>
  );
}
