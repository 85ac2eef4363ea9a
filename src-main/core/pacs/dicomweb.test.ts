/** What an archive refuses must not count as sent: somebody relies on it being there. */
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { stow } from './dicomweb.ts';

const failed = (uid: string) => ({
  '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
  '00081155': { vr: 'UI', Value: [uid] },
  '00081197': { vr: 'US', Value: [49442] },
});
const answer = {
  '00081190': { vr: 'UR', Value: ['http://archive.example/studies/1.2'] },
  '00081198': { vr: 'SQ', Value: [failed('1.2.1'), failed('1.2.2')] },
  '00081199': { vr: 'SQ', Value: [failed('1.2.3')] },
};

async function sendThree(status: number, body: string) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    return await stow({ url }, '1.2', [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('objects that the archive names as failed were refused, all others sent', async () => {
  expect(await sendThree(202, JSON.stringify(answer))).toEqual({ sent: 1, refused: 2 });
  expect(await sendThree(202, JSON.stringify([answer]))).toEqual({ sent: 1, refused: 2 });
  expect(await sendThree(200, JSON.stringify({ '00081199': answer['00081199'] }))).toEqual({ sent: 3, refused: 0 });
});

test('an archive that names more failures than it was sent has refused all of them', async () => {
  const many = { '00081198': { vr: 'SQ', Value: ['1.2.1', '1.2.2', '1.2.3', '1.2.4'].map(failed) } };
  expect(await sendThree(202, JSON.stringify(many))).toEqual({ sent: 0, refused: 3 });
});

test('"all were stored" and "none was" need no list', async () => {
  expect(await sendThree(200, '')).toEqual({ sent: 3, refused: 0 });
  expect(await sendThree(409, '<html>')).toEqual({ sent: 0, refused: 3 });
});

test('where some failed and nobody can read which, nothing is said to be sent', async () => {
  await expect(sendThree(202, '<NativeDicomModel/>')).rejects.toMatchObject({ code: 'pacs-not-understood' });
});
