/** The thread that speaks with the network: what comes over the line is read here, away from the vault. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dimse from 'dcmjs-dimse';
import { AppError, errorAnswer } from '../../../src-shared/errors/index.ts';
import { memoryBytes, openAllowance } from './allowance.ts';
import { contextsOf, isStorage, Line, type StoredObject, TRANSFER_SYNTAXES } from './association.ts';
import {
  type DimseAddress,
  type FromThread,
  isTaken,
  limits,
  type Question,
  type Questions,
  type SubOperations,
  type ToThread,
} from './protocol.ts';

const { association, constants, requests, Dataset } = dimse;
const PENDING = [constants.Status.Pending, 0xff01];

const port = parentPort;
if (!port) throw new Error('this is a thread');
const say = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

/** Objects on their way to the vault. */
const keeping = new Map<number, (ok: boolean) => void>();
const cancels = new Map<number, () => void>();
let objects = 0;
let server: Server | undefined;
const sockets = new Set<Socket>();
/** One for everybody: sixteen senders together get no more than one. */
const allowance = openAllowance(Number(workerData?.memoryBytes ?? memoryBytes()));

function keep(object: StoredObject, of: number | undefined): Promise<boolean> {
  const number = ++objects;
  return new Promise((resolve) => {
    keeping.set(number, resolve);
    const bytes = object.bytes;
    say(
      { kind: 'object', object: number, of, from: object.from, sopInstance: object.sopInstance, bytes },
      bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [],
    );
  });
}

const questions: { [Name in Question]: (ask: Questions[Name]['ask'], id: number) => Promise<Questions[Name]['answer']> } = {
  async listen({ host, port, allowed }) {
    await deafen();
    const opened = createServer((socket) => welcome(socket, allowed));
    opened.maxConnections = limits.associations;
    await new Promise<void>((resolve, reject) => {
      opened.once('error', (error: NodeJS.ErrnoException) =>
        reject(new AppError('pacs-cannot-listen', { host, port, why: error.code ?? 'unknown' })),
      );
      opened.listen(port, host, resolve);
    });
    server = opened;
    const address = opened.address();
    return { port: typeof address === 'object' && address ? address.port : port };
  },
  async deafen() {
    await deafen();
    return {};
  },
  async echo({ to }, id) {
    await ask(to, [new requests.CEchoRequest()], id, {
      onResponse(response) {
        if (response.getStatus() !== constants.Status.Success) throw refused(response.getStatus());
      },
    });
    return {};
  },
  async find({ to, model, query, most }, id) {
    const request =
      model === 'worklist'
        ? requests.CFindRequest.createWorklistFindRequest(query)
        : requests.CFindRequest.createStudyFindRequest(query);
    const found: Questions['find']['answer']['found'] = [];
    let [more, size] = [false, 0];
    await ask(to, [request], id, {
      onResponse(response, line) {
        const status = response.getStatus();
        if (PENDING.includes(status)) {
          const { bytes, syntax } = response.getDataset()?.getElements() ?? {};
          if (!(bytes instanceof Uint8Array) || typeof syntax !== 'string') return;
          size += bytes.byteLength;
          if (found.length < most && size < limits.foundBytes) found.push({ bytes, syntax });
          else if (!more) {
            more = true;
            line.sendCancel(request);
          }
        } else if (!isTaken(status) && status !== constants.Status.Cancel) throw refused(status);
      },
    });
    return { found, more };
  },
  async get({ to, study }, id) {
    const request = requests.CGetRequest.createStudyGetRequest(study);
    return await subOperations(to, request, id, (object) => keep(object, id));
  },
  async move({ to, study, destination }, id) {
    return await subOperations(to, requests.CMoveRequest.createStudyMoveRequest(destination, study), id);
  },
  async store({ to, bytes }, id) {
    const request = new requests.CStoreRequest(asItIs(Buffer.from(bytes)));
    let [status, comment] = [-1, ''];
    await ask(to, [request], id, {
      onResponse(response) {
        status = response.getStatus();
        comment = response.getErrorComment() ?? '';
      },
    });
    if (status < 0) throw new AppError('pacs-not-taken');
    return { status, comment };
  },
};

