/** The field's status words in plain language. */
import { useTranslation } from 'react-i18next';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import { chart } from './en.ts';

type Known = keyof typeof chart.statuses;

const ended: ReadonlySet<string> = new Set([
  'resolved',
  'inactive',
  'remission',
  'stopped',
  'completed',
  'cancelled',
  'entered-in-error',
]);

/** A word that is not known is shown as the source has it. */
export function useStatusWord(status: string | undefined): string {
  const { t } = useTranslation();
  if (!status) return '';
  return isKnown(status) ? t(`chart.statuses.${status}`) : status;
}

export function isActive(item: ChartItem): boolean {
  return !item.status || !ended.has(item.status);
}

function isKnown(status: string): status is Known {
  return status in chart.statuses;
}
