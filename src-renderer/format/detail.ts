/** The second line of a chart entry, as the core puts it together: dates and numbers in it are shown as everywhere else. */
import { day } from './dates.ts';
import { readable } from './numbers.ts';

export function detail(text: string): string {
  return readable(text).replace(/\b\d{4}-\d{2}-\d{2}\b/g, (date) => day(date));
}
