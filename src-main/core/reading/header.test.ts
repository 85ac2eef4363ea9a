import { describe, expect, it } from 'vitest';
import { dicomFile, dicomHere } from '../../../tests/fixtures/dicom.ts';
import { checkHeader, type FileSays, isChestFilm, mayBeRead } from './header.ts';
import { readImage } from './read-image.ts';
import { MODELS } from './samples.fixture.ts';

const film = (says: Partial<FileSays>): FileSays => ({ modality: 'DX', descriptions: [], frames: 1, ...says });
const verdict = (says: Partial<FileSays>) => checkHeader('chest-xray', film(says))?.code ?? 'ask';

describe('what a file says of itself', () => {
  it('lets the chest models see chest films, and films that say nothing, alone', () => {
    expect(verdict({ bodyPart: 'CHEST', viewPosition: 'PA' })).toBe('ask');
    expect(verdict({ modality: 'CR', viewPosition: 'AP' })).toBe('ask');
    expect(verdict({ bodyPart: 'CHEST ABDOMEN' })).toBe('ask');
    // A screen grab, or a converted picture: the picture itself decides.
    expect(verdict({ modality: 'OT' })).toBe('ask');
    expect(verdict({ modality: '' })).toBe('ask');
    expect(verdict({ bodyPart: 'HAND' })).toBe('not-chest-xray');
    expect(verdict({ bodyPart: 'CHEST', viewPosition: 'LL' })).toBe('not-chest-xray');
    expect(verdict({ bodyPart: 'CHEST', descriptions: ['Thorax lateral'] })).toBe('not-chest-xray');
    expect(verdict({ bodyPart: 'CHEST', descriptions: ['Chest PA and lat'] })).toBe('ask');
    for (const modality of ['CT', 'MR', 'US', 'MG', 'OP']) expect(verdict({ modality })).toBe('other-modality');
    expect(verdict({ frames: 30 })).toBe('several-frames');
    expect(checkHeader('fundus', film({ modality: 'OP' }))).toBeNull();
    expect(checkHeader('fundus', film({ modality: 'CR' }))?.code).toBe('other-modality');
  });

  it('says which pictures of the charts a batch takes up by itself', () => {
    expect(isChestFilm(film({ bodyPart: 'CHEST' }))).toBe(true);
    expect(mayBeRead(film({ modality: 'OP' }))).toBe(true);
    for (const says of [{ bodyPart: 'KNEE' }, { modality: 'CT' }, { modality: 'OT' }]) expect(mayBeRead(film(says))).toBe(false);
  });
});

describe.runIf(dicomHere)('files of modalities that no model reads', () => {
  it('are refused as what they are, never for age or contrast, and no model runs', async () => {
    for (const [file, what] of [
      ['ct/ct-small.dcm', 'a CT slice'],
      ['us/us-jpeg-baseline.dcm', 'an ultrasound picture'],
      ['xa/rf-fluoro.dcm', 'a fluoroscopy picture'],
    ] as const) {
      const reading = await readImage(dicomFile(file), { models: MODELS, birthDate: '1950-01-01', taken: '2026-01-01' });
      expect(reading).toMatchObject({ status: 'refused', task: null, provider: 'none', reason: { code: 'other-modality' } });
      expect(reading.status === 'refused' && reading.reason.message).toContain(what);
    }
  });
});
