/**
 * Cornerstone, started once, when the first picture is to be shown. It draws without a graphics card: the same on every machine, measured at more than 60 slices a
 * second (`npm run bench viewer`), and with no need of WebAssembly, workers or a driver.
 */
import { RenderingEngine, init as startCore } from '@cornerstonejs/core';
import { init as startCornerstoneTools } from '@cornerstonejs/tools';
import { startPictures } from './pictures.ts';
import { chooseTool, startTools } from './tools.ts';

const ENGINE = 'lamplight';
let running: RenderingEngine | undefined;

export function engine(): RenderingEngine {
  if (!running) {
    startCore({ rendering: { useCPURendering: true } } as Parameters<typeof startCore>[0]);
    startCornerstoneTools();
    startPictures();
    startTools();
    running = new RenderingEngine(ENGINE);
    chooseTool('Window');
  }
  return running;
}
