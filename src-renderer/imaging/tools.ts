/** What the mouse does in a tile: the drags are ours, lines and regions are drawn by Cornerstone and measured by us. */
import {
  AngleTool,
  ArrowAnnotateTool,
  addTool,
  annotation as annotations,
  BaseTool,
  EllipticalROITool,
  Enums,
  LengthTool,
  ProbeTool,
  RectangleROITool,
  ToolGroupManager,
} from '@cornerstonejs/tools';
import { textLinesOf } from './mark-text.ts';
import { tileOf } from './tile-registry.ts';

const GROUP = 'lamplight';

export const drags = ['Window', 'Scroll', 'Pan', 'Zoom'] as const;
const markTools = ['Length', 'Angle', 'EllipticalROI', 'RectangleROI', 'Probe', 'ArrowAnnotate'] as const;
export type MarkTool = (typeof markTools)[number];
export type ToolName = (typeof drags)[number] | MarkTool;

export function isMarkTool(name: string): name is MarkTool {
  return markTools.some((tool) => tool === name);
}

/** One picture further for so much of a drag. */
const SCROLL_DRAG_PX = 8;
const ZOOM_DRAG_PX = 200;

/** What Cornerstone tells of a drag. */
interface Drag {
  detail: { element: HTMLDivElement; deltaPoints: { canvas: readonly [number, number] } };
}

class WindowDrag extends BaseTool {
  static override toolName = 'Window';
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    tileOf(element)?.windowBy(...deltaPoints.canvas);
  }
}

class PanDrag extends BaseTool {
  static override toolName = 'Pan';
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    tileOf(element)?.panBy(...deltaPoints.canvas);
  }
}

class ZoomDrag extends BaseTool {
  static override toolName = 'Zoom';
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    tileOf(element)?.zoomBy(Math.exp(-deltaPoints.canvas[1] / ZOOM_DRAG_PX));
  }
}

class ScrollDrag extends BaseTool {
  static override toolName = 'Scroll';
  private rest = 0;
  mouseDragCallback({ detail: { element, deltaPoints } }: Drag): void {
    this.rest += deltaPoints.canvas[1];
    const steps = Math.trunc(this.rest / SCROLL_DRAG_PX);
    this.rest -= steps * SCROLL_DRAG_PX;
    if (steps !== 0) tileOf(element)?.scrollBy(steps);
  }
}

/** Asks for the words of an arrow; set by the screen, which has a dialog for it. */
type AskText = (before: string) => Promise<string | undefined>;
let asking: AskText = async () => undefined;

export function askTextBy(ask: AskText): void {
  asking = ask;
}

export function askText(before: string): Promise<string | undefined> {
  return asking(before);
}

/** Called once, by the engine. */
export function startTools(): void {
  const worded = {
    getTextCallback: (done: (text: string | undefined) => void) => void askText('').then(done),
    changeTextCallback: (data: { text?: string }, _event: unknown, done: (text: string | undefined) => void) =>
      void askText(data.text ?? '').then((text) => done(text ?? data.text)),
  };
  const all = [
    WindowDrag,
    PanDrag,
    ZoomDrag,
    ScrollDrag,
    LengthTool,
    AngleTool,
    EllipticalROITool,
    RectangleROITool,
    ProbeTool,
    ArrowAnnotateTool,
  ];
  for (const tool of all) addTool(tool);
  const group = ToolGroupManager.createToolGroup(GROUP);
  for (const tool of all) {
    group?.addTool(
      tool.toolName,
      tool === ArrowAnnotateTool ? worded : isMarkTool(tool.toolName) ? measuredBy(tool.toolName) : {},
    );
  }
  const style = annotations.config.style.getDefaultToolStyles();
  annotations.config.style.setDefaultToolStyles({
    ...style,
    global: {
      ...style.global,
      // Legible on black and on white: bright, with a dark shadow.
      color: 'rgb(255, 221, 87)',
      colorHighlighted: 'rgb(120, 220, 255)',
      colorSelected: 'rgb(120, 220, 255)',
      colorLocked: 'rgb(255, 221, 87)',
      lineWidth: '1.5',
      lineDash: '',
      shadow: true,
      textBoxFontFamily: 'Inter Variable, sans-serif',
      textBoxFontSize: '12px',
      textBoxColor: 'rgb(255, 221, 87)',
      textBoxColorHighlighted: 'rgb(120, 220, 255)',
      textBoxColorSelected: 'rgb(120, 220, 255)',
      textBoxBackground: 'rgba(0, 0, 0, 0.6)',
      textBoxLinkLineWidth: '1',
      textBoxLinkLineDash: '2,3',
    },
  });
}

/** Cornerstone draws the lines that we worked out, and works out nothing itself. */
function measuredBy(tool: MarkTool) {
  // Some tools name one target, the rectangle names all: they show the same picture.
  const getTextLines = (data: Parameters<typeof textLinesOf>[1], target: string | readonly string[]) =>
    textLinesOf(tool, data, typeof target === 'string' ? target : (target[0] ?? ''));
  return { getTextLines, calculateStats: false, preventHandleOutsideImage: false };
}

export function joinTools(viewport: string, engine: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.addViewport(viewport, engine);
}

export function leaveTools(viewport: string, engine: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.removeViewports(engine, viewport);
}

/** What the first button of the mouse does; the middle one moves, the second enlarges, the wheel pages. */
export function chooseTool(name: ToolName): void {
  const group = ToolGroupManager.getToolGroup(GROUP);
  if (!group) return;
  for (const tool of [...drags, ...markTools]) {
    if (isMarkTool(tool)) group.setToolPassive(tool);
    else group.setToolDisabled(tool);
  }
  const bindings = new Map<ToolName, Enums.MouseBindings[]>([
    ['Pan', [Enums.MouseBindings.Auxiliary]],
    ['Zoom', [Enums.MouseBindings.Secondary]],
  ]);
  bindings.set(name, [...(bindings.get(name) ?? []), Enums.MouseBindings.Primary]);
  for (const [tool, buttons] of bindings) {
    group.setToolActive(tool, { bindings: buttons.map((mouseButton) => ({ mouseButton })) });
  }
}
