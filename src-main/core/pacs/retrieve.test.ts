/** What an archive answers over the web, well and badly: what was asked for comes in, what was not waits, what is hostile is a sentence. */
import 'reflect-metadata';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { gzipSync } from 'node:zlib';
import { X509CertificateGenerator } from '@peculiar/x509';
import { expect, test } from 'vitest';
import type { ImagingImportResult } from '../../../src-shared/contract/imaging.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type TestCore, testCore } from '../../../tests/fixtures/core.ts';
import { madePicture } from '../../../tests/fixtures/dicom.ts';
import { boundaryOf, parts } from './multipart.ts';

type Client = Awaited<ReturnType<TestCore['create']>>;
const MULTIPART = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' };
const part = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'), bytes, Buffer.from('\r\n')]);
const END = Buffer.from('--b--\r\n');

/** A vault and an archive that answers everything with `answer`. */
async function withArchive(
  answer: (response: ServerResponse, headers: Record<string, unknown>) => void,
  body: (fetchStudy: (patient?: string) => Promise<ImagingImportResult>, client: Client, core: TestCore) => Promise<void>,
): Promise<void> {
  const core = await testCore();
  const web = createServer((request, response) => answer(response, request.headers));
  try {
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const client = await core.create();
    const peer = await save(client, `http://127.0.0.1:${portOf(web)}`);
    await body(
      async (patient) => {
        const { job } = await client.call('pacs.retrieve', {
          peer,
          study: '1.2.3.1',
          ...(patient ? { patient: patientId.parse(patient) } : {}),
        });
        return (await core.core.clinic()?.jobs.wait(job)) as ImagingImportResult; // as the contract says
      },
      client,
      core,
    );
    expect(core.bugs).toEqual([]);
  } finally {
    web.closeAllConnections();
    web.close();
    await core.remove();
  }
}

const portOf = (server: { address(): unknown }) => {
  const address = server.address();
  return typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0;
};

const save = async (client: Client, url: string) =>
  (
    await client.call('pacs.savePeer', {
      name: 'Web',
      serves: ['archive'],
      address: { kind: 'dicomweb', url, userName: 'reader' },
      password: 'tidal lantern',
    })
  ).id;

test('objects of another study or of somebody else never come into the chart of the one asked for: they wait', () =>
  withArchive(
    (response) => {
      response.writeHead(200, MULTIPART);
      for (const picture of [
        { uid: '1.2.3.10' },
        { uid: '1.2.3.11', study: '1.2.99.1' },
        { uid: '1.2.3.12', name: 'Okonkwo^Ada', sex: 'F' },
        { uid: '1.2.3.13', id: 'OTHER-1' },
      ])
        response.write(part(madePicture(picture)));
      response.end(END);
    },
    async (fetchStudy, client) => {
      const { id } = await client.call('patients.register', {
        family: 'Okafor',
        given: 'Chidi',
        birthDate: '1970-01-02',
        sex: 'male',
        identifier: { value: 'MRN-4711' },
      });
      const { results, waiting } = await fetchStudy(id);
      expect(results.map(({ patients }) => patients)).toEqual([[id], [], [], []]);
      expect(waiting).toHaveLength(3);
      expect((await client.call('imaging.studies', { patient: patientId.parse(id) })).studies).toMatchObject([
        { uid: '1.2.3.1', instances: 1 },
      ]);
      const { items } = await client.call('imaging.review', {});
      expect(items.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('another study'),
        expect.stringContaining('another name, number or birth date'),
        expect.stringContaining('another name, number or birth date'),
      ]);
      // Without a patient said, another study still waits, and nobody is registered for it.
      const again = await fetchStudy();
      expect(again.results.map(({ patients }) => patients.length)).toEqual([1, 0, 0, 0]);
    },
  ));

test('an archive that breaks off keeps what came whole, and says so', () =>
  withArchive(
    (response) => {
      response.writeHead(200, MULTIPART);
      response.write(part(madePicture()));
      response.end(part(madePicture({ uid: '1.2.3.4' })).subarray(0, 300));
    },
    async (fetchStudy, client) => {
      await expect(fetchStudy()).rejects.toMatchObject({ code: 'pacs-broke-off' });
      const found = (await client.call('patients.search', { text: 'Okafor' })).results[0];
      expect((await client.call('imaging.studies', { patient: patientId.parse(found?.id) })).studies).toMatchObject([
        { instances: 1 },
      ]);
    },
  ));

