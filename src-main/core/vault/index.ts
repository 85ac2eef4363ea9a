/** Keys, encrypted database, encrypted files. */
export { deriveKey, seal, unseal } from './aead.ts';
export { PAGE_BYTES, databasePath, keyDatabase, openDatabase, pragmas } from './database.ts';
export { type DeviceKeys, openDeviceKeys } from './device-key.ts';
export { diskError, replaceFile, syncFolder, writeWhole } from './disk.ts';
export { openFiles } from './files.ts';
export type { StoredFile, VaultFiles, WrittenFile } from './files.ts';
export { type KeyFile, keyFilePath, openRecoverySlot, openUserSlot, parseKeyFile, readKeyFile, whoHash } from './key-file.ts';
export { schemaVersion } from './migrations/index.ts';
export { firstBadPage } from './pages.ts';
export { checkPassword, passwordLengthMin } from './password.ts';
export { RECOVERY_GROUPS, readRecoveryCode } from './recovery-code.ts';
export { letGo, steadyHandle } from './steady.ts';
export { type NewVault, type OpenVault, type VaultPorts, createVault, openVault, recoverVault } from './vault.ts';
