/** An ECG (or another waveform) as on paper: 25 mm a second, 10 mm a millivolt, small squares of 1 mm. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { curvePath, leadsIn, scaleOf } from '../../imaging/curves.ts';
import type { Desk } from '../../imaging/desk.ts';
import type { Stack } from '../../imaging/stacks.ts';
import classes from './curves.module.css';
import { Sheet } from './Sheet.tsx';
import type { ViewerPatient } from './Viewer.tsx';

type Waveform = Output<'imaging.waveform'>;

/** Height of one lead in millimetres; a high peak reaches into its neighbour's, as on paper. */
const LEAD_MM = 16;
/** Above the first lead and below the last: their peaks and names stand there. */
const EDGE_MM = 5;
/** The least a millimetre may take, so that squares can be counted. */
const PX_MIN = 2.6;
const PX_MAX = 5;

interface Props {
  desk: Desk;
  cell: number;
  stack: Stack;
  patient: ViewerPatient;
}

export function Curves({ desk, cell, stack, patient }: Props) {
  const { t } = useTranslation();
  const waveform = useRead('imaging.waveform', { patient: patient.id, instance: stack.cover.id });
  return (
    <Sheet desk={desk} cell={cell} label={t('imaging.readable.waveform')} className={classes.sheet}>
      <Loaded query={waveform} what={t('imaging.readable.waveform')} lines={12}>
        {(shown) => (
          <>
            <header className={classes.head}>
              <strong>{shown.title}</strong>
              {shown.acquiredAt && <When at={shown.acquiredAt} />}
              <span>{t('imaging.readable.paper')}</span>
            </header>
            {shown.groups.map((group, index) => (
              <Group key={index} group={group} />
            ))}
            {shown.annotations.length > 0 && (
              <dl className={classes.said}>
                {shown.annotations.map(({ name, value }, index) => (
                  <div key={index}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

function Group({ group }: { group: Waveform['groups'][number] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const leads = useMemo(() => leadsIn(group), [group]);
  const seconds = group.samples / group.samplesPerSecond;
  const mmWide = Math.ceil(seconds * 25) + 5;
  const columns = leads.length >= 6 && width >= 2 * mmWide * PX_MIN ? 2 : 1;
  const rows = Math.ceil(leads.length / columns);
  const px = Math.min(PX_MAX, Math.max(PX_MIN, width / (mmWide * columns)));
  const mmHigh = rows * LEAD_MM + 2 * EDGE_MM;
  return (
    <div ref={frame} className={classes.group}>
      {width > 0 && (
        <svg
          width={mmWide * columns * px}
          height={mmHigh * px}
          viewBox={`0 0 ${mmWide * columns} ${mmHigh}`}
          role="img"
          aria-label={group.label}
        >
          <Paper width={mmWide * columns} height={mmHigh} />
          {leads.map((lead, index) => (
            <g
              key={lead.label}
              transform={`translate(${Math.floor(index / rows) * mmWide} ${(index % rows) * LEAD_MM + LEAD_MM / 2 + EDGE_MM})`}
            >
              <path className={classes.trace} d={curvePath(lead.values, group.samplesPerSecond, scaleOf(lead, LEAD_MM))} />
              <text x={1.5} y={-6} className={classes.lead}>
                {lead.label}
              </text>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

/** The squares: 1 mm thin, 5 mm thick. */
function Paper({ width, height }: { width: number; height: number }) {
  const lines = (step: number, length: number) =>
    Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
  const path = (step: number) =>
    [...lines(step, width).map((x) => `M${x} 0V${height}`), ...lines(step, height).map((y) => `M0 ${y}H${width}`)].join('');
  return (
    <>
      <rect width={width} height={height} className={classes.paper} />
      <path className={classes.thin} d={path(1)} />
      <path className={classes.thick} d={path(5)} />
    </>
  );
}
