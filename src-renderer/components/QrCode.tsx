/** A QR code (ISO/IEC 18004) drawn as squares, dark on light in either theme: cameras expect it so. */
import { encode } from 'uqr';
import classes from './QrCode.module.css';

/** Light squares around it that readers need (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: QUIET_ZONE, ecc: 'M' });
  const squares = data.flatMap((line, y) => line.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className={classes.code}>
      <path d={squares} className={classes.dark} />
    </svg>
  );
}
