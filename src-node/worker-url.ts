/** Where a worker's file lies: beside the source when that runs directly, beside the bundle when it was built (vite.core.config.ts puts all workers there, flat). */

/**
 * @param importMetaUrl `import.meta.url` of the file that starts the worker
 * @param name path of the worker relative to that file without its ending, such as './pages.worker'
 */
export function workerUrl(importMetaUrl: string, name: `./${string}.worker` | `../${string}.worker`): URL {
  if (importMetaUrl.endsWith('.ts')) return new URL(`${name}.ts`, importMetaUrl);
  return new URL(`./${name.slice(name.lastIndexOf('/') + 1)}.js`, importMetaUrl);
}
