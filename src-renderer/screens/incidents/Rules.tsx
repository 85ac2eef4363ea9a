/** The rules of watching in plain words, with their thresholds. */
import { Button, Checkbox, NumberInput } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { type RuleId, ruleIds, rules, type Threshold } from '../../../src-shared/incidents/rules.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { count } from '../../format/numbers.ts';
import classes from './incidents.module.css';

type Setting = Output<'incidents.rules'>['rules'][string];

export function Rules() {
  const { t } = useTranslation();
  const set = useRead('incidents.rules', {});
  return (
    <Panel title={t('incidents.rules.title')} flush>
      <Loaded query={set} what={t('incidents.rules.title')} lines={8}>
        {({ rules: settings }) => ruleIds.map((id) => settings[id] && <Rule key={id} id={id} setting={settings[id]} />)}
      </Loaded>
    </Panel>
  );
}

function Rule({ id, setting }: { id: RuleId; setting: Setting }) {
  const { t } = useTranslation();
  const may = useMay('incident.write');
  const [editing, setEditing] = useState(false);
  const { title, words } = rules[id];
  const thresholds: Readonly<Record<string, Threshold>> = rules[id].thresholds;
  const shown = Object.entries(thresholds).map(
    ([name, { words: what, unit, default: usual }]) =>
      `${what} ${count(setting.thresholds[name] ?? usual)} ${t(`incidents.rules.units.${unit}`)}`,
  );
  return (
    <section className={classes.rule} aria-label={title}>
      <h3>{title}</h3>
      {may && !editing && (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={t('incidents.rules.edit', { title })}
          onClick={() => setEditing(true)}
        >
          <Pencil size={14} aria-hidden />
        </Button>
      )}
      <div className={classes.quiet}>
        {words}
        {setting.off && <strong> ({t('incidents.rules.off')})</strong>}
        {!editing && shown.length > 0 && <span className={classes.said}>{shown.join('; ')}</span>}
      </div>
      {editing && <Fields id={id} setting={setting} onDone={() => setEditing(false)} />}
    </section>
  );
}

function Fields({ id, setting, onDone }: { id: RuleId; setting: Setting; onDone: () => void }) {
  const { t } = useTranslation();
  const act = useAct('incidents.setRule');
  const [off, setOff] = useState(setting.off);
  const [values, setValues] = useState(setting.thresholds);
  const thresholds: Readonly<Record<string, Threshold>> = rules[id].thresholds;
  return (
    <form
      className={classes.fields}
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate({ rule: id, off, thresholds: values }, { onSuccess: onDone });
      }}
    >
      <Checkbox label={t('incidents.rules.on')} checked={!off} onChange={(event) => setOff(!event.currentTarget.checked)} />
      {Object.entries(thresholds).map(([name, { words, unit, min, max, default: usual }]) => (
        <NumberInput
          key={name}
          label={words}
          suffix={` ${t(`incidents.rules.units.${unit}`)}`}
          min={min}
          max={max}
          allowDecimal={false}
          value={values[name] ?? usual}
          onChange={(value) => setValues({ ...values, [name]: Number(value) })}
        />
      ))}
      <Button type="submit" loading={act.isPending}>
        {t('incidents.rules.save')}
      </Button>
      <Button variant="default" onClick={onDone}>
        {t('incidents.rules.cancel')}
      </Button>
      {act.isError && <ErrorNotice error={act.error} />}
    </form>
  );
}