/** Whatever name they call us by: many senders cannot be told ours. */
function welcome(socket: Socket, allowed: Questions['listen']['ask']['allowed']): void {
  sockets.add(socket);
  let from = '';
  const at = socket.remoteAddress ?? '';
  const line = new Line(socket, {
    admit(calling) {
      from = calling;
      const may = allowed.some(
        (one) => one.aeTitle === calling && (one.host === undefined || one.host === at || `::ffff:${one.host}` === at),
      );
      if (!may) say({ kind: 'turned-away', from: calling });
      return may;
    },
    keep: (object) => keep(object, undefined),
    allowance,
    noRoom: (calling) => say({ kind: 'no-room', from: calling }),
  });
  Object.assign(line, { connected: true }); // as the library's own server does: its time limits hang on it
  socket.on('close', () => {
    sockets.delete(socket);
    say({ kind: 'end', from });
  });
}

async function deafen(): Promise<void> {
  const closing = server;
  server = undefined;
  if (!closing) return;
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => closing.close(() => resolve()));
}

interface Listening {
  onResponse(response: dimse.responses.Response, line: Line): void;
  keep?(object: StoredObject): Promise<boolean>;
  /** For a C-GET: objects come back over this line, so we offer to store them (role of the provider). */
  storing?: boolean;
}

/** Opens a line, asks, waits for the end, lets go. @throws AppError pacs-unreachable, pacs-refused, pacs-not-taken, cancelled */
function ask(to: DimseAddress, asked: dimse.requests.Request[], id: number, listening: Listening): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port });
    const line = new Line(socket, { keep: listening.keep ?? (async () => false), allowance });
    const end = (problem?: AppError) => {
      cancels.delete(id);
      socket.destroy();
      if (problem) reject(problem);
      else resolve();
    };
    cancels.set(id, () => end(new AppError('cancelled')));
    const patience = setTimeout(() => end(new AppError('pacs-unreachable')), limits.connectMs);
    socket.on('error', () => end(new AppError('pacs-unreachable')));
    socket.on('close', () => {
      clearTimeout(patience);
      end(new AppError('pacs-broke-off'));
    });
    let answered = 0;
    for (const request of asked) {
      request.on('response', (response: dimse.responses.Response) => {
        if (!PENDING.includes(response.getStatus())) answered++;
        try {
          listening.onResponse(response, line);
        } catch (thrown) {
          end(thrown instanceof AppError ? thrown : new AppError('pacs-not-understood'));
        }
      });
    }
    line.on('connect', () => line.sendAssociationRequest(offer(to, asked, listening.storing === true)));
    line.on('associationAccepted', (accepted: dimse.association.Association) => {
      clearTimeout(patience);
      const { Accept } = constants.PresentationContextResult;
      const some = contextsOf(accepted).some((one) => accepted.getPresentationContext(one.id).getResult() === Accept);
      if (!some) return end(new AppError('pacs-not-taken'));
      line.sendRequests(asked);
    });
    line.on('associationRejected', () =>
      end(new AppError('pacs-refused', { what: `it does not know the name ${to.calling} or ${to.called}` })),
    );
    line.on('abort', () => end(new AppError('pacs-broke-off')));
    line.on('networkError', () => end(new AppError('pacs-broke-off')));
    // The library calls a request done at 0xFF01 already, with which many archives send each of their answers (PS3.4 C.4.1.1.4).
    line.on('done', () => {
      if (answered >= asked.length) line.sendAssociationReleaseRequest();
    });
    line.on('associationReleaseResponse', () => end());
  });
}

