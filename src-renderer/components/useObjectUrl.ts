/** Bytes from the core as an address that an image can show; given back when it is no longer shown. */
import { useEffect, useState } from 'react';

export function useObjectUrl(picture: { bytes: Uint8Array; mediaType: string } | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!picture) return;
    // The bytes came over a port as an ordinary array buffer, never a shared one.
    const made = URL.createObjectURL(new Blob([picture.bytes as Uint8Array<ArrayBuffer>], { type: picture.mediaType }));
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
      setAddress(undefined);
    };
  }, [picture]);
  return address;
}
