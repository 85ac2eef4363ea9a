/** A photograph on black, with the heat map over it. Drag, wheel, arrows, plus and minus; 0 shows the whole. */
import { ActionIcon } from '@mantine/core';
import { Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { heatPixels } from './heat.ts';
import classes from './Viewer.module.css';

const ZOOM_MAX = 12;
const STEP_PX = 60;
/** What an arrow shows comes into view, so the sheet goes the other way. */
const MOVES = new Map<string, readonly [number, number]>([
  ['ArrowLeft', [STEP_PX, 0]],
  ['ArrowRight', [-STEP_PX, 0]],
  ['ArrowUp', [0, STEP_PX]],
  ['ArrowDown', [0, -STEP_PX]],
]);

interface Props {
  picture: Output<'images.picture'>;
  heat: Output<'readings.heatMap'> | undefined;
  /** In fractions of the picture; it may reach beyond its edges. */
  heatBox: { x: number; y: number; width: number; height: number } | undefined;
  /** 0 to 1. */
  opacity: number;
  onOpacity: (opacity: number) => void;
  /** What the picture is, for those who do not see it. */
  alt: string;
  /** Grey, and bright in the middle: light laid over it would not show. */
  film: boolean;
  /** What the strong places of the map speak for. */
  heatHint: string;
}

export function Viewer({ picture, heat, heatBox, opacity, onOpacity, film, alt, heatHint }: Props) {
  const { t } = useTranslation();
  const address = useObjectUrl(picture);
  const stage = useRef<HTMLDivElement>(null);
  const [fit, setFit] = useState(1);
  const [view, setView] = useState({ zoom: 1, x: 0, y: 0 });
  const drag = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () => setFit(Math.min(element.clientWidth / picture.width, element.clientHeight / picture.height));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [picture]);

  const zoomBy = useCallback(
    (factor: number) =>
      setView((was) => ({
        ...was,
        zoom: Math.min(ZOOM_MAX, Math.max(1, was.zoom * factor)),
        ...(was.zoom * factor <= 1 ? { x: 0, y: 0 } : {}),
      })),
    [],
  );
  const whole = () => setView({ zoom: 1, x: 0, y: 0 });

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    // React's own wheel listener is passive and could not keep the page from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [zoomBy]);

  function onKey(event: KeyboardEvent) {
    const [x, y] = MOVES.get(event.key) ?? [0, 0];
    const acts: Record<string, () => void> = {
      '+': () => zoomBy(1.25),
      '=': () => zoomBy(1.25),
      '-': () => zoomBy(0.8),
      '0': whole,
    };
    const move = () => setView((was) => ({ ...was, x: was.x + x, y: was.y + y }));
    const act = acts[event.key] ?? (MOVES.has(event.key) ? move : undefined);
    if (!act) return;
    event.preventDefault();
    act();
  }
  function onMove(event: PointerEvent) {
    if (!drag.current) return;
    const { x, y } = drag.current;
    drag.current = { x: event.clientX, y: event.clientY };
    setView((was) => ({ ...was, x: was.x + event.clientX - x, y: was.y + event.clientY - y }));
  }

  const width = picture.width * fit * view.zoom;
  const height = picture.height * fit * view.zoom;
  return (
    <div className={classes.viewer}>
      <div
        ref={stage}
        className={classes.stage}
        role="application"
        aria-label={t('reading.viewer')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved and enlarged by keys
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onMove}
        onPointerUp={() => {
          drag.current = null;
        }}
      >
        <div
          className={classes.sheet}
          style={{ width, height, transform: `translate(calc(-50% + ${view.x}px), calc(-50% + ${view.y}px))` }}
        >
          {address && <img src={address} alt={alt} draggable={false} />}
          {heat && heatBox && opacity > 0 && (
            <HeatMap heat={heat} box={heatBox} opacity={opacity} film={film} width={width} height={height} />
          )}
        </div>
      </div>
      <div className={classes.tools}>
        <ActionIcon variant="subtle" color="gray.3" aria-label={t('reading.zoomOut')} onClick={() => zoomBy(0.8)}>
          <Minus size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray.3" aria-label={t('reading.zoomIn')} onClick={() => zoomBy(1.25)}>
          <Plus size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray.3" aria-label={t('reading.whole')} onClick={whole}>
          <Maximize size={16} />
        </ActionIcon>
        {heat && (
          <>
            <label htmlFor="heat-map">{t('reading.heat')}</label>
            <input
              id="heat-map"
              className={classes.slider}
              type="range"
              min={0}
              max={100}
              step={5}
              value={Math.round(opacity * 100)}
              onChange={(event) => onOpacity(Number(event.currentTarget.value) / 100)}
              aria-valuetext={opacity === 0 ? t('reading.heatOff') : `${Math.round(opacity * 100)} %`}
            />
            <span className={classes.hint}>{heatHint}</span>
          </>
        )}
      </div>
    </div>
  );
}

function HeatMap({
  heat,
  box,
  opacity,
  film,
  width,
  height,
}: {
  heat: NonNullable<Props['heat']>;
  box: NonNullable<Props['heatBox']>;
  opacity: number;
  film: boolean;
  width: number;
  height: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(heatPixels(heat.values), heat.width, heat.height), 0, 0);
  }, [heat]);
  // The browser smooths the few cells when it enlarges them.
  return (
    <canvas
      ref={canvas}
      className={classes.heat}
      data-film={film || undefined}
      width={heat.width}
      height={heat.height}
      aria-hidden
      style={{ left: box.x * width, top: box.y * height, width: box.width * width, height: box.height * height, opacity }}
    />
  );
}
