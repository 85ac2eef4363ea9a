/** One plot of trends with reference bands; plots move together along time. */
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { moment } from '../../format/dates.ts';
import { readable, unitShown } from '../../format/numbers.ts';
import { bounds, type Plot } from './trend.ts';
import classes from './VitalsTab.module.css';

const HEIGHT_PX = 150;
const DAY_S = 86_400;
/** Colours of series, by theme; each stands out from its ground by 3:1 and has its own mark in the legend. */
const inks = { light: ['#1257b8', '#a83b00', '#5d3fa8', '#0f6b5c'], dark: ['#85b6ff', '#f5a06b', '#c0a6f5', '#6fcfbd'] } as const;

const sync = uPlot.sync('trend');

export function TrendPlot({ plot, from, to }: { plot: Plot; from: number; to: number }) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const { ref: box, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const colours = inks[scheme];
  const [low, high] = useMemo(() => bounds(plot.series), [plot]);
  const first = plot.data[0][0] ?? to;
  const begin = Math.max(from, first);

  useEffect(() => {
    if (!place.current || width === 0) return;
    const style = getComputedStyle(document.documentElement);
    const quiet = style.getPropertyValue('--ll-quiet');
    const line = style.getPropertyValue('--ll-line');
    const font = "12px 'Inter Variable', sans-serif";
    const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const made = new uPlot(
      {
        width,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { sync: { key: sync.key, setSeries: false }, drag: { x: true, y: false }, points: { size: 7 } },
        scales: { x: { time: true }, y: { range: [low, high] } },
        axes: [
          { ...axis, size: 32 },
          { ...axis, size: 48, space: 26 },
        ],
        series: [
          {},
          ...plot.series.map(({ name }, index) => ({
            label: name,
            stroke: colours[index % colours.length],
            width: 2,
            dash: index % 2 === 1 ? [6, 4] : undefined,
            spanGaps: true,
            points: { show: true, size: 5 },
          })),
        ],
        hooks: {
          drawClear: [(chart) => drawBands(chart, plot, colours)],
          setCursor: [(chart) => setAt(chart.cursor.idx ?? null)],
        },
      },
      plot.data,
      place.current,
    );
    drawn.current = made;
    sync.sub(made);
    return () => {
      sync.unsub(made);
      made.destroy();
      drawn.current = null;
    };
  }, [plot, width, low, high, colours]);

  useEffect(() => {
    // A single point gets a month of air, so that the axis has a length.
    if (width > 0) drawn.current?.setScale('x', to > begin ? { min: begin, max: to } : { min: to - 30 * DAY_S, max: to + DAY_S });
  }, [begin, to, width, plot, colours]);

  const names = plot.series.map(({ name }) => name).join(', ');
  return (
    <div className={classes.plot} ref={box}>
      <div className={classes.legend}>
        {plot.series.map(({ code, name }, index) => (
          <span key={code} className={classes.key}>
            <svg width="20" height="8" aria-hidden>
              <line
                x1="0"
                y1="4"
                x2="20"
                y2="4"
                stroke={colours[index % colours.length]}
                strokeWidth="2"
                strokeDasharray={index % 2 === 1 ? '6 4' : undefined}
              />
            </svg>
            {name}
            <span className={classes.now}>{shownAt(plot, index, at) ?? unitShown(plot.unit)}</span>
          </span>
        ))}
        <span className={classes.now}>{at !== null && momentAt(plot, at)}</span>
      </div>
      <div
        ref={place}
        role="img"
        className={classes.drawn}
        aria-label={t('chart.vitals.plot', { names, unit: unitShown(plot.unit) })}
      />
    </div>
  );
}

function drawBands(chart: uPlot, plot: Plot, colours: readonly string[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  plot.series.forEach(({ low, high }, index) => {
    if (low === undefined || high === undefined) return;
    const top = chart.valToPos(high, 'y', true);
    ctx.globalAlpha = 0.09;
    ctx.fillStyle = colours[index % colours.length] ?? '';
    ctx.fillRect(bbox.left, top, bbox.width, chart.valToPos(low, 'y', true) - top);
  });
  ctx.restore();
}

function shownAt(plot: Plot, index: number, at: number | null): string | null {
  const value = at === null ? null : plot.data[index + 1]?.[at];
  const time = at === null ? undefined : plot.data[0][at];
  if (value === null || value === undefined) return null;
  const point = plot.series[index]?.points.find((each) => Date.parse(each.at) / 1000 === time);
  return `${readable(point?.printed ?? String(value))} ${unitShown(plot.unit)}`;
}

function momentAt(plot: Plot, at: number): string {
  const time = plot.data[0][at];
  return time === undefined ? '' : moment(new Date(time * 1000).toISOString());
}
