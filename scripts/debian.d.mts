export function install(packages: string[][], reason: string): void;
