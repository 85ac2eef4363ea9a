/** Addresses of the chart, by the names that the pictures have. */
import type { Locator, Page } from 'playwright-core';

export const chartTabs = [
  'summary',
  'timeline',
  'problems',
  'allergies',
  'medicines',
  'vitals',
  'labs',
  'letters',
  'images',
  'notes',
  'visits',
  'team',
  'record',
] as const;

/** Where the name and the address of a tab differ. */
const paths: Readonly<Record<string, string>> = { summary: '', letters: 'documents', visits: 'encounters' };

export function tabAddress(chart: string, tab: (typeof chartTabs)[number]): string {
  return `${chart}/${paths[tab] ?? tab}`;
}

/** `/patient/ID` of the chart that is open. */
export function chartAddress(page: Page): string {
  return /#(\/patient\/[^/]+)/.exec(page.url())?.[1] ?? '';
}

/** What stands where something is waited for. */
export function skeleton(page: Page): Locator {
  return page.locator('[role="status"][aria-label^="Loading"] > *').first();
}
