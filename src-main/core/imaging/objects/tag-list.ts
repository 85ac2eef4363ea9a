/** All attributes of a file as people read them, private ones too. */
import type { Output } from '../../../../src-shared/contract/index.ts';
import { limits } from '../limits.ts';
import { nameParts } from '../parse/charset.ts';
import { type DataSet, type Element, isPrivate, tagText } from '../parse/data-set.ts';
import { nameOf } from '../parse/dictionary.ts';
import { openDicom } from '../parse/part10.ts';
import { bytesOf, elementText, lineOf, numbersOf } from '../parse/values.ts';

const TAGS_MAX = 3_000;
const SHOWN_CHARACTERS = 300;
const NUMERIC = new Set(['US', 'SS', 'UL', 'SL', 'FL', 'FD', 'UV', 'SV']);
const BULK = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV']);

export function readTags(bytes: Uint8Array): Output<'imaging.tags'> {
  const { meta, dataSet } = openDicom(bytes);
  const tags: Output<'imaging.tags'>['tags'] = [];
  const list = (set: DataSet, depth: number): void => {
    for (const element of [...set.elements.values()].sort((a, b) => a.tag - b.tag)) {
      if (tags.length >= TAGS_MAX) return;
      tags.push({
        depth,
        tag: tagText(element.tag),
        vr: element.vr,
        name: nameOf(element.tag) ?? privateName(set, element.tag),
        value: valueText(set, element),
        length: element.length,
      });
      for (const item of element.items ?? []) {
        if (tags.length >= TAGS_MAX) return;
        tags.push({ depth: depth + 1, tag: '(FFFE,E000)', vr: '', name: 'Item', value: '', length: 0 });
        list(item, depth + 2);
      }
    }
  };
  list(meta, 0);
  list(dataSet, 0);
  return { tags, truncated: tags.length >= TAGS_MAX };
}

/** "Private (SIEMENS CSA HEADER)": by the creator that reserved the block (PS3.5 7.8.1). */
function privateName(set: DataSet, tag: number): string {
  if (!isPrivate(tag)) return 'Unknown';
  const creator = lineOf(set, (((tag >>> 16) << 16) | ((tag >>> 8) & 0xff)) >>> 0);
  return creator ? `Private (${creator.slice(0, 60)})` : 'Private';
}

function valueText(set: DataSet, element: Element): string {
  if (element.items) return `${element.items.length} item${element.items.length === 1 ? '' : 's'}`;
  if (element.fragments) return `${Math.max(0, element.fragments.length - 1)} fragments`;
  if (element.vr === 'AT') return numbersOf(set, element.tag).slice(0, 20).map(tagText).join(' ');
  if (NUMERIC.has(element.vr)) return numbersOf(set, element.tag).slice(0, 50).join(' \\ ').slice(0, SHOWN_CHARACTERS);
  if (BULK.has(element.vr) || element.length > limits.valueCharacters * 4) return `${element.length} bytes`;
  if (element.vr === 'UN' && !isText(bytesOf(set, element))) return `${element.length} bytes`;
  const text = elementText(set, element);
  return (element.vr === 'PN' ? nameParts(text).shown : text)
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .slice(0, SHOWN_CHARACTERS);
}

const isText = (bytes: Uint8Array) =>
  bytes.length <= 1024 && bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0 || byte === 10 || byte === 13);