test('answers that are no answer are told apart, in sentences', async () => {
  const hosts: string[] = [];
  const elsewhere = createServer((request, response) => {
    hosts.push(String(request.headers.authorization));
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const answers: [string, (response: ServerResponse) => void][] = [
    [
      'pacs-not-understood',
      (response) => response.writeHead(200, { 'content-type': 'multipart/related' }).end('--b\r\n\r\nx\r\n--b--'),
    ],
    ['pacs-not-understood', (response) => response.writeHead(200, { 'content-type': 'text/html; boundary=b' }).end('<html>')],
    ['pacs-not-understood', (response) => response.writeHead(200, MULTIPART).end(`--b\r\nX: ${'x'.repeat(40_000)}`)],
    ['pacs-not-understood', (response) => response.writeHead(200, MULTIPART).end('x'.repeat(40_000))],
    [
      'pacs-not-understood',
      (response) => response.writeHead(200, { ...MULTIPART, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000))),
    ],
    ['not-found', (response) => response.writeHead(200, MULTIPART).end('--b--\r\n')],
    ['not-found', (response) => response.writeHead(404).end()],
    ['pacs-refused', (response) => response.writeHead(401).end()],
    ['pacs-refused', (response) => response.writeHead(500).end('a trace')],
    ['pacs-broke-off', (response) => response.writeHead(200, MULTIPART).end()],
    ['pacs-elsewhere', (response) => response.writeHead(302, { location: `http://127.0.0.1:${portOf(elsewhere)}/` }).end()],
    ['pacs-elsewhere', (response) => response.writeHead(307, { location: '//' }).end()],
  ];
  try {
    let next = 0;
    await withArchive(
      (response) => answers[next]?.[1](response),
      async (fetchStudy) => {
        for (const [index, [code]] of answers.entries()) {
          next = index;
          const said = await fetchStudy().then(
            () => 'nothing',
            (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
          );
          expect([index, said]).toEqual([index, code]);
        }
      },
    );
    expect(hosts, 'nobody followed, so the password went nowhere').toEqual([]);
  } finally {
    elsewhere.close();
  }
});

test('a certificate that nobody vouches for ends it before the password goes out', async () => {
  const core = await testCore();
  const seen: string[] = [];
  const { cert, key } = await selfSigned();
  const web = createTlsServer({ cert, key }, (request, response) => {
    seen.push(String(request.headers.authorization));
    response.end();
  });
  try {
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const client = await core.create();
    const peer = await save(client, `https://127.0.0.1:${portOf(web)}`);
    await expect(client.call('pacs.echo', { peer })).rejects.toMatchObject({
      code: 'pacs-certificate',
      message: expect.stringContaining('signed by nobody but itself'),
    });
    expect(seen).toEqual([]);
    await expect(save(client, 'https://reader:tidal@pacs.example/dicom-web')).rejects.toMatchObject({ code: 'invalid-input' });
  } finally {
    web.close();
    await core.remove();
  }
});

test('parts of a multipart answer come out whole, wherever the pieces are cut; a part too large is stopped on the way', async () => {
  const body = Buffer.from(
    'preamble\r\n--b\r\nContent-Type: application/dicom\r\n\r\nfirst\r\n--b\r\nContent-Type: application/dicom\r\n\r\nse\r\n-cond\r\n--b--\r\nepilogue',
  );
  const read = async (size: number, bytes: number) => {
    const cut = async function* () {
      for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
    };
    const found: string[] = [];
    for await (const one of parts(cut(), 'b', { bytes, headerBytes: 100 })) found.push(one.toString());
    return found;
  };
  for (let size = 1; size < 40; size += 3) expect(await read(size, 10)).toEqual(['first', 'se\r\n-cond']);
  await expect(read(7, 4)).rejects.toMatchObject({ code: 'file-too-large' });
  expect([
    boundaryOf('multipart/related; boundary="a b"; type=x'),
    boundaryOf('multipart/related; boundary=a'),
    boundaryOf('multipart/related'),
  ]).toEqual(['a b', 'a', undefined]);
});

/** As an archive in a cellar has one. */
async function selfSigned(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({ name: 'CN=127.0.0.1', keys, signingAlgorithm: algorithm });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert: made.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n` };
}
