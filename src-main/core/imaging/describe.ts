/** Reads out of a file whom it belongs to, what it shows, where it lies and how its frames are decoded. Runs in a worker. */
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Belonging, Description, InstanceFacts, PixelPlan } from './facts.ts';
import { frameFactsOf, geometryOf, rescaleOf, windowsOf } from './frame-facts.ts';
import { said } from './inspect.ts';
import { clean, nameParts } from './parse/charset.ts';
import { type DataSet, tags } from './parse/data-set.ts';
import { type DicomFile, openDicom } from './parse/part10.ts';
import { kindOf, MEDIA_DIRECTORY, transferSyntaxOf } from './parse/uids.ts';
import { dateOf, dateTimeOf, itemsOf, lineOf, numberOf, numbersOf, textOf, textsOf, uidOf, uint16Of } from './parse/values.ts';
import { framesOf, orderOf, syntaxOf } from './pixels/file-frames.ts';
import { cellBits, pixelElement } from './pixels/module.ts';
import { overlaysIn } from './pixels/overlays.ts';
import { tablesOf } from './pixels/tables.ts';
import { uptakeOf } from './uptake.ts';

const [SHARED_GROUPS, FRAME_GROUPS] = [0x52009229, 0x52009230];

/**
 * @param anonymous take it also without the numbers that tell it apart from others (UIDs)
 * @throws AppError what the file is refused for: not DICOM, damaged, without those numbers
 */
export function describeDicom(bytes: Uint8Array, anonymous = false): Description {
  const file = openDicom(bytes);
  const { dataSet, meta } = file;
  const sopClass = uidOf(dataSet, tags.sopClass) ?? uidOf(meta, 0x00020002) ?? '';
  if (sopClass === MEDIA_DIRECTORY)
    throw new AppError('dicom-unsupported', { what: 'a directory of a disc (DICOMDIR) without the files it lists' });
  const instead = anonymous ? '0' : undefined;
  const uid = uidOf(dataSet, tags.sopInstance) ?? uidOf(meta, 0x00020003) ?? instead;
  const studyUid = uidOf(dataSet, tags.studyUid) ?? instead;
  const seriesUid = uidOf(dataSet, tags.seriesUid) ?? instead;
  if (!uid || !studyUid || !seriesUid)
    throw new AppError('dicom-damaged', { what: 'the numbers that tell study, series and object apart (UIDs) are missing' });
  const warnings: string[] = [];
  const pixels = pixelsOf(file, warnings);
  const belonging = belongingOf(dataSet, studyUid, seriesUid);
  // An enhanced object of one frame, too, says place, window and rescaling only in its groups.
  const grouped = dataSet.elements.has(SHARED_GROUPS) || dataSet.elements.has(FRAME_GROUPS);
  const each = pixels && (pixels.count > 1 || grouped) ? frameFactsOf(dataSet, pixels.count) : null;
  const facts = factsOf(file, uid, sopClass, belonging, pixels, each?.[0], warnings[0]);
  return { belonging, facts, pixels, frames: pixels && pixels.count > 1 ? each : null, warnings };
}

/** How the pixels are decoded, or null where there are none or they cannot be; the reason goes to `warnings`. */
function pixelsOf(file: DicomFile, warnings: string[]): PixelPlan | null {
  if (!pixelElement(file.dataSet)) return null;
  try {
    const { module, layout } = framesOf(file);
    if (layout.count < module.frames) warnings.push(`${layout.count} of ${module.frames} frames are there.`);
    const { dataSet } = file;
    const padding = [uint16Of(dataSet, 0x00280120), uint16Of(dataSet, 0x00280121)]
      .filter((value) => value !== undefined)
      .map((value) => (module.signed && cellBits(module) === 16 ? (value << 16) >> 16 : value));
    return {
      module,
      ...orderOf(file, syntaxOf(file)),
      whole: transferSyntaxOf(file.transferSyntax)?.deflated === true,
      ...layout,
      ...tablesOf(dataSet, module),
      ...(padding.length === 0 ? {} : { padding: [Math.min(...padding), Math.max(...padding)] as [number, number] }),
      overlays: overlaysIn(dataSet).length,
    };
  } catch (thrown) {
    warnings.push(said(thrown));
    return null;
  }
}

