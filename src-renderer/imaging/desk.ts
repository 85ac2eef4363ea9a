/**
 * The desk of the viewer: tiles in rows and columns, which stack lies in which, what is linked, playing and chosen. Keys, toolbar and mouse all act through it; React only
 * looks at `state`.
 */
import { Ahead, orderAround } from './ahead.ts';
import { beginsBeside, partnerOf, shiftBetween } from './linking.ts';
import type { Stack } from './stacks.ts';
import type { Tile } from './tile.ts';
import { chooseTool, type ToolName } from './tools.ts';
import { ownWindow, presetsOf, windowOf } from './windows.ts';

export interface Layout {
  rows: number;
  columns: number;
}
export const layouts: readonly Layout[] = [
  { rows: 1, columns: 1 },
  { rows: 1, columns: 2 },
  { rows: 2, columns: 2 },
  { rows: 2, columns: 3 },
];

/** Pictures a second where the file does not say. */
const CINE_RATE = 15;
export const CINE_RATE_MAX = 60;
const LINE_PX = 40;

export interface DeskState {
  layout: Layout;
  /** One for each place, row by row. */
  cells: readonly (Stack | null)[];
  active: number;
  tool: ToolName;
  /** Paging in one tile pages the others to the same place. */
  linked: boolean;
  /** Lines where the active picture cuts the others. */
  lines: boolean;
  /** Pictures a second while playing. */
  cine: number | null;
  /** The first picture is there, or cannot be had: what is less urgent may be fetched. */
  started: boolean;
}

export class Desk {
  state: DeskState = {
    layout: { rows: 1, columns: 1 },
    cells: [null],
    active: 0,
    tool: 'Window',
    linked: true,
    lines: true,
    cine: null,
    started: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly tiles = new Map<number, Tile>();
  private readonly sheets = new Map<number, HTMLElement>();
  /** Where a stack was left, so that it comes back there. */
  private readonly left = new Map<string, number>();
  /** Stacks that were asked for at one of their pictures. */
  private readonly asked = new Set<string>();
  private shifts = new Map<number, number>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly ahead = new Ahead();
  private direction: 1 | -1 = 1;
  private linking = false;
  /** What is fetched when everything around is there: the next stacks of the study. */
  next: (after: Stack) => readonly Stack[] = () => [];

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): DeskState => this.state;

  close(): void {
    clearInterval(this.timer);
    this.ahead.stop();
  }

  /** The tile that keys act on. */
  get tile(): Tile | undefined {
    return this.tiles.get(this.state.active);
  }

  get stack(): Stack | null {
    return this.state.cells[this.state.active] ?? null;
  }

  tileAt(cell: number): Tile | undefined {
    return this.tiles.get(cell);
  }

  /** A tile that React has mounted in a place; answers with the way to take it out. */
  join(cell: number, tile: Tile): () => void {
    this.tiles.set(cell, tile);
    let before = -1;
    const stop = tile.subscribe(() => {
      const { index, status } = tile.state;
      if (!this.state.started && (status === 'shown' || status === 'failed')) this.set({ started: true });
      if (index === before || status !== 'shown') return;
      this.direction = index >= before ? 1 : -1;
      const first = before === -1;
      before = index;
      if (first && this.arrived(cell, tile)) return;
      this.paged(cell, tile);
    });
    this.tell();
    return () => {
      stop();
      this.tiles.delete(cell);
      this.tell();
    };
  }

  /** Something to read in a place; answers with the way to take it out. */
  lay(cell: number, sheet: HTMLElement): () => void {
    this.sheets.set(cell, sheet);
    return () => {
      if (this.sheets.get(cell) === sheet) this.sheets.delete(cell);
    };
  }

  /** So many pictures on; of something to read as many lines. */
  page(by: number): void {
    const { tile } = this;
    if (tile) tile.scrollBy(by);
    else this.sheets.get(this.state.active)?.scrollBy({ top: by * LINE_PX });
  }

  /** To the first picture, or to the last. */
  pageTo(end: 'first' | 'last'): void {
    const { tile } = this;
    if (tile) tile.scrollTo(end === 'first' ? 0 : tile.state.count - 1);
    else {
      const sheet = this.sheets.get(this.state.active);
      sheet?.scrollTo({ top: end === 'first' ? 0 : sheet.scrollHeight });
    }
  }

  /** Puts stacks onto the desk: the first place is active. */
  hang(layout: Layout, stacks: readonly (Stack | null)[]): void {
    this.stopCine();
    const cells = Array.from({ length: layout.rows * layout.columns }, (_, cell) => stacks[cell] ?? null);
    this.set({ layout, cells, active: 0 });
  }

