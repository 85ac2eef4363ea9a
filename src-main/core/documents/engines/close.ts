import { closeNeural } from './neural/neural.ts';
import { closeTesseract } from './tesseract.ts';

/** Ends the threads of both engines, which otherwise stay warm for half a minute. */
export async function closeEngines(): Promise<void> {
  closeNeural();
  await closeTesseract();
}
