/** Templates that come with Lamplight: plain skeletons. What stands in [brackets] waits for the reader; a report cannot be signed while one is left. */
import type { ReportSections, ReportTemplate } from '../../../src-shared/contract/radiology.ts';

const empty: ReportSections = { indication: '', technique: '', comparison: '', findings: '', impression: '' };

const made: readonly (Pick<ReportTemplate, 'name' | 'modality' | 'bodyPart'> & {
  id: string;
  sections: Partial<ReportSections>;
})[] = [
  { id: 'free', name: 'Free text', sections: {} },
  {
    id: 'ct-head',
    name: 'CT head without contrast',
    modality: 'CT',
    bodyPart: 'HEAD',
    sections: {
      technique: 'Axial slices from the skull base to the vertex without intravenous contrast.',
      comparison: '[none]',
      findings:
        'Brain parenchyma: [no haemorrhage, no mass, grey-white differentiation kept].\nVentricles and sulci: [normal for age].\nMidline: [not shifted].\nExtra-axial spaces: [no collection].\nBones: [no fracture].\nSinuses and mastoids: [aerated].',
      impression: '[ ]',
    },
  },
  {
    id: 'ct-chest',
    name: 'CT chest',
    modality: 'CT',
    bodyPart: 'CHEST',
    sections: {
      technique: 'Slices from the lung apices to the adrenals [with / without] intravenous contrast.',
      comparison: '[none]',
      findings:
        'Lungs and airways: [clear, no nodule].\nPleura: [no effusion, no pneumothorax].\nMediastinum and hila: [no enlarged lymph nodes].\nHeart and great vessels: [normal].\nUpper abdomen as far as shown: [nothing of note].\nBones: [no aggressive lesion].',
      impression: '[ ]',
    },
  },
  {
    id: 'ct-abdomen',
    name: 'CT abdomen and pelvis',
    modality: 'CT',
    bodyPart: 'ABDOMEN',
    sections: {
      technique: 'Slices from the diaphragm to the symphysis in the [portal venous] phase.',
      comparison: '[none]',
      findings:
        'Liver, gall bladder, bile ducts: [normal].\nPancreas, spleen, adrenals: [normal].\nKidneys and ureters: [no stone, no obstruction].\nBowel and mesentery: [normal].\nVessels and lymph nodes: [normal].\nPelvis: [normal].\nBones: [no aggressive lesion].',
      impression: '[ ]',
    },
  },
  {
    id: 'mr-brain',
    name: 'MRI brain',
    modality: 'MR',
    bodyPart: 'BRAIN',
    sections: {
      technique: '[T1, T2, FLAIR, diffusion, SWI] [with / without] gadolinium.',
      comparison: '[none]',
      findings:
        'Diffusion: [no restriction].\nParenchyma: [normal signal].\nVentricles and sulci: [normal for age].\nVessels: [normal flow voids].\nPosterior fossa: [normal].\nOrbits, sinuses, skull: [normal].',
      impression: '[ ]',
    },
  },
  {
    id: 'chest-film',
    name: 'Chest radiograph',
    bodyPart: 'CHEST',
    sections: {
      technique: '[Posteroanterior and lateral] view.',
      comparison: '[none]',
      findings:
        'Lungs: [clear].\nPleura: [no effusion, no pneumothorax].\nHeart and mediastinum: [normal size and outline].\nBones and soft tissues: [no acute finding].\nTubes and lines: [none].',
      impression: '[ ]',
    },
  },
  {
    id: 'us-abdomen',
    name: 'Ultrasound abdomen',
    modality: 'US',
    bodyPart: 'ABDOMEN',
    sections: {
      technique: 'Ultrasound of the abdomen.',
      comparison: '[none]',
      findings:
        'Liver: [normal size and echo texture].\nGall bladder and bile ducts: [no stones, not dilated].\nPancreas: [normal as far as seen].\nSpleen: [normal].\nKidneys: [normal, no obstruction].\nAorta: [not dilated].\nFree fluid: [none].',
      impression: '[ ]',
    },
  },
  {
    id: 'mammography',
    name: 'Mammography',
    modality: 'MG',
    bodyPart: 'BREAST',
    sections: {
      technique: 'Craniocaudal and mediolateral oblique views of both breasts.',
      comparison: '[none]',
      findings:
        'Breast density: ACR [a / b / c / d].\nRight breast: [no mass, no suspicious calcification].\nLeft breast: [no mass, no suspicious calcification].\nAxillae: [normal].',
      impression: 'BI-RADS [ ].',
    },
  },
];

export const builtInTemplates: readonly ReportTemplate[] = made.map(({ sections, ...template }) => ({
  ...template,
  sections: { ...empty, ...sections },
  builtIn: true,
  version: 0,
}));
