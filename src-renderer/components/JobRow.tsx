/** A job with the way to what came of it. Only inside the workspace, where there are routes. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { JobState } from '../../src-shared/contract/wire.ts';
import { JobBar } from './JobBar.tsx';

export function JobRow({ job }: { job: JobState }) {
  return (
    <div>
      <JobBar job={job} />
      {job.state === 'done' && <Outcome job={job} />}
    </div>
  );
}

function Outcome({ job: { result, patient } }: { job: JobState }) {
  const { t } = useTranslation();
  const image = textIn(result, 'image');
  const document = textIn(result, 'document');
  if (patient && image) {
    return (
      <Link to="/patient/$id/image/$image" params={{ id: patient, image }}>
        {t('job.openReading')}
      </Link>
    );
  }
  if (patient && document) {
    return (
      <Link to="/patient/$id/document/$doc" params={{ id: patient, doc: document }}>
        {t('job.openLetter')}
      </Link>
    );
  }
  const imported = patientsIn(result);
  return (
    <>
      {reasonsIn(result).map((reason) => (
        <div key={reason}>{reason}</div>
      ))}
      {imported.map((id) => (
        <Link key={id} to="/patient/$id" params={{ id }} style={{ display: 'block' }}>
          {t('job.openChart')}
        </Link>
      ))}
    </>
  );
}

const CHARTS_MAX = 5;
const REASONS_MAX = 5;

function textIn(result: unknown, field: string): string | undefined {
  const value = result && typeof result === 'object' ? Object.entries(result).find(([key]) => key === field)?.[1] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The results of an import, as the command line prints them. */
function resultsOf(result: unknown): { patients: string[]; reason?: string }[] {
  if (!result || typeof result !== 'object' || !('results' in result) || !Array.isArray(result.results)) return [];
  return result.results.map((each: unknown) => ({
    patients:
      each && typeof each === 'object' && 'patients' in each && Array.isArray(each.patients)
        ? each.patients.filter((id) => typeof id === 'string')
        : [],
    reason: textIn(each, 'reason'),
  }));
}

function patientsIn(result: unknown): string[] {
  return resultsOf(result)
    .flatMap(({ patients }) => patients)
    .slice(0, CHARTS_MAX);
}

function reasonsIn(result: unknown): string[] {
  return [...new Set(resultsOf(result).flatMap(({ reason }) => reason ?? []))].slice(0, REASONS_MAX);
}
