/** The viewer: the stacks of a study at the left, the desk in the middle, what belongs to it at the right. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingStudyRow } from '../../../src-shared/contract/imaging.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Boundary } from '../../components/Boundary.tsx';
import { useMay } from '../../core/session.tsx';
import { Desk } from '../../imaging/desk.ts';
import { engine } from '../../imaging/engine.ts';
import { hanging, partnerStack } from '../../imaging/hanging.ts';
import { Marks } from '../../imaging/marks.ts';
import { type Stack, stacksOf } from '../../imaging/stacks.ts';
import { AskText } from './AskText.tsx';
import { Cell } from './Cell.tsx';
import { Side, type SideName } from './Side.tsx';
import { Strip } from './Strip.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useSegments } from './useSegments.ts';
import { useViewerCommands } from './useViewerCommands.ts';
import classes from './viewer.module.css';

export interface ViewerPatient {
  id: PatientId;
  name: string;
  birthDate?: string;
  sex?: string;
  number?: string;
}

interface Props {
  patient: ViewerPatient;
  opened: Output<'imaging.study'>;
  studies: readonly ImagingStudyRow[];
  /** The series to begin with. */
  first?: string;
  /** What is shown instead of the series of a study: photographs of the chart. */
  own?: readonly Stack[];
}

export function Viewer({ patient, opened, studies, first, own }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay('imaging.annotate');
  const [prior, setPrior] = useState<Output<'imaging.study'>>();
  const [side, setSide] = useState<SideName | null>(null);
  const [texts, setTexts] = useState(true);
  const [pointing, setPointing] = useState(false);
  const frame = useRef<HTMLDivElement>(null);

  const stacks = useMemo(() => own ?? stacksOf(patient.id, opened.study, opened.series), [patient.id, opened, own]);
  const priorStacks = useMemo(() => (prior ? stacksOf(patient.id, prior.study, prior.series) : []), [patient.id, prior]);
  const [desk, setDesk] = useState<Desk>();
  const [marks, setMarks] = useState<Marks>();

  useEffect(() => {
    engine();
    const made = new Desk();
    const hung = hanging(stacks, first);
    made.hang(hung.layout, hung.cells);
    made.next = (after) =>
      stacks.filter(({ kind }) => kind === 'pictures').slice(stacks.indexOf(after) + 1, stacks.indexOf(after) + 2);
    made.choose('Window');
    setDesk(made);
    return () => made.close();
  }, [stacks, first]);

  useEffect(() => {
    const study = new Map(
      [...stacks, ...priorStacks].flatMap((stack) => stack.instances.map((instance) => [instance.id, stack.study] as const)),
    );
    const made = new Marks(patient.id, mayWrite, (instance) => study.get(instance));
    setMarks(made);
    return () => made.close();
  }, [patient.id, mayWrite, stacks, priorStacks]);

  if (!desk || !marks) return <div className={classes.viewer} />;
  return (
    <div ref={frame} className={classes.viewer} data-side={side ?? undefined}>
      <Inner
        desk={desk}
        marks={marks}
        patient={patient}
        study={opened.study}
        stacks={stacks}
        studies={studies}
        prior={prior}
        priorStacks={priorStacks}
        onPrior={setPrior}
        side={side}
        onSide={setSide}
        texts={texts}
        onTexts={() => setTexts((shown) => !shown)}
        pointing={pointing}
        onPointing={setPointing}
      />
      <AskText title={t('imaging.viewer.arrowText')} />
    </div>
  );
}

interface InnerProps {
  desk: Desk;
  marks: Marks;
  patient: ViewerPatient;
  study: ImagingStudyRow;
  stacks: readonly Stack[];
  studies: readonly ImagingStudyRow[];
  prior: Output<'imaging.study'> | undefined;
  priorStacks: readonly Stack[];
  onPrior: (study: Output<'imaging.study'> | undefined) => void;
  side: SideName | null;
  onSide: (side: SideName | null) => void;
  texts: boolean;
  onTexts: () => void;
  pointing: boolean;
  onPointing: (pointing: boolean) => void;
}

export type ViewerProps = InnerProps;

function Inner(props: InnerProps) {
  const { desk, marks, patient, stacks, side } = props;
  const { t } = useTranslation();
  const state = useSyncExternalStore(desk.subscribe, desk.getState);
  const grid = useRef<HTMLElement>(null);
  useEffect(() => grid.current?.focus({ preventScroll: true }), []);
  useSegments(props);
  const commands = useViewerCommands(props);
  const { priorStacks } = props;
  useEffect(() => {
    const before = partnerStack(desk.stack, priorStacks);
    if (before) desk.hang({ rows: 1, columns: 2 }, [desk.stack, before]);
  }, [desk, priorStacks]);
  return (
    <>
      <Toolbar {...props} commands={commands} />
      <Strip desk={desk} patient={patient.id} stacks={stacks} prior={props.prior} priorStacks={props.priorStacks} />
      <section
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the viewer act on it
        tabIndex={0}
        className={classes.desk}
        aria-label={t('imaging.viewer.desk')}
        style={{
          gridTemplateColumns: `repeat(${state.layout.columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${state.layout.rows}, minmax(0, 1fr))`,
        }}
      >
        {state.cells.map((stack, cell) => (
          // A place of the desk is what it is by its number.
          <div
            key={cell}
            className={classes.cell}
            data-active={(cell === state.active && state.cells.length > 1) || undefined}
            onPointerDownCapture={() => desk.activate(cell)}
          >
            <Boundary key={stack?.key}>
              <Cell
                desk={desk}
                marks={marks}
                cell={cell}
                stack={stack}
                stacks={stacks}
                onSegments={() => props.onSide('segments')}
                patient={patient}
                texts={props.texts}
                pointing={props.pointing && cell === state.active}
                onPointed={() => props.onPointing(false)}
              />
            </Boundary>
          </div>
        ))}
      </section>
      {side && <Side {...props} side={side} commands={commands} />}
    </>
  );
}
