/** Abbreviations as clinicians write them (case counts: "MS" is a disease, "ms" is not): what the sources call it. */
const TABLE = `
  ACS: acute coronary syndrome heart attack; ADHD: attention deficit hyperactivity disorder; AF: atrial fibrillation;
  AFib: atrial fibrillation; AKI: acute kidney injury failure; ALS: amyotrophic lateral sclerosis; ALT: liver enzymes;
  AMD: age-related macular degeneration; AST: liver enzymes; BPH: benign prostatic hyperplasia enlarged prostate;
  BP: blood pressure; CABG: coronary artery bypass grafting; CAD: coronary artery heart disease; CF: cystic fibrosis;
  CHF: heart failure; CKD: chronic kidney disease; COPD: chronic obstructive pulmonary disease; CVA: stroke;
  DKA: diabetic ketoacidosis diabetes; DM: diabetes mellitus; DVT: deep vein thrombosis; ECG: electrocardiogram;
  ED: erectile dysfunction; EEG: electroencephalogram; eGFR: kidney filtration glomerular; EKG: electrocardiogram;
  ESRD: kidney failure end-stage renal; FAP: familial adenomatous polyposis; FSGS: focal segmental glomerulosclerosis;
  GBS: guillain-barre syndrome; GDM: gestational diabetes; GERD: gastroesophageal reflux; GORD: gastroesophageal reflux;
  HbA1c: a1c hemoglobin glucose diabetes; HCV: hepatitis c; HBV: hepatitis b; HTN: hypertension high blood pressure;
  IBD: inflammatory bowel disease crohn colitis; IBS: irritable bowel syndrome; IHD: coronary heart disease;
  ITP: immune thrombocytopenia; JIA: juvenile arthritis; LFT: liver enzymes; LFTs: liver enzymes;
  MI: myocardial infarction heart attack; MND: amyotrophic lateral sclerosis; MRSA: methicillin-resistant staphylococcus;
  MS: multiple sclerosis; NAFLD: nonalcoholic fatty liver; NASH: nonalcoholic steatohepatitis; NF1: neurofibromatosis;
  NPH: normal pressure hydrocephalus; OA: osteoarthritis; OCD: obsessive-compulsive disorder; OSA: sleep apnea;
  PAD: peripheral artery disease; PCOS: polycystic ovary syndrome; PD: parkinson; PE: pulmonary embolism;
  PH: pulmonary hypertension; PKD: polycystic kidney disease; PKU: phenylketonuria; PSA: prostate-specific antigen prostate;
  PTSD: post-traumatic stress disorder; PVD: peripheral artery disease; RA: rheumatoid arthritis; RLS: restless legs syndrome;
  RSV: respiratory syncytial virus; SAH: subarachnoid hemorrhage; SCD: sickle cell disease; SLE: lupus;
  STD: sexually transmitted diseases; STI: sexually transmitted diseases; T1DM: type 1 diabetes; T2DM: type 2 diabetes;
  TB: tuberculosis; TBI: traumatic brain injury; TIA: transient ischemic attack stroke; TSH: thyroid;
  URTI: cold respiratory infection; UTI: urinary tract infection; VTE: venous thromboembolism thrombosis embolism;
  VUR: vesicoureteral reflux
`;

const entries = new Map(
  TABLE.split(';').map((line) => {
    const [short = '', long = ''] = line.split(':');
    return [short.trim(), long.trim()];
  }),
);

/** What the abbreviations in a question stand for, one text each. */
export function spelledOut(question: string): string[] {
  return (question.match(/[A-Za-z][A-Za-z0-9]+/g) ?? []).flatMap((word) => entries.get(word) ?? []);
}
