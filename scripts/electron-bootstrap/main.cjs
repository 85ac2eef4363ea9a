// Stands where an official Electron has its default_app.asar: takes the first argument that is not a flag as the folder of the application and runs its main.
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  process.stderr.write('usage: electron [flags] FOLDER\n');
  app.exit(2);
} else {
  const root = path.resolve(folder);
  const described = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  process.defaultApp = true;
  if (described.productName || described.name) app.setName(described.productName || described.name);
  if (described.version) app.setVersion(described.version);
  app.setAppPath(root);
  require(path.join(root, described.main));
}
