/** Reports on the study beside its pictures: what is signed, and the one that is being written. */
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { FileDown, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type RadiologyReport, reportSections } from '../../../src-shared/contract/radiology.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { When } from '../../components/When.tsx';
import { call } from '../../core/connection.ts';
import { flushDrafts, useDraft } from '../../core/drafts.ts';
import { saveHandout } from '../../core/handouts.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { Critical, type CriticalForm, emptyCritical, toldOf } from './Critical.tsx';
import { PrintReport } from './PrintReport.tsx';
import { ReportEditor } from './ReportEditor.tsx';
import classes from './report.module.css';
import type { ViewerProps } from './Viewer.tsx';
import { goTo, whereIs } from './where.ts';

export function ReportPanel(props: ViewerProps) {
  const { t } = useTranslation();
  const { patient, study } = props;
  const mayWrite = useMay('report.write');
  const reports = useRead('radiology.reports', { patient: patient.id, study: study.uid });
  const [another, setAnother] = useState(false);
  return (
    <Loaded query={reports} what={t('imaging.report.title')} lines={8}>
      {({ reports: signed }) => (
        <Stack gap="md">
          {signed.map((report) => (
            <Signed key={report.id} report={report} {...props} />
          ))}
          {mayWrite && (signed.length === 0 || another) && <ReportEditor {...props} onSigned={() => setAnother(false)} />}
          {mayWrite && signed.length > 0 && !another && (
            <Button variant="subtle" size="xs" onClick={() => setAnother(true)}>
              {t('imaging.report.another')}
            </Button>
          )}
          {!mayWrite && signed.length === 0 && <p className={classes.quiet}>{t('imaging.report.none')}</p>}
        </Stack>
      )}
    </Loaded>
  );
}

function Signed({ report, ...props }: ViewerProps & { report: RadiologyReport }) {
  const { t } = useTranslation();
  const mayAdd = useMay('report.sign');
  const [adding, setAdding] = useState(false);
  const save = useMutation({
    mutationFn: async () => {
      const { handout } = await call('radiology.pdf', { patient: props.patient.id, report: report.id });
      return saveHandout(handout, 'save-pdf');
    },
  });
  return (
    <article className={classes.signed} aria-label={report.title}>
      <h3>{report.title}</h3>
      <p className={classes.quiet}>
        {t('imaging.report.signedBy', { name: report.author })} <When at={report.signedAt} />
      </p>
      <Told critical={report.critical} />
      {reportSections
        .filter((name) => report.sections[name].trim() !== '')
        .map((name) => (
          <section key={name}>
            <h4>{t(`imaging.report.section.${name}`)}</h4>
            <p className={classes.words}>{report.sections[name]}</p>
          </section>
        ))}
      {report.keyImages.length > 0 && (
        <Group gap={4}>
          {report.keyImages.map(({ instance, frame }) => (
            <Button
              key={`${instance}/${frame}`}
              size="compact-xs"
              variant="default"
              onClick={() => void goTo(props, instance, frame)}
            >
              {whereIs(props, instance, frame) ?? t('imaging.side.elsewhere')}
            </Button>
          ))}
        </Group>
      )}
      {report.addenda.map((addendum) => (
        <section key={addendum.id} className={classes.addendum}>
          <h4>{t('imaging.report.addendum')}</h4>
          <Told critical={addendum.critical} />
          <p className={classes.words}>{addendum.text}</p>
          <p className={classes.quiet}>
            {t('imaging.report.signedBy', { name: addendum.author })} <When at={addendum.signedAt} />
          </p>
        </section>
      ))}
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<FileDown size={14} aria-hidden />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('imaging.report.pdf')}
        </Button>
        <PrintReport report={report} {...props} />
        {mayAdd && !adding && (
          <Button size="xs" variant="default" onClick={() => setAdding(true)}>
            {t('imaging.report.add')}
          </Button>
        )}
      </Group>
      {save.data && <p role="status">{t('imaging.report.saved', { name: save.data })}</p>}
      {save.isError && <ErrorNotice error={save.error} />}
      {adding && <Addendum report={report} {...props} onDone={() => setAdding(false)} />}
    </article>
  );
}

function Told({ critical }: { critical: RadiologyReport['critical'] }) {
  const { t } = useTranslation();
  if (!critical) return null;
  return (
    <p className={classes.critical}>
      <TriangleAlert size={14} aria-hidden />{' '}
      {t('imaging.report.told', { whom: critical.whom, how: t(`imaging.report.how.${critical.how}`) })} <When at={critical.at} />
    </p>
  );
}

/** Added to a signed report; the report itself stays as it is. */
function Addendum({ report, patient, onDone }: ViewerProps & { report: RadiologyReport; onDone: () => void }) {
  const { t } = useTranslation();
  const key = `addendum:${patient.id}:${report.id}`;
  const draft = useDraft(key, { patient: patient.id, title: t('imaging.report.addendum') });
  const [critical, setCritical] = useState<CriticalForm>(emptyCritical);
  const add = useAct('radiology.addend');
  async function sign() {
    await flushDrafts();
    add.mutate(
      { patient: patient.id, report: report.id, text: draft.text, critical: toldOf(critical), draftKey: key },
      {
        onSuccess: () => {
          draft.discard();
          onDone();
        },
      },
    );
  }
  return (
    <Stack gap="xs" mt="sm">
      <Textarea
        label={t('imaging.report.addendum')}
        autosize
        minRows={3}
        maxRows={12}
        disabled={draft.loading}
        value={draft.text}
        onChange={(event) => draft.setText(event.currentTarget.value)}
      />
      <Critical form={critical} onForm={setCritical} />
      {add.isError && <ErrorNotice error={add.error} />}
      <Group gap="xs">
        <Button
          size="xs"
          loading={add.isPending}
          disabled={draft.text.trim() === '' || (critical.on && !toldOf(critical))}
          onClick={() => void sign()}
        >
          {t('imaging.report.signAddendum')}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('do.cancel')}
        </Button>
      </Group>
    </Stack>
  );
}
