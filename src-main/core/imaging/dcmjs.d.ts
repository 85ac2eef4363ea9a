/** The part of dcmjs that is used here; the package has no types of its own. */
declare module 'dcmjs' {
  export const data: {
    DicomMetaDictionary: {
      nameMap: Record<string, { tag: string; vr: string; vm: string; name: string }>;
      sopClassNamesByUID: Record<string, string>;
    };
  };
}