function belongingOf(dataSet: DataSet, studyUid: string, seriesUid: string): Belonging {
  const name = nameParts(textOf(dataSet, tags.patientName)?.split('\\')[0] ?? '');
  const otherIds = [
    ...textsOf(dataSet, 0x00101000),
    ...itemsOf(dataSet, 0x00101002).map((item) => lineOf(item, tags.patientId) ?? ''),
  ];
  return {
    patient: {
      name: name.shown.slice(0, 300),
      family: name.family.slice(0, 120),
      given: name.given.slice(0, 120),
      id: lineOf(dataSet, tags.patientId)?.slice(0, 100),
      issuer: lineOf(dataSet, 0x00100021)?.slice(0, 100),
      otherIds: otherIds
        .map((id) => clean(id).slice(0, 100))
        .filter(Boolean)
        .slice(0, 20),
      birthDate: dateOf(dataSet, 0x00100030),
      sex: lineOf(dataSet, 0x00100040)?.slice(0, 1).toUpperCase(),
    },
    study: {
      uid: studyUid,
      date: dateTimeOf(dataSet, 0x00080020, 0x00080030) ?? dateTimeOf(dataSet, 0x00080021, 0x00080031),
      description: short(dataSet, 0x00081030) ?? '',
      accession: short(dataSet, 0x00080050),
    },
    series: {
      uid: seriesUid,
      number: whole(dataSet, 0x00200011),
      modality: (lineOf(dataSet, tags.modality) ?? 'OT').slice(0, 16),
      description: short(dataSet, 0x0008103e) ?? short(dataSet, 0x00181030) ?? '',
      bodyPart: short(dataSet, 0x00180015),
      date: dateTimeOf(dataSet, 0x00080021, 0x00080031),
    },
  };
}

function factsOf(
  file: DicomFile,
  uid: string,
  sopClass: string,
  belonging: Belonging,
  pixels: PixelPlan | null,
  first: ReturnType<typeof frameFactsOf>[number] | undefined,
  problem: string | undefined,
): InstanceFacts {
  const { dataSet } = file;
  const { kind, name } = kindOf(sopClass, pixels !== null);
  const imager = spacingOf(dataSet, 0x00181164) ?? spacingOf(dataSet, 0x00182010);
  const laterality = lineOf(dataSet, 0x00200062) ?? lineOf(dataSet, 0x00200060) ?? frameLaterality(dataSet);
  const windows = windowsOf(dataSet);
  const title =
    kind === 'document'
      ? short(dataSet, 0x00420010)
      : kind === 'report' || kind === 'key-objects'
        ? short(itemsOf(dataSet, 0x0040a043)[0], 0x00080104)
        : short(dataSet, 0x00700080);
  return {
    uid,
    sopClass,
    sopClassName: name,
    kind,
    number: whole(dataSet, 0x00200013),
    frames: pixels?.count ?? 0,
    rows: uint16Of(dataSet, tags.rows),
    columns: uint16Of(dataSet, tags.columns),
    photometric: pixels?.module.photometric,
    transferSyntax: file.transferSyntax,
    frameOfReference: uidOf(dataSet, 0x00200052),
    ...geometryOf(dataSet),
    ...given({
      position: first?.position,
      orientation: first?.orientation,
      spacing: first?.spacing,
      sliceThickness: first?.sliceThickness,
    }),
    imagerSpacing: imager,
    pixelAspect: spacingOf(dataSet, 0x00280034),
    spacingCalibration: short(dataSet, 0x00280a02),
    ultrasoundSpacing: ultrasoundSpacing(dataSet),
    gantryTilt: numberOf(dataSet, 0x00181120),
    windows: windows.length > 0 ? windows : (first?.windows ?? []),
    voiFunction: voiFunctionOf(dataSet),
    ...(first ? { slope: first.slope, intercept: first.intercept } : rescaleOf(dataSet)),
    uptake: uptakeOf(dataSet),
    unit: unitOf(dataSet, belonging.series.modality),
    lossy: lineOf(dataSet, 0x00282110) === '01' || transferSyntaxOf(file.transferSyntax)?.lossy === true,
    frameTimeMs: frameTimeOf(dataSet),
    laterality: laterality === 'L' || laterality === 'R' || laterality === 'B' || laterality === 'U' ? laterality : undefined,
    viewPosition: short(dataSet, 0x00185101),
    patientOrientation: textsOf(dataSet, 0x00200020).join('\\').slice(0, 32) || undefined,
    acquiredAt: dateTimeOf(dataSet, 0x00080022, 0x00080032) ?? dateTimeOf(dataSet, 0x00080023, 0x00080033),
    title,
    problem: problem ?? (kind === 'image' && !pixels ? 'There is no picture in this file.' : undefined),
  };
}

