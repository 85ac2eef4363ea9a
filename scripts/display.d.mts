export interface Display {
  env: { DISPLAY: string; XAUTHORITY: string };
  /** The whole screen as PNG. */
  screenshot(): Buffer;
  stop(): void;
}

export function startDisplay(): Promise<Display>;
