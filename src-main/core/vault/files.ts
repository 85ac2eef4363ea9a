/** The encrypted files of a vault. */
export interface StoredFile {
  id: string;
  patient: string;
  /** Bytes of the content in clear. */
  size: number;
  /** SHA-256 of the content in clear, hex. */
  sha256: string;
  mediaType: string;
  name: string;
}

export interface VaultFiles {
  /** Encrypts and writes; durable when it resolves. The row that names it is written by `record` in the caller's transaction. */
  write(patient: string, name: string, mediaType: string, content: Uint8Array): Promise<WrittenFile>;
  /** Writes the row (in the caller's transaction); answers the id to refer to: an equal file of the same patient is kept once. */
  record(db: import('../context.ts').Db, written: WrittenFile, at: string): string;
  find(id: string): StoredFile | undefined;
  /** Decrypts `length` bytes from `offset`, or the whole. Throws `file-damaged`. */
  read(id: string, offset?: number, length?: number): Promise<Uint8Array>;
}

/** A file on disk that no row names yet. */
export interface WrittenFile extends StoredFile {
  wrappedKey: Uint8Array;
  contentHash: Uint8Array;
}
