/** The nonce of this load, by which our own style elements are allowed. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** react-remove-scroll (below the modal of the component library) asks get-nonce, which reads this name. */
export function shareNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
