/** One square of the viewer: a stack of pictures, which of them is shown, and how it is looked at. Cornerstone holds geometry and marks; what it looks like is ours. */
import { Enums, type Types } from '@cornerstonejs/core';
import { onChanged } from './changes.ts';
import { look } from './draw.ts';
import { engine } from './engine.ts';
import type { LoadedPicture, Picture } from './picture.ts';
import { know, pixelsOf } from './pictures.ts';
import type { Point, Turn } from './plane.ts';
import { addTile, removeTile } from './tile-registry.ts';
import { joinTools, leaveTools } from './tools.ts';
import { narrowest, ownTable, type Shown, type Window } from './windows.ts';

const ZOOM_MAX = 40;
const ZOOM_MIN = 0.02;
/** How far the mouse goes for one whole width of what the picture holds. */
const WINDOW_DRAG_PX = 600;

export interface TileState {
  index: number;
  count: number;
  /** Picture points for one point of the screen. */
  zoom: number;
  window: Window;
  /** What a table of the file that is shown through, instead of the window, calls itself. */
  table?: string | undefined;
  invert: boolean;
  turn: Turn;
  status: 'empty' | 'loading' | 'shown' | 'failed';
  error?: unknown;
}

/** One of the windows, or of the tables, that each file brings, counted from 0. */
export type OwnView = { window: number } | { table: number };

const none: TileState = {
  index: 0,
  count: 0,
  zoom: 1,
  window: { center: 127.5, width: 256 },
  invert: false,
  turn: { rotation: 0, flipHorizontal: false, flipVertical: false },
  status: 'empty',
};

export class Tile {
  readonly id: string;
  readonly element: HTMLDivElement;
  state: TileState = none;
  pictures: readonly Picture[] = [];
  /** Set by hand; otherwise each picture comes with its own. */
  private chosen: { window?: Window; table?: Shown['table']; own?: OwnView } = {};
  private readonly listeners = new Set<() => void>();
  private showing = 0;
  private moving = false;
  private wanted = 0;
  private planes = true;
  private readonly stopChanges: () => void;
  private readonly resizing: ResizeObserver;

  constructor(id: string, element: HTMLDivElement) {
    this.id = id;
    this.element = element;
    engine().enableElement({ viewportId: id, element, type: Enums.ViewportType.STACK });
    // Cornerstone swallows keys on what has the focus: the desk around it is to have it.
    element.removeAttribute('tabindex');
    joinTools(id, engine().id);
    addTile(this);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(element);
    this.stopChanges = onChanged((picture) => {
      if ((picture === this.picture?.id || picture === '*') && this.state.status === 'shown') this.redraw();
    });
  }

  close(): void {
    this.resizing.disconnect();
    this.stopChanges();
    this.showing++;
    removeTile(this);
    leaveTools(this.id, engine().id);
    this.listeners.clear();
    engine().disableElement(this.id);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): TileState => this.state;

  get viewport(): Types.IStackViewport {
    // Enabled above as a stack.
    return engine().getViewport(this.id) as Types.IStackViewport;
  }

  /** The picture that is asked for; its pixels may still be on their way. */
  get picture(): Picture | undefined {
    return this.pictures[this.state.index];
  }

  get loaded(): LoadedPicture | undefined {
    return this.picture && pixelsOf(this.picture.id);
  }

  /** Shows a stack from one of its pictures on; view and window begin anew. */
  async show(pictures: readonly Picture[], index: number): Promise<void> {
    const mine = ++this.showing;
    know(pictures);
    this.pictures = pictures;
    this.chosen = {};
    this.moving = false;
    const at = Math.min(Math.max(0, index), Math.max(0, pictures.length - 1));
    this.wanted = at;
    this.set({ ...none, index: at, count: pictures.length, status: pictures.length === 0 ? 'empty' : 'loading' });
    if (pictures.length === 0) return;
    try {
      await this.viewport.setStack(
        pictures.map(({ id }) => id),
        at,
      );
      if (mine !== this.showing) return;
      this.viewport.resetCamera();
      this.afterPicture();
    } catch (error) {
      if (mine === this.showing) this.set({ ...this.state, status: 'failed', error });
    }
  }

  scrollBy(steps: number): void {
    this.scrollTo(this.wanted + steps);
  }

  /** The last wanted is shown; those passed over on the way are not waited for. */
  scrollTo(index: number): void {
    const at = Math.min(Math.max(0, index), this.pictures.length - 1);
    if (at === this.wanted || at < 0) return;
    this.wanted = at;
    if (!this.moving) void this.move();
  }

  private async move(): Promise<void> {
    const mine = this.showing;
    this.moving = true;
    while (mine === this.showing && this.state.index !== this.wanted) {
      const index = this.wanted;
      try {
        // Cornerstone's answer comes after its drawing was asked for.
        await this.viewport.setImageIdIndex(index);
        if (mine !== this.showing) return;
        this.state = { ...this.state, index };
        this.afterPicture();
      } catch (error) {
        if (mine !== this.showing) return;
        this.set({ ...this.state, index, status: 'failed', error });
      }
    }
    this.moving = false;
  }