  /** What lies on the desk stays where there is room. */
  arrange(layout: Layout): void {
    const { cells, active } = this.state;
    const count = layout.rows * layout.columns;
    const kept = active < count ? cells : [cells[active] ?? null, ...cells];
    this.set({
      layout,
      cells: Array.from({ length: count }, (_, cell) => kept[cell] ?? null),
      active: Math.min(active, count - 1),
    });
  }

  /** Puts a stack into the active place. */
  place(stack: Stack, cell = this.state.active): void {
    this.stopCine();
    this.set({ cells: this.state.cells.map((other, index) => (index === cell ? stack : other)), active: cell });
  }

  activate(cell: number): void {
    if (cell === this.state.active || cell >= this.state.cells.length) return;
    this.stopCine();
    this.set({ active: cell });
    this.link();
  }

  choose(tool: ToolName): void {
    chooseTool(tool);
    this.set({ tool });
  }

  toggle(what: 'linked' | 'lines'): void {
    this.set({ [what]: !this.state[what] });
    if (what === 'linked') this.link();
  }

  preset(number: number): void {
    const { tile } = this;
    const loaded = tile?.loaded;
    const preset = presetsOf(loaded?.picture.modality ?? '')[number];
    if (!tile || !loaded || !preset || loaded.frame.header.samples > 1) return;
    tile.setWindow(windowOf(preset, ownWindow(loaded.frame.header, loaded.spread), loaded.spread));
  }

  toggleCine(): void {
    if (this.state.cine) {
      this.stopCine();
      return;
    }
    const time = this.stack?.frameTimeMs;
    this.play(Math.min(CINE_RATE_MAX, Math.max(1, Math.round(time ? 1000 / time : CINE_RATE))));
  }

  /** @param rate pictures a second */
  play(rate: number): void {
    const { tile } = this;
    if (!tile || tile.state.count < 2) return;
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      const { index, count } = tile.state;
      tile.scrollTo((index + 1) % count);
    }, 1000 / rate);
    this.set({ cine: rate });
  }

  stopCine(): void {
    clearInterval(this.timer);
    if (this.state.cine) this.set({ cine: null });
  }

  /** Where a stack was left. */
  startOf(stack: Stack): number {
    return this.left.get(stack.key) ?? 0;
  }

  /** Where a stack is to begin when it is shown next. */
  goesTo(stack: Stack, index: number): void {
    this.left.set(stack.key, index);
    this.asked.add(stack.key);
  }

  /** A stack is on the desk for the first time: it goes to where the others are, which stay. @returns whether it is on its way elsewhere */
  private arrived(cell: number, tile: Tile): boolean {
    const stack = this.state.cells[cell];
    const here = tile.picture;
    if (!this.state.linked || !here) return false;
    const asked = stack !== null && stack !== undefined && this.asked.delete(stack.key);
    for (const [place, other] of this.tiles) {
      const there = other.picture;
      if (place === cell || !there || other.state.status !== 'shown') continue;
      this.link();
      if (asked) continue;
      const begins = beginsBeside(other.pictures, other.state.index, tile.pictures);
      if (!begins) continue;
      if (place === this.state.active) this.shifts.set(cell, begins.shift);
      else if (cell === this.state.active) this.shifts.set(place, -begins.shift);
      if (begins.index === tile.state.index) continue;
      tile.scrollTo(begins.index);
      return true;
    }
    return false;
  }

  /** Keeps what lies between linked stacks now. */
  private link(): void {
    const here = this.tile?.picture;
    this.shifts = new Map();
    if (!here) return;
    for (const [cell, tile] of this.tiles) if (tile.picture) this.shifts.set(cell, shiftBetween(here, tile.picture));
  }

  private paged(cell: number, tile: Tile): void {
    const stack = this.state.cells[cell];
    if (stack) this.left.set(stack.key, tile.state.index);
    if (cell === this.state.active) {
      const around = orderAround(tile.pictures.length, tile.state.index, this.direction).flatMap(
        (index) => tile.pictures[index] ?? [],
      );
      this.ahead.want(around);
      if (stack && around.length === tile.pictures.length - 1) void this.wantNext(stack, around);
    }
    if (!this.state.linked || this.linking || cell !== this.state.active) return;
    // What follows is no paging of its own.
    this.linking = true;
    for (const [place, other] of this.tiles) {
      if (place === cell || other.pictures.length < 2) continue;
      const partner = partnerOf(tile.pictures, tile.state.index, other.pictures, this.shifts.get(place) ?? 0);
      if (partner !== undefined) other.scrollTo(partner);
    }
    this.linking = false;
  }

  private async wantNext(stack: Stack, around: Parameters<Ahead['want']>[0]): Promise<void> {
    const more = await Promise.all(this.next(stack).map((next) => next.pictures().catch(() => [])));
    if (this.stack === stack) this.ahead.want([...around, ...more.flat()]);
  }

  private set(change: Partial<DeskState>): void {
    this.state = { ...this.state, ...change };
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
