/** The window's menu: what the page's own commands are called is in one list with the page; the rest is what every window has. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { type MenuCommand, menuCommands } from '../../src-shared/contract/shell.ts';

export function setMenu(run: (command: MenuCommand) => void): void {
  const commands = (menu: string): MenuItemConstructorOptions[] =>
    menuCommands
      .filter((command) => command.menu === menu)
      .map((command) => ({
        label: command.label,
        click: () => run(command.id),
        ...('key' in command ? { accelerator: command.key, registerAccelerator: false } : {}),
      }));
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  if (!app.isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: 'File', submenu: [...commands('file'), { type: 'separator' }, { role: 'quit' }] },
      {
        label: 'Edit',
        submenu: [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ],
      },
      { label: 'Go', submenu: commands('go') },
      { label: 'View', submenu: view },
      { label: 'Help', submenu: commands('help') },
    ]),
  );
}
