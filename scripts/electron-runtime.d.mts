export interface ElectronRuntime {
  executable: string;
  version: string;
  /** Why this one was chosen, for the reader of the output. */
  why: string;
}

export function resolveElectron(wanted?: { virtualDisplay?: boolean }): Promise<ElectronRuntime>;
