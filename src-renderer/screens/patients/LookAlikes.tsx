/** People alike, side by side with what was typed; what agrees is marked by colour and by word. */
import { Button, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Equal } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { Notice } from '../../components/Notice.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Born } from '../../components/When.tsx';
import classes from './register.module.css';
import { type Form, toRegistration } from './register-form.ts';

interface Props {
  form: Form;
  candidates: Output<'patients.lookAlikes'>['candidates'];
  saving: boolean;
  onSetAside: () => void;
}

export function LookAlikes({ form, candidates, saving, onSetAside }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => region.current?.focus(), []);
  const entered = toRegistration(form);
  const rows = [
    {
      label: t('patients.register.name'),
      mine: t('patients.register.fullName', { family: entered.family, given: entered.given }),
      theirs: candidates.map(({ name }) => name),
    },
    {
      label: t('patients.register.birthDate'),
      mine: <Born date={entered.birthDate} />,
      theirs: candidates.map(({ birthDate, deceased }) => birthDate && <Born date={birthDate} deceased={deceased} />),
      same: candidates.map(({ birthDate }) => birthDate === entered.birthDate),
    },
    {
      label: t('patients.register.sex'),
      mine: t(`sex.${entered.sex}`),
      theirs: candidates.map(({ sex }) => sex && t(`sex.${sex}`)),
      same: candidates.map(({ sex }) => sex === entered.sex),
    },
    {
      label: t('patients.register.identifier'),
      mine: entered.identifier?.value,
      theirs: candidates.map(({ identifiers }) => identifiers.map(({ value }) => value).join(', ')),
      same: candidates.map(({ identifiers }) => identifiers.some(({ value }) => value === entered.identifier?.value)),
    },
    { label: t('patients.register.alikeBecause'), mine: '', theirs: candidates.map(({ reasons }) => reasons.join(', ')) },
  ];
  return (
    <div ref={region} tabIndex={-1}>
      <Panel title={t('patients.register.compare')}>
        <Notice tone="doubt" role="alert" title={t('patients.register.alikeTitle', { count: candidates.length })}>
          <Text>{t('patients.register.alikeHint')}</Text>
        </Notice>
        <div className={classes.scroll}>
          <table className={classes.compare}>
            <thead>
              <tr>
                <td />
                <th scope="col">{t('patients.register.entered')}</th>
                {candidates.map(({ id }) => (
                  <th key={id} scope="col">
                    {t('patients.register.registered')}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ label, mine, theirs, same }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{mine}</td>
                  {candidates.map(({ id }, index) => (
                    <td key={id} className={same?.[index] ? classes.same : undefined}>
                      {same?.[index] && <Equal size={14} aria-label={t('patients.register.agrees')} />} {theirs[index]}
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <td />
                <td>
                  <Button variant="default" loading={saving} onClick={onSetAside}>
                    {t('patients.register.saveAnyway')}
                  </Button>
                </td>
                {candidates.map(({ id, name }) => (
                  <td key={id}>
                    <Button
                      onClick={() => void navigate({ to: '/patient/$id', params: { id } })}
                      aria-label={t('patients.register.alikeOpenNamed', { name })}
                    >
                      {t('patients.register.alikeOpen')}
                    </Button>
                  </td>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  );
}
