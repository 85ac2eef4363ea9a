/** Keys, encrypted database, encrypted files. */
export { deriveKey, seal, unseal } from './aead.ts';
export { bringCopy, lookAtFolder, vaultIn } from './bring.ts';
export { copiesIn, databasePath, keyDatabase, openDatabase, PAGE_BYTES, type PageBytes, pragmas } from './database.ts';
export { type DeviceKeyPlace, type DeviceKeys, openDeviceKeys } from './device-key.ts';
export { diskError, makeFolder, replaceFile, syncFolder, writeWhole } from './disk.ts';
export type { StoredFile, VaultFiles, WrittenFile } from './files.ts';
export { openFiles } from './files.ts';
export { type KeyFile, keyFilePath, oneSpelling, parseKeyFile, readKeyFile, whoHash } from './key-file.ts';
export { schemaVersion } from './migrations/index.ts';
export type { HandedOver, OpenVault, VaultPorts } from './open-vault.ts';
export { firstBadPage } from './pages.ts';
export { checkPassword, passwordLengthMin } from './password.ts';
export { RECOVERY_GROUPS, readRecoveryCode } from './recovery-code.ts';
export { newBoxKeys, pemOf, readPrivateKey, readPublicKey } from './sealed-box.ts';
export { openEscrowSlot, openRecoverySlot, openUserSlot } from './slots.ts';
export { letGo, steadyHandle } from './steady.ts';
export { createVault, type NewVault, openVault, openWay, recoverVault, type WayIn } from './vault.ts';
export { settleLog } from './write-ahead.ts';
