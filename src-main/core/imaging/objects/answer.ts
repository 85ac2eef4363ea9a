/** What an archive answers to a search (PS3.4 C.4.1): data sets without a file around them, as texts by tag, in whatever character set they are. */
import { type DataSet, tagText } from '../parse/data-set.ts';
import { readDataSet } from '../parse/reader.ts';
import { transferSyntaxOf } from '../parse/uids.ts';
import { textsOf } from '../parse/values.ts';

export interface RawAnswer {
  bytes: Uint8Array;
  /** Transfer syntax that the two sides agreed on. */
  syntax: string;
}
/** Eight hex digits -> texts, or for a sequence its items. */
export interface Answer {
  [tag: string]: (string | Answer)[];
}

const DEPTH_MAX = 4;
const VALUES_MAX = 100;
const TEXT_MAX = 1000;
/** Bytes and numbers that no search asks for. */
const LEFT_OUT = /^(O[A-Z]|UN|AT|FL|FD|SL|SS|UL|US|SV|UV)$/;

/** @throws AppError `dicom-damaged` */
export function readAnswers(answers: readonly RawAnswer[]): Answer[] {
  return answers.map(({ bytes, syntax }) => {
    const { explicit, littleEndian } = transferSyntaxOf(syntax) ?? { explicit: false, littleEndian: true };
    return textsIn(readDataSet(bytes, 0, { explicit, littleEndian }).dataSet, 0);
  });
}

function textsIn(dataSet: DataSet, depth: number): Answer {
  const answer: Answer = {};
  for (const { tag, vr, items } of dataSet.elements.values()) {
    const key = tagText(tag).replace(/[(),]/g, '');
    if (items && depth < DEPTH_MAX) answer[key] = items.slice(0, VALUES_MAX).map((item) => textsIn(item, depth + 1));
    else if (!items && !LEFT_OUT.test(vr))
      answer[key] = textsOf(dataSet, tag)
        .slice(0, VALUES_MAX)
        .map((text) => text.slice(0, TEXT_MAX));
  }
  return answer;
}
