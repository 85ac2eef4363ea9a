export function pngOfXwd(xwd: Buffer): Buffer;