  /** The window of the file, or the one chosen by hand. */
  private afterPicture(): void {
    const image = this.viewport.getCornerstoneImage();
    const view = this.chosen.own;
    const named = view && 'window' in view ? this.loaded?.frame.header.windows[view.window] : undefined;
    const own = named ?? { center: Number(image?.windowCenter ?? 127.5), width: Number(image?.windowWidth ?? 256) };
    this.set({
      ...this.state,
      status: 'shown',
      error: undefined,
      window: this.chosen.window ?? { center: own.center, width: own.width },
    });
    this.redraw();
  }

  setWindow(window: Window | undefined, table?: Shown['table']): void {
    const least = narrowest(this.loaded?.frame.header ?? { slope: 1 });
    this.chosen = { window: window && { center: window.center, width: Math.max(least, window.width) }, table };
    if (this.state.status === 'shown') this.afterPicture();
  }

  /** What the file offers to be looked at through; where several do, each picture through its own. */
  setOwn(own: OwnView): void {
    this.chosen = { own };
    if (this.state.status === 'shown') this.afterPicture();
  }

  /** By a drag: right is wider, down is darker. */
  windowBy(x: number, y: number): void {
    const spread = this.loaded?.spread;
    if (!spread) return;
    const least = narrowest(this.loaded?.frame.header ?? { slope: 1 });
    const step = Math.max(spread.high - spread.low, 16 * least) / WINDOW_DRAG_PX;
    const { center, width } = this.state.window;
    this.setWindow({ center: center + y * step, width: width + x * step });
  }

  /** Overlay planes of the file on or off. */
  showPlanes(on: boolean): void {
    if (on === this.planes) return;
    this.planes = on;
    if (this.state.status === 'shown') this.redraw();
  }

  invert(): void {
    this.set({ ...this.state, invert: !this.state.invert });
    this.redraw();
  }

  turnTo(turn: Partial<Turn>): void {
    const next = { ...this.state.turn, ...turn };
    // Without a graphics card this is Cornerstone's only way to turn; its types keep it to themselves.
    (this.viewport as unknown as { setRotation(degrees: number): void }).setRotation(next.rotation);
    this.viewport.setCamera({ flipHorizontal: next.flipHorizontal, flipVertical: next.flipVertical });
    this.set({ ...this.state, turn: next });
    this.redraw();
  }

  rotate(by: 90 | -90): void {
    this.turnTo({ rotation: (this.state.turn.rotation + by + 360) % 360 });
  }

  /** As seen on the screen, also when the picture is turned. */
  flip(how: 'horizontal' | 'vertical'): void {
    const { rotation, flipHorizontal, flipVertical } = this.state.turn;
    const lying = rotation % 180 !== 0;
    if ((how === 'horizontal') !== lying) this.turnTo({ flipHorizontal: !flipHorizontal });
    else this.turnTo({ flipVertical: !flipVertical });
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.viewport.getZoom() * factor);
  }

  zoomTo(zoom: number): void {
    if (this.state.status !== 'shown') return;
    this.viewport.setZoom(Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, zoom)));
    this.redraw();
  }

  panBy(x: number, y: number): void {
    if (this.state.status !== 'shown') return;
    const { clientWidth, clientHeight } = this.element;
    const focalPoint = this.viewport.canvasToWorld([clientWidth / 2 - x, clientHeight / 2 - y]);
    this.viewport.setCamera({ focalPoint });
    this.redraw();
  }

  /** Window, place and turn as in the beginning. */
  reset(): void {
    if (this.state.status !== 'shown') return;
    this.chosen = {};
    this.set({ ...this.state, invert: false });
    this.turnTo(none.turn);
    this.viewport.resetCamera();
    this.afterPicture();
  }

  /** A point of the picture on the screen, from the top left corner of the tile. */
  toScreen([column, row]: Point): Point {
    const { plane } = this.picture ?? {};
    if (!plane) return [0, 0];
    const { origin, right, down, spacing } = plane;
    const world = origin.map(
      (one, axis) => one + (right[axis] ?? 0) * column * spacing[1] + (down[axis] ?? 0) * row * spacing[0],
    );
    const [x, y] = this.viewport.worldToCanvas([world[0] ?? 0, world[1] ?? 0, world[2] ?? 0]);
    return [x, y];
  }

  /** The table that stands in the place of a window. */
  private get table(): Shown['table'] {
    const { table, window, own } = this.chosen;
    if (own) return 'table' in own ? this.loaded?.frame.header.voiTables[own.table] : undefined;
    return table ?? (window || !this.loaded ? undefined : ownTable(this.loaded.frame.header));
  }

  redraw(): void {
    const { canvas } = this.viewport;
    const { table } = this;
    look(canvas, { ...this.state.window, invert: this.state.invert, table, planes: this.planes });
    this.viewport.render();
    this.set({
      ...this.state,
      table: table && (table.explanation ?? ''),
      zoom: this.viewport.getZoom() / (window.devicePixelRatio || 1),
    });
  }

  private resize(): void {
    if (this.element.clientWidth === 0 || this.state.status === 'empty') return;
    this.viewport.resize();
    if (this.state.status !== 'shown') return;
    // The frame has another size: its transformation is worked out again.
    this.viewport.setCamera({});
    this.redraw();
  }

  private set(state: TileState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
