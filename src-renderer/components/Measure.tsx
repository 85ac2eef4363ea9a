/** A number as it must be shown: value as printed, unit, flag in a word and a letter, reference range. */
import { Text } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { readable, unitShown } from '../format/numbers.ts';
import classes from './Measure.module.css';

interface Measurement {
  printed: string;
  unit: string;
  low?: number;
  high?: number;
  flag?: 'L' | 'H' | 'LL' | 'HH';
}

export function Measure({ of, range = true }: { of: Measurement; range?: boolean }) {
  const { t } = useTranslation();
  const limits = useRange(of);
  const Arrow = of.flag?.startsWith('L') ? ArrowDown : ArrowUp;
  return (
    <span className={classes.measure}>
      <span className={classes.value} title={of.printed}>
        {readable(of.printed)}
      </span>
      <span className={classes.unit}>{unitShown(of.unit)}</span>
      {of.flag && (
        <span className={classes.flag} data-flag={of.flag} title={t(`measure.flag.${of.flag}`)}>
          <Arrow size={12} aria-hidden />
          <span aria-hidden>{of.flag}</span>
          <span className={classes.heard}>{t(`measure.flag.${of.flag}`)}</span>
        </span>
      )}
      {range && limits && (
        <Text span c="dimmed" fz="xs" aria-label={t('measure.rangeLabel', { range: limits })}>
          {limits}
        </Text>
      )}
    </span>
  );
}

function useRange({ low, high, unit: code }: Measurement): string | undefined {
  const { t } = useTranslation();
  const unit = unitShown(code);
  if (low !== undefined && high !== undefined) return t('measure.range', { low, high, unit });
  if (low !== undefined) return t('measure.atLeast', { low, unit });
  if (high !== undefined) return t('measure.atMost', { high, unit });
  return undefined;
}
