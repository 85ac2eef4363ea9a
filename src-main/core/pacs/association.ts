/** One line to another station, in either direction, over dcmjs-dimse. Objects are kept as they come over the line, not parsed and written anew. */
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { association, requests } from 'dcmjs-dimse';
import dimse from 'dcmjs-dimse';
import { type Allowance, Sink } from './allowance.ts';
import { guard } from './guard.ts';
import { part10 } from './part10.ts';
import { limits } from './protocol.ts';

const { Dataset, Scp, constants, responses } = dimse;
dimse.log.setLevel('silent'); // it would write names and numbers of patients

/** Transfer syntaxes that are taken (PS3.5 annex A): all that the decoder of this program knows. */
export const TRANSFER_SYNTAXES = [
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.5',
  ...['50', '51', '57', '70', '80', '81', '90', '91', '201', '202', '203'].map((last) => `1.2.840.10008.1.2.4.${last}`),
] as const;

const VERIFICATION = '1.2.840.10008.1.1';
/** Storage SOP classes lie under these roots (PS3.4 B.5): pictures, waveforms, reports, documents, presentation states; RT; and private ones of the makers. */
export const isStorage = (sopClass: string) => /^1\.2\.840\.10008\.5\.1\.4\.(1\.1\.|34\.7|43\.1|44\.1|45\.1)/.test(sopClass);

/**
 * Answers stay bytes until our own parser reads them: the library breaks the line off where a name is in a character set that it does not know. It reads a data set in this method, which its types leave
 * out; command sets come without the option and are read as before.
 */
const reading = Dataset.prototype as unknown as { _fromElementsBuffer(bytes: Buffer, syntax: string, options: object): object };
const readByLibrary = reading._fromElementsBuffer;
reading._fromElementsBuffer = function (bytes, syntax, options) {
  return 'asItIs' in options ? { bytes: Uint8Array.from(bytes), syntax } : readByLibrary.call(this, bytes, syntax, options);
};

/** The sender keeps it and tries again later (PS3.4 B.2.3). */
const OUT_OF_RESOURCES = 0xa700;

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly sopInstance: string;
  readonly from: string;
}

export interface Side {
  /** Who may come in, and as what; left out on lines that we open. */
  admit?(calling: string): boolean;
  /** Answers when the object is durably kept. */
  keep(object: StoredObject): Promise<boolean>;
  /** Memory that this line shares with the others. */
  readonly allowance: Allowance;
  /** An object was too much for it; the sender is told. */
  noRoom?(from: string): void;
}

export class Line extends Scp {
  private association: association.Association | undefined;
  private sink: { sink: Sink; syntax: string } | undefined;
  private readonly side: Side;
  private readonly socket_: Socket;

  constructor(socket: Socket, side: Side) {
    // Before the library listens: bytes come here first.
    guard(socket, () => this.sink?.sink.came ?? 0);
    super(socket, {
      connectTimeout: limits.connectMs,
      associationTimeout: limits.pduMs,
      pduTimeout: limits.pduMs,
      datasetReadOptions: { asItIs: true },
    });
    this.side = side;
    this.socket_ = socket;
    this.on('networkError', () => socket.destroy());
    socket.on('close', () => this.sink?.sink.release());
  }

  override createStoreWritableStream(context: association.PresentationContext): Writable {
    const sink = new Sink(this.side.allowance);
    sink.on('error', () => this.socket_.destroy());
    this.sink = { sink, syntax: context.getAcceptedTransferSyntaxUid() ?? '' };
    return sink;
  }

  override createDatasetFromStoreWritableStream(
    _writable: Writable,
    _context: association.PresentationContext,
    callback: (dataset: dimse.Dataset) => void,
  ): void {
    // The data set is taken from the sink in cStoreRequest; nothing is parsed here.
    callback(new dimse.Dataset({}));
  }

  override associationRequested(asked: association.Association): void {
    this.association = asked;
    const { RejectResult, RejectSource, RejectReason } = constants;
    const calling = asked.getCallingAeTitle().trim();
    if (!this.side.admit?.(calling)) {
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized);
      return;
    }
    for (const { id } of contextsOf(asked)) {
      const context = asked.getPresentationContext(id);
      const sopClass = context.getAbstractSyntaxUid();
      const offered = context.getTransferSyntaxUids();
      // The first that the sender offers: it is what the object is in already.
      const taken =
        sopClass === VERIFICATION || isStorage(sopClass)
          ? offered.find((uid) => TRANSFER_SYNTAXES.some((known) => known === uid))
          : undefined;
      const { Accept, RejectAbstractSyntaxNotSupported, RejectTransferSyntaxesNotSupported } =
        constants.PresentationContextResult;
      if (taken) context.setResult(Accept, taken);
      else
        context.setResult(
          sopClass === VERIFICATION || isStorage(sopClass)
            ? RejectTransferSyntaxesNotSupported
            : RejectAbstractSyntaxNotSupported,
        );
    }
    this.sendAssociationAccept();
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }

  override cEchoRequest(request: requests.CEchoRequest, callback: (response: dimse.responses.CEchoResponse) => void): void {
    const response = responses.CEchoResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    callback(response);
  }

  override cStoreRequest(request: requests.CStoreRequest, callback: (response: dimse.responses.CStoreResponse) => void): void {
    const taken = this.sink;
    this.sink = undefined;
    const answer = (status: number) => {
      taken?.sink.release();
      const response = responses.CStoreResponse.fromRequest(request);
      response.setStatus(status);
      callback(response);
    };
    const [sopClass, sopInstance] = [request.getAffectedSopClassUid(), request.getAffectedSopInstanceUid()];
    if (!taken || !sopClass || !sopInstance) {
      answer(constants.Status.InvalidObjectInstance);
      return;
    }
    const from = (this.association?.getCallingAeTitle() ?? '').trim();
    const pieces = taken.sink.handOver();
    if (!pieces) {
      this.side.noRoom?.(from);
      answer(OUT_OF_RESOURCES);
      return;
    }
    const bytes = part10({ sopClass, sopInstance, transferSyntax: taken.syntax, source: from }, pieces);
    this.side.keep({ bytes, sopInstance, from }).then(
      (kept) => answer(kept ? constants.Status.Success : OUT_OF_RESOURCES),
      () => answer(OUT_OF_RESOURCES),
    );
  }

  override abort(): void {
    this.socket_.destroy();
  }
}

/** The type says objects of both kinds; what comes out are `{ id }`. */
export function contextsOf(asked: association.Association): { id: number }[] {
  return asked.getPresentationContexts().map((one) => ({ id: Number('id' in one ? one.id : 0) }));
}