function short(dataSet: DataSet | undefined, tag: number): string | undefined {
  return dataSet && lineOf(dataSet, tag)?.slice(0, 200);
}

function whole(dataSet: DataSet, tag: number): number | undefined {
  const value = numberOf(dataSet, tag);
  return value === undefined ? undefined : Math.trunc(value);
}

function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>; // only keys of T, without the undefined ones
}

export function spacingOf(dataSet: DataSet, tag: number): [number, number] | undefined {
  const [row, column] = numbersOf(dataSet, tag);
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : undefined;
}

/** Physical distances (0018,6011) in cm, of the one region in which both directions are distances (2D). */
function ultrasoundSpacing(dataSet: DataSet): [number, number] | undefined {
  const CENTIMETRES = 3;
  const found = itemsOf(dataSet, 0x00186011).filter(
    (region) => uint16Of(region, 0x00186024) === CENTIMETRES && uint16Of(region, 0x00186026) === CENTIMETRES,
  );
  const [region] = found;
  const [x, y] = region ? [numberOf(region, 0x0018602c), numberOf(region, 0x0018602e)] : [];
  if (found.length !== 1 || !x || !y) return undefined;
  return [Math.abs(y) * 10, Math.abs(x) * 10];
}

function voiFunctionOf(dataSet: DataSet): InstanceFacts['voiFunction'] {
  const groups = [...itemsOf(dataSet, SHARED_GROUPS), ...itemsOf(dataSet, FRAME_GROUPS).slice(0, 1)];
  const said = [dataSet, ...groups.flatMap((group) => itemsOf(group, 0x00289132))];
  const name = said.map((one) => lineOf(one, 0x00281056)).find(Boolean);
  return name === 'SIGMOID' || name === 'LINEAR_EXACT' ? name : 'LINEAR';
}

/** Side of enhanced objects, breast tomosynthesis among them (0020,9072), where all frames show the same one. */
function frameLaterality(dataSet: DataSet): string | undefined {
  const groups = [...itemsOf(dataSet, SHARED_GROUPS), ...itemsOf(dataSet, FRAME_GROUPS)];
  const said = new Set(groups.flatMap((group) => itemsOf(group, 0x00209071)).flatMap((item) => lineOf(item, 0x00209072) ?? []));
  const [side] = said;
  return said.size === 1 ? side : undefined;
}

/**
 * Unit of rescaled values: as the file says ("US" is: in none), PET's own, and Hounsfield units for CT that is rescaled and says nothing:
 * a CT without that is a picture of a screen or of a film.
 */
function unitOf(dataSet: DataSet, modality: string): string | undefined {
  const rescaling = [
    dataSet,
    ...[SHARED_GROUPS, FRAME_GROUPS].flatMap((tag) =>
      itemsOf(dataSet, tag)
        .slice(0, 1)
        .flatMap((group) => itemsOf(group, 0x00289145)),
    ),
  ];
  const type = rescaling.map((group) => lineOf(group, 0x00281054)).find(Boolean);
  if (type) return type === 'US' ? undefined : type.slice(0, 16);
  if (modality === 'PT') return lineOf(dataSet, 0x00541001)?.slice(0, 16);
  return modality === 'CT' && rescaling.some((group) => numberOf(group, 0x00281052) !== undefined) ? 'HU' : undefined;
}

function frameTimeOf(dataSet: DataSet): number | undefined {
  const time = numberOf(dataSet, 0x00181063) ?? numbersOf(dataSet, 0x00181065)[1];
  if (time !== undefined && time > 0) return time;
  const rate = numberOf(dataSet, 0x00082144) ?? numberOf(dataSet, 0x00180040);
  return rate !== undefined && rate > 0 ? 1000 / rate : undefined;
}
