/** A signed report by the printer: a sheet that stands on paper alone, with the patient's name over each page. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { type RadiologyReport, reportSections } from '../../../src-shared/contract/radiology.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { call } from '../../core/connection.ts';
import { useSession } from '../../core/session.tsx';
import { askShell } from '../../core/shell.ts';
import { day, moment } from '../../format/dates.ts';
import classes from './print-report.module.css';
import type { ViewerProps } from './Viewer.tsx';
import { whereIs } from './where.ts';

type Props = ViewerProps & { report: RadiologyReport };

interface Shown {
  address: string;
  words: string;
}

export function PrintReport(props: Props) {
  const { t } = useTranslation();
  const { report, patient } = props;
  const sheet = useRef<HTMLTableElement>(null);
  const [pictures, setPictures] = useState<readonly Shown[]>();
  useEffect(() => {
    if (!pictures) return;
    const images = [...(sheet.current?.querySelectorAll('img') ?? [])];
    let gone = false;
    void Promise.allSettled(images.map((image) => image.decode())).then(() => {
      if (!gone) askShell({ t: 'print' });
    });
    return () => {
      gone = true;
      for (const { address } of pictures) URL.revokeObjectURL(address);
    };
  }, [pictures]);
  const gather = useMutation({
    mutationFn: async () => {
      const shown: Shown[] = [];
      // A picture that is not on this machine, or is damaged, must not keep the words back.
      for (const { instance, frame } of report.keyImages.slice(0, PRINTED_MAX)) {
        const picture = await call('imaging.thumbnail', { patient: patient.id, instance, frame, size: 'paper' }).catch(
          () => null,
        );
        if (!picture) continue;
        // The bytes came over a port as an ordinary array buffer, never a shared one.
        const blob = new Blob([picture.bytes as Uint8Array<ArrayBuffer>], { type: picture.mediaType });
        shown.push({ address: URL.createObjectURL(blob), words: whereIs(props, instance, frame) ?? '' });
      }
      return shown;
    },
    onSuccess: setPictures,
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Printer size={14} aria-hidden />}
        loading={gather.isPending}
        onClick={() => gather.mutate()}
      >
        {t('do.print')}
      </Button>
      {gather.isError && <ErrorNotice error={gather.error} />}
      {pictures && createPortal(<Sheet {...props} sheet={sheet} pictures={pictures} />, document.body)}
    </>
  );
}

/** As many as a report has on paper. */
const PRINTED_MAX = 12;

function Sheet({
  report,
  patient,
  study,
  sheet,
  pictures,
}: Props & { sheet: React.Ref<HTMLTableElement>; pictures: readonly Shown[] }) {
  const { t } = useTranslation();
  const { person, status } = useSession();
  const missing = report.keyImages.length - pictures.length;
  const born = patient.birthDate && t('imaging.viewer.born', { date: day(patient.birthDate) });
  return (
    // The head of a table is the one thing that a browser prints on every page.
    <table ref={sheet} className={classes.sheet} data-paper role="presentation">
      <thead>
        <tr>
          <td className={classes.who}>{[patient.name, born, patient.number].filter(Boolean).join(' · ')}</td>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>
            <h1>{report.title}</h1>
            <p>{[study.description, study.date && moment(study.date)].filter(Boolean).join(', ')}</p>
            {report.critical && <p className={classes.critical}>{toldOf(report.critical)}</p>}
            {reportSections
              .filter((name) => report.sections[name].trim() !== '')
              .map((name) => (
                <section key={name}>
                  <h2>{t(`imaging.report.section.${name}`)}</h2>
                  <p>{report.sections[name].trim()}</p>
                </section>
              ))}
            <p className={classes.signed}>{signedBy(report)}</p>
            {pictures.length > 0 && (
              <div className={classes.pictures}>
                {pictures.map(({ address, words }) => (
                  <figure key={address}>
                    <img src={address} alt="" />
                    <figcaption>{words}</figcaption>
                  </figure>
                ))}
              </div>
            )}
            {missing > 0 && <p>{t('imaging.report.unprinted', { count: missing })}</p>}
            {report.addenda.map((addendum) => (
              <section key={addendum.id}>
                <h2>{t('imaging.report.addendum')}</h2>
                {addendum.critical && <p className={classes.critical}>{toldOf(addendum.critical)}</p>}
                <p>{addendum.text.trim()}</p>
                <p>{signedBy(addendum)}</p>
              </section>
            ))}
            <p className={classes.printed}>
              {[status.clinic, t('audit.seen.printed', { who: person.displayName, at: moment(new Date().toISOString()) })]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </td>
        </tr>
      </tbody>
    </table>
  );

  function signedBy({ author, signedAt }: { author: string; signedAt: string }): string {
    return `${t('imaging.report.signedBy', { name: author })}, ${moment(signedAt)}`;
  }
  function toldOf({ whom, how, at }: NonNullable<RadiologyReport['critical']>): string {
    return `${t('imaging.report.told', { whom, how: t(`imaging.report.how.${how}`) })}, ${moment(at)}`;
  }
}
