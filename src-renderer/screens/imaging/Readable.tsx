/** What of a study is read and not looked at: reports, letters, curves, selections, presentation states; and what cannot be shown, with the reason. */
import { ActionIcon } from '@mantine/core';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportNode } from '../../../src-shared/contract/imaging.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { When } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import type { Desk } from '../../imaging/desk.ts';
import { placeIn, type Stack } from '../../imaging/stacks.ts';
import { Curves } from './Curves.tsx';
import { PresentationView } from './PresentationView.tsx';
import classes from './readable.module.css';
import { Sheet } from './Sheet.tsx';
import type { ViewerPatient } from './Viewer.tsx';

interface Props {
  desk: Desk;
  cell: number;
  stack: Stack;
  patient: ViewerPatient;
  stacks: readonly Stack[];
}

export function Readable(props: Props) {
  const { t } = useTranslation();
  const { stack } = props;
  switch (stack.kind) {
    case 'report':
    case 'key-objects':
      return <Report {...props} />;
    case 'document':
      return <Letter {...props} />;
    case 'waveform':
      return <Curves {...props} />;
    case 'presentation':
      return <PresentationView {...props} />;
    default:
      return (
        <div className={classes.notice}>
          <strong>{stack.cover.sopClassName}</strong>
          <p>{stack.cover.problem ?? t('imaging.readable.noPicture')}</p>
        </div>
      );
  }
}

/** A structured report: headings, values, and what it points to. */
function Report({ stack, patient, desk, cell, stacks }: Props) {
  const { t } = useTranslation();
  const report = useRead('imaging.report', { patient: patient.id, instance: stack.cover.id });
  return (
    <Sheet desk={desk} cell={cell} label={t('imaging.readable.report')} className={classes.sheet}>
      <Loaded query={report} what={t('imaging.readable.report')} lines={10}>
        {({ title, completion, verification, verifiedBy, date, tree }) => (
          <article className={classes.paper}>
            <h2>{title}</h2>
            <p className={classes.quiet}>
              {[completion, verification, verifiedBy].filter(Boolean).join(' · ')} {date && <When at={date} />}
            </p>
            <Nodes nodes={tree.children} desk={desk} stacks={stacks} level={3} />
          </article>
        )}
      </Loaded>
    </Sheet>
  );
}

function Nodes({
  nodes,
  desk,
  stacks,
  level,
}: {
  nodes: readonly ReportNode[];
  desk: Desk;
  stacks: readonly Stack[];
  level: number;
}) {
  return nodes.map((node, index) => {
    if (node.type !== 'CONTAINER') return <Value key={index} node={node} desk={desk} stacks={stacks} level={level} />;
    const Heading = `h${Math.min(6, level)}` as 'h3';
    return (
      <section key={index}>
        {node.name && <Heading>{node.name}</Heading>}
        <Nodes nodes={node.children} desk={desk} stacks={stacks} level={level + 1} />
      </section>
    );
  });
}

function Value({ node, desk, stacks, level }: { node: ReportNode; desk: Desk; stacks: readonly Stack[]; level: number }) {
  const { t } = useTranslation();
  const { reference } = node;
  const referred = reference && stacks.find(({ instances }) => instances.some(({ uid }) => uid === reference.uid));
  const index = referred?.instances.findIndex(({ uid }) => uid === reference?.uid) ?? 0;
  const open = async () => {
    const instance = referred?.instances[index];
    if (!referred || !instance) return;
    if (referred.known) await referred.pictures().catch(() => {});
    desk.goesTo(referred, placeIn(referred, instance.id, reference?.frames?.[0] ?? 1));
    desk.place(referred);
  };
  return (
    <div className={classes.value}>
      {node.name && <span className={classes.name}>{node.name}</span>}
      <span>
        {node.value}
        {node.unit && ` ${node.unit}`}
        {reference &&
          (referred ? (
            <button type="button" className={classes.link} onClick={() => void open()}>
              {t('imaging.readable.show', {
                what: [
                  referred.series.modality,
                  referred.series.number,
                  referred.count > 1 ? `${index + 1}/${referred.count}` : '',
                ]
                  .filter(Boolean)
                  .join(' '),
              })}
            </button>
          ) : (
            <span className={classes.quiet}>{t('imaging.readable.notHere')}</span>
          ))}
      </span>
      {node.children.length > 0 && (
        <div className={classes.inner}>
          <Nodes nodes={node.children} desk={desk} stacks={stacks} level={level} />
        </div>
      )}
    </div>
  );
}

/** An encapsulated PDF, page by page: the core draws them. */
function Letter({ stack, patient, desk, cell }: Props) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const letter = useRead('imaging.document', { patient: patient.id, instance: stack.cover.id, page }, { keepPrevious: true });
  const address = useObjectUrl(letter.data);
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    if (address) setShown(address);
  }, [address]);
  return (
    <Sheet desk={desk} cell={cell} label={t('imaging.readable.document')} className={classes.sheet}>
      <Loaded query={letter} what={t('imaging.readable.document')} lines={12}>
        {({ title, pages }) => (
          <>
            {pages > 1 && (
              <div className={classes.pager}>
                <ActionIcon
                  variant="subtle"
                  aria-label={t('imaging.readable.before')}
                  disabled={page <= 1}
                  onClick={() => setPage(page - 1)}
                >
                  <ChevronLeft size={18} />
                </ActionIcon>
                {t('imaging.viewer.pageOf', { page, count: pages })}
                <ActionIcon
                  variant="subtle"
                  aria-label={t('imaging.readable.next')}
                  disabled={page >= pages}
                  onClick={() => setPage(page + 1)}
                >
                  <ChevronRight size={18} />
                </ActionIcon>
              </div>
            )}
            {shown && <img className={classes.page} src={shown} alt={t('imaging.readable.pageOf', { title, page })} />}
          </>
        )}
      </Loaded>
    </Sheet>
  );
}
