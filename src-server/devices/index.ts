/** Workstations: enrolment by a one-time code, and the signature on every request after it. */

export { authenticate, type Caller, ClockOff, seen, tidyNonces } from './authenticate.ts';
export { enrol, newCode } from './enrolment.ts';
export { type DeviceRow, listDevices, revokeDevice } from './list.ts';