/** Presentation contexts for what is asked; PS3.8 allows 128 of them. */
function offer(to: DimseAddress, asked: dimse.requests.Request[], storing: boolean): dimse.association.Association {
  const wanted = new association.Association(to.calling, to.called);
  wanted.setMaxPduLength(65_536);
  for (const request of asked) {
    const dataset = request instanceof requests.CStoreRequest ? request.getDataset() : undefined;
    const id = wanted.addPresentationContext(request.getAffectedSopClassUid() ?? request.getRequestedSopClassUid() ?? '');
    for (const syntax of dataset ? [dataset.getTransferSyntaxUid()] : TRANSFER_SYNTAXES.slice(0, 2))
      wanted.addTransferSyntaxToPresentationContext(id, syntax);
  }
  if (storing) {
    for (const sopClass of Object.values(constants.StorageClass)
      .filter((uid) => typeof uid === 'string' && isStorage(uid))
      .slice(0, 120)) {
      const id = wanted.addPresentationContext(sopClass);
      for (const syntax of TRANSFER_SYNTAXES) wanted.addTransferSyntaxToPresentationContext(id, syntax);
      const context = wanted.getPresentationContext(id);
      context.setUserRole(false);
      context.setProviderRole(true);
    }
  }
  return wanted;
}

async function subOperations(
  to: DimseAddress,
  request: dimse.requests.CGetRequest | dimse.requests.CMoveRequest,
  id: number,
  keepObject?: (object: StoredObject) => Promise<boolean>,
): Promise<SubOperations> {
  const counts = { completed: 0, failed: 0, warnings: 0 };
  await ask(to, [request], id, {
    storing: keepObject !== undefined,
    ...(keepObject ? { keep: keepObject } : {}),
    onResponse(response) {
      const status = response.getStatus();
      const of = (name: string) => Number(response.getCommandDataset().getElement(name) ?? 0);
      counts.completed = Math.max(counts.completed, of('NumberOfCompletedSuboperations'), of('NumberOfCompletedSubOperations'));
      counts.failed = Math.max(counts.failed, of('NumberOfFailedSuboperations'), of('NumberOfFailedSubOperations'));
      counts.warnings = Math.max(counts.warnings, of('NumberOfWarningSuboperations'), of('NumberOfWarningSubOperations'));
      if (!PENDING.includes(status) && !isTaken(status)) throw refused(status);
    },
  });
  return counts;
}

function refused(status: number): AppError {
  return new AppError('pacs-refused', { what: `status ${status.toString(16).padStart(4, '0')}` });
}

/** What the library would write anew, without private attributes, goes out byte for byte as the file has it. */
class Original extends Dataset {
  private readonly bytes: Buffer;

  constructor(meta: Map<number, string>, bytes: Buffer) {
    super({ SOPClassUID: meta.get(0x0002), SOPInstanceUID: meta.get(0x0003) }, meta.get(0x0010));
    this.bytes = bytes;
  }

  override getDenaturalizedDataset(): Buffer {
    return this.bytes;
  }
}

/** A Part 10 file (PS3.10 7.1): meta information, and the data set after it. */
function asItIs(bytes: Buffer): Original {
  if (bytes.length < 144 || bytes.toString('latin1', 128, 132) !== 'DICM') throw new AppError('dicom-not');
  const meta = new Map<number, string>();
  let at = 132;
  while (at + 12 <= bytes.length && bytes.readUInt16LE(at) === 0x0002) {
    const long = ['OB', 'UN', 'UT', 'OW'].includes(bytes.toString('latin1', at + 4, at + 6));
    const size = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const from = at + (long ? 12 : 8);
    meta.set(bytes.readUInt16LE(at + 2), bytes.toString('latin1', from, from + size).replace(/[\0 ]+$/, ''));
    at = from + size;
  }
  if (!meta.get(0x0010) || !meta.get(0x0002) || !meta.get(0x0003)) throw new AppError('dicom-not');
  return new Original(meta, bytes.subarray(at));
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'kept') {
    keeping.get(message.object)?.(message.ok);
    keeping.delete(message.object);
    return;
  }
  if (message.kind === 'cancel') return cancels.get(message.id)?.();
  const { id, question } = message;
  // The core sends each question with its own kind of ask.
  (questions[question] as (ask: unknown, id: number) => Promise<unknown>)(message.ask, id).then(
    (answer) => say({ kind: 'answer', id, answer }),
    (thrown: unknown) => say({ kind: 'error', id, error: errorAnswer(thrown) }),
  );
});
