import type { ViewerProps } from './Viewer.tsx';
export function ReportPanel(_: ViewerProps) {
  return null;
}
