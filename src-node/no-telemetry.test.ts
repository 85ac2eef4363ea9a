import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './root.ts';

const SMALL = join(root, 'src-main/core/reading/fixtures/models/tiny-films/model.onnx');

test('a model that is run sends nothing and leaves nothing in the temporary folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-quiet-'));
  const script = `
    import '${join(root, 'src-node/no-telemetry.ts')}';
    const { InferenceSession } = await import('onnxruntime-node');
    await InferenceSession.create(${JSON.stringify(SMALL)});
    process.exit();`;
  try {
    const { ORT_DISABLE_TELEMETRY: _off, ...env } = process.env;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, env: { ...env, TMPDIR: folder } });
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each(['src-main/cli/main.ts', 'src-main/core/main.ts', 'src-server/main.ts'])('%s begins with it', (entry) => {
  expect(readFileSync(join(root, entry), 'utf8')).toContain("src-node/no-telemetry.ts';");
});
