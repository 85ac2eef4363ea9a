/** What keys do in the viewer: the ones radiologists know, which each person may change. */

/** Every act of the viewer that a key can give, in the order in which they are listed, with the keys it comes with. */
const viewerKeys = {
  pictureNext: 'arrowdown',
  pictureBefore: 'arrowup',
  picturesOn: 'pagedown',
  picturesBack: 'pageup',
  pictureFirst: 'home',
  pictureLast: 'end',
  stackNext: 'arrowright',
  stackBefore: 'arrowleft',
  tileNext: 'n',
  preset1: '1',
  preset2: '2',
  preset3: '3',
  preset4: '4',
  preset5: '5',
  zoom: 'z',
  zoomIn: '+',
  zoomOut: '-',
  pan: 'p',
  window: 'w',
  invert: 'i',
  rotateRight: 'r',
  rotateLeft: 'l',
  flipHorizontal: 'h',
  flipVertical: 'v',
  cine: 'c',
  reset: ' ',
  length: 'd',
  angle: 'a',
  ellipse: 'e',
  rectangle: 'q',
  probe: '.',
  arrow: 't',
  point: 'x',
  remove: 'delete',
  keyImage: 'k',
  segments: '0',
  layout: 'y',
  linked: 'u',
  lines: 'j',
  texts: 'o',
  mpr: 'm',
  prior: 'b',
  side: 's',
  report: 'f',
} as const;
export type ViewerAct = keyof typeof viewerKeys;
export type Keys = Readonly<Record<ViewerAct, string>>;

export const viewerActs = Object.keys(viewerKeys) as readonly ViewerAct[];

/** The keys of a person: what they chose, otherwise what the viewer comes with. */
export function keysOf(chosen: Readonly<Record<string, string>> | undefined): Keys {
  const own = Object.entries(chosen ?? {}).filter(([act, key]) => act in viewerKeys && isKey(key));
  return { ...viewerKeys, ...Object.fromEntries(own) };
}

/** Acts that share a key, each with the others: of two, only one would ever happen. */
export function conflictsOf(keys: Keys): ReadonlyMap<ViewerAct, readonly ViewerAct[]> {
  const conflicts = new Map<ViewerAct, readonly ViewerAct[]>();
  for (const act of viewerActs) {
    const others = viewerActs.filter((other) => other !== act && keys[act] !== '' && keys[other] === keys[act]);
    if (others.length > 0) conflicts.set(act, others);
  }
  return conflicts;
}

/** Keys that belong to the whole application, whatever is on screen. */
const taken: ReadonlySet<string> = new Set(['escape', 'tab', 'enter', '?', 'g', 'mod+k', 'mod+l']);

/** Whether a key may be given to an act: one key, none of those that the application needs itself. */
export function isKey(key: string): boolean {
  return key === '' || (key.length <= 20 && !taken.has(key) && !key.startsWith('mod+') && (key === ' ' || !key.includes(' ')));
}
