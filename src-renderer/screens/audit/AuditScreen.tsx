/** The access log: who did what to whose record, whether the log is whole, and who has seen one record. */
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Screen } from '../../components/Screen.tsx';
import { useMay } from '../../core/session.tsx';
import classes from './audit.module.css';
import { EntryList } from './EntryList.tsx';
import { useExport } from './Export.tsx';
import { Filters } from './Filters.tsx';
import { type Filter, inputOf } from './filter.ts';
import { SeenBy } from './SeenBy.tsx';
import { Verify } from './Verify.tsx';

const route = getRouteApi('/audit');

export function AuditScreen() {
  const { t } = useTranslation();
  const mayPatient = useMay('audit.patient');
  const { patient } = route.useSearch();
  const [filter, setFilter] = useState<Filter>({ patient });
  const taking = useExport();
  const wanted = inputOf(filter);
  return (
    <Screen title={t('audit.title')} intro={t('audit.intro')} actions={taking.button}>
      {taking.outcome}
      <div className={classes.unprinted}>
        <Verify />
      </div>
      <div className={classes.unprinted}>
        <Filters filter={filter} onChange={setFilter} />
      </div>
      {mayPatient && wanted.patient && (
        <div className={classes.sheet} data-sheet>
          <SeenBy patient={wanted.patient} />
        </div>
      )}
      <div className={classes.unprinted}>
        <EntryList wanted={wanted} onPatient={(id) => setFilter({ ...filter, patient: id })} />
      </div>
    </Screen>
  );
}
