/** A presentation state: the pictures it speaks of, windowed, turned and drawn upon as it says. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingPresentation } from '../../../src-shared/contract/imaging.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { useRead } from '../../core/queries.ts';
import type { Desk } from '../../imaging/desk.ts';
import type { Picture } from '../../imaging/picture.ts';
import type { Stack } from '../../imaging/stacks.ts';
import { Tile } from '../../imaging/tile.ts';
import { Overlay } from './Overlay.tsx';
import classes from './readable.module.css';
import type { ViewerPatient } from './Viewer.tsx';
import viewer from './viewer.module.css';

interface Props {
  desk: Desk;
  stack: Stack;
  patient: ViewerPatient;
  stacks: readonly Stack[];
}

export function PresentationView(props: Props) {
  const { t } = useTranslation();
  const state = useRead('imaging.presentation', { patient: props.patient.id, instance: props.stack.cover.id });
  return (
    <Loaded query={state} what={t('imaging.readable.presentation')} lines={8}>
      {(presentation) => <Applied {...props} presentation={presentation} />}
    </Loaded>
  );
}

function Applied({ desk, stack, patient, stacks, presentation }: Props & { presentation: ImagingPresentation }) {
  const { t } = useTranslation();
  const uids = useMemo(() => new Set(presentation.references.map(({ uid }) => uid)), [presentation]);
  const source = stacks.find(({ kind, instances }) => kind === 'pictures' && instances.some(({ uid }) => uids.has(uid)));
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [tile, setTile] = useState<Tile>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!element || !source) return;
    const made = new Tile(`presentation-${stack.key}`, element);
    const leave = desk.join(desk.state.active, made);
    let gone = false;
    void source
      .pictures()
      .then(async (pictures) => {
        const meant = pictures.filter(
          ({ from }) =>
            from &&
            presentation.references.some(
              ({ uid, frames }) => uid === from.instance.uid && (frames.length === 0 || frames.includes(from.address.frame)),
            ),
        );
        if (gone) return;
        await made.show(meant, 0);
        if (gone) return;
        apply(made, presentation);
        setTile(made);
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      leave();
      made.close();
      setTile(undefined);
    };
  }, [element, source, stack.key, desk, presentation]);
  if (!source || failed)
    return <div className={classes.notice}>{t('imaging.readable.presentationElsewhere', { name: presentation.label })}</div>;
  return (
    <>
      <div ref={setElement} className={viewer.surface} />
      {tile && (
        <>
          <Drawn tile={tile} presentation={presentation} />
          <Overlay
            tile={tile}
            stack={source}
            patient={patient}
            texts
            note={[presentation.label, presentation.description, presentation.creator].filter(Boolean).join(' · ')}
          />
        </>
      )}
    </>
  );
}

function apply(tile: Tile, { window, voiTable, rotation, flip, inverse }: ImagingPresentation): void {
  if (window || voiTable) tile.setWindow(window, voiTable);
  if (inverse) tile.invert();
  // The state turns first and flips then (PS3.3 C.10.6); a tile flips first and turns then.
  tile.turnTo({ rotation: (((flip ? -rotation : rotation) % 360) + 360) % 360, flipHorizontal: flip });
}

/** Lines and words of the state, in pixels of the picture or in parts of what is displayed. */
function Drawn({ tile, presentation }: { tile: Tile; presentation: ImagingPresentation }) {
  useSyncExternalStore(tile.subscribe, tile.getState);
  const { picture } = tile;
  if (!picture) return null;
  const place = at(tile, picture, presentation);
  return (
    <svg className={classes.drawn} aria-hidden>
      <Shutters shutters={presentation.shutters} place={(point) => place(point, 'pixel')} />
      {presentation.graphics.map((graphic, index) => (
        <polyline
          key={index}
          points={pairs(graphic.points, graphic.type)
            .map((point) => place(point, graphic.units).join(','))
            .join(' ')}
          data-filled={graphic.filled || undefined}
        />
      ))}
      {presentation.texts.map((text, index) => {
        const anchor = text.anchor ?? ([text.box[0] ?? 0, text.box[1] ?? 0] as const);
        const [x, y] = place(anchor, text.units);
        return (
          <text key={index} x={x} y={y}>
            {text.text}
          </text>
        );
      })}
    </svg>
  );
}

/** What lies outside of a shutter is covered (PS3.3 C.7.6.11). */
function Shutters({
  shutters,
  place,
}: {
  shutters: ImagingPresentation['shutters'];
  place: (point: readonly [number, number]) => readonly [number, number];
}) {
  return shutters.map(({ shape, points }, index) => {
    const edge = shutterEdge(shape, points)
      .map((point) => place(point).join(' '))
      .join('L');
    // Twice as far as any screen; the hole is left out by the rule of even and odd.
    return edge === '' ? null : <path key={index} className={classes.shutter} d={`M-9999-9999H9999V9999H-9999ZM${edge}Z`} />;
  });
}

function shutterEdge(shape: string, points: readonly number[]): readonly (readonly [number, number])[] {
  const [a, b, c, d] = points;
  if (shape === 'RECTANGULAR' && a !== undefined && b !== undefined && c !== undefined && d !== undefined)
    return [
      [a, b],
      [c, b],
      [c, d],
      [a, d],
    ];
  if (shape === 'CIRCULAR' && a !== undefined && b !== undefined && c !== undefined) return around([a, b], [c, 0], [0, c]);
  return shape === 'POLYGONAL' ? pairs(points, shape) : [];
}

function at(tile: Tile, picture: Picture, { area }: ImagingPresentation) {
  const [left, top] = area?.topLeft ?? [1, 1];
  const [right, bottom] = area?.bottomRight ?? [picture.columns, picture.rows];
  return ([x, y]: readonly [number, number], units: 'pixel' | 'display') =>
    // The state counts pixels from 1, and means their top left corner.
    units === 'pixel'
      ? tile.toScreen([x - 1, y - 1])
      : tile.toScreen([left - 1 + x * (right - left + 1), top - 1 + y * (bottom - top + 1)]);
}

/** A circle is given by its middle and one point; it is drawn as what it is, by its points. */
function pairs(points: readonly number[], type: string): (readonly [number, number])[] {
  const found = Array.from(
    { length: Math.floor(points.length / 2) },
    (_, index) => [points[2 * index] ?? 0, points[2 * index + 1] ?? 0] as const,
  );
  const [one, other, third, fourth] = found;
  if (type === 'CIRCLE' && one && other)
    return around(one, [other[0] - one[0], other[1] - one[1]], [-(other[1] - one[1]), other[0] - one[0]]);
  if (type === 'ELLIPSE' && one && other && third && fourth) {
    return around(
      [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2],
      [(other[0] - one[0]) / 2, (other[1] - one[1]) / 2],
      [(fourth[0] - third[0]) / 2, (fourth[1] - third[1]) / 2],
    );
  }
  return found;
}

function around(middle: readonly [number, number], one: readonly [number, number], other: readonly [number, number]) {
  return Array.from({ length: 65 }, (_, step) => {
    const angle = (step / 64) * 2 * Math.PI;
    return [
      middle[0] + one[0] * Math.cos(angle) + other[0] * Math.sin(angle),
      middle[1] + one[1] * Math.cos(angle) + other[1] * Math.sin(angle),
    ] as const;
  });
}
