/** The archive with data: found, being fetched, fetched, waiting for a decision, broken off, cancelled; and its settings. */
import { openWebArchive, type WebArchive } from '../../fixtures/web-archive.ts';
import { sendContradiction } from '../contradicting-scanner.ts';
import type { Camera, Picture } from './camera.ts';

export function archivePictures({ page, at, button }: Camera): Picture[] {
  let archive: WebArchive | undefined;
  const settings = page.getByRole('region', { name: 'Archives (PACS)' });
  const found = page.getByRole('list', { name: 'Studies found' });
  const fetch = (study: number) =>
    found
      .getByRole('listitem')
      .nth(study)
      .getByRole('button', { name: /^Fetch/ })
      .click();
  return [
    [
      'settings-archive-form',
      async () => {
        archive = await openWebArchive();
        await at('/settings');
        await button('Add an archive').click();
        await settings.getByLabel('Name', { exact: true }).fill('Hospital archive');
        await settings.getByLabel('How it is reached').selectOption('dicomweb');
        await settings.getByLabel('Root of its services').fill(archive.url);
      },
    ],
    [
      'settings-archive',
      async () => {
        await button('Save this archive').click();
        await button('Try Hospital archive').click();
        await page.getByText(/answers, after/).waitFor();
      },
    ],
    [
      'archive-found',
      async () => {
        await at('/archive');
        await page.getByLabel('From day').fill('2025-01-01');
        await button('Search').click();
        await found.waitFor();
      },
    ],
    [
      'archive-fetching',
      async () => {
        await fetch(0);
        await page.getByText('objects are in the chart').waitFor();
        await fetch(1);
        await page.getByText('of 24 objects').waitFor();
        await fetch(2);
        await page.getByText('broke the connection off').waitFor();
      },
    ],
    [
      'archive-cancelled',
      async () => {
        await page.getByRole('button', { name: /^Cancel/ }).click();
        await page.getByText('Fetching was cancelled').waitFor();
        await fetch(5);
        await page.getByRole('link', { name: 'Decide under Images' }).waitFor();
      },
    ],
    [
      'images-waiting',
      async () => {
        await page.getByRole('link', { name: 'Decide under Images' }).click();
        await button('It is this one').first().waitFor();
        archive?.close();
      },
    ],
    [
      'images-throw-away',
      async () => {
        await button('Throw away').click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'settings-set-aside',
      async () => {
        await page.keyboard.press('Escape');
        await at('/settings');
        await settings.getByRole('switch', { name: 'Take what is sent here' }).waitFor();
        await sendContradiction(page);
        await settings.getByRole('button', { name: 'Discard what SCANNER sent' }).scrollIntoViewIfNeeded();
      },
    ],
    [
      'archive-set-aside',
      async () => {
        await at('/archive');
        await button('Discard what SCANNER sent').scrollIntoViewIfNeeded();
      },
    ],
    [
      'archive-discard-set-aside',
      async () => {
        await button('Discard what SCANNER sent').click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'archive-unreachable',
      async () => {
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await at('/archive');
        await page.getByLabel('Family name').fill('Wanjiru');
        await button('Search').click();
        await page.getByText('cannot be reached').waitFor();
      },
    ],
  ];
}
