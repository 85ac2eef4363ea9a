import { spelledOut } from './abbreviations.ts';
import { terms } from './words.ts';

/**
 * How people say it: how the sources say it. An entry holds when every word on its left is in the question, in any order.
 * General knowledge of medical vocabulary, organ by organ; kept small: ordinary synonyms are the sentence model's work.
 */
const TABLE = `
  heart attack: myocardial infarction coronary; brain attack: stroke; high blood pressure: hypertension;
  raised pressure: hypertension high blood pressure; arterial pressure: hypertension blood pressure;
  low blood pressure: hypotension; blood pressure cuff: hypertension; irregular heartbeat: arrhythmia;
  irregular pulse: arrhythmia atrial fibrillation; upper chamber heart: atrial atria fibrillation; upper chamber: atrial atria;
  lower chamber: ventricle ventricular; racing heart: palpitations tachycardia; pounding heart: palpitations;
  fluttering chest: palpitations arrhythmia; slow heartbeat: bradycardia; pump heart weak: heart failure;
  heart muscle weak: heart failure cardiomyopathy; lining heart: endocarditis endocardium; sac heart: pericarditis pericardium;
  leaky valve: regurgitation valve; narrow valve: stenosis valve; hardened arteries: atherosclerosis;
  clogged arteries: atherosclerosis coronary; narrowed artery: atherosclerosis stenosis; bulge artery: aneurysm;
  ballooning artery: aneurysm; main artery: aorta aortic; neck artery: carotid; leg artery: peripheral artery;
  twisted veins: varicose; bulging veins: varicose; clot leg: deep vein thrombosis; clot calf: deep vein thrombosis;
  clot lung: pulmonary embolism; clot: thrombosis embolism; thin blood: anticoagulant; blood thinner: anticoagulant warfarin;
  clot busting: thrombolytic tpa; water pill: diuretic; chest pain exertion: angina; fainting: syncope;
  passing out: fainting syncope; blackout: fainting syncope seizure; bad cholesterol: ldl;
  fatty blood: cholesterol triglycerides; low iron: iron deficiency anemia; iron shortage: iron deficiency anemia;
  low red cells: anemia; sickle shaped: sickle cell; clotting protein: hemophilia willebrand factor;
  low platelets: thrombocytopenia; easy bruising: bleeding bruise; white cells cancer: leukemia;
  cancer blood: leukemia lymphoma myeloma; bone marrow cancer: leukemia myeloma; lymph glands: lymph nodes;
  swollen glands: lymph nodes; wheeze: asthma; whistle breathing: wheezing asthma; twitchy airways: asthma inflamed;
  short breath: dyspnea shortness breath; breathless: shortness breath dyspnea; smoker lung: copd emphysema;
  smoker cough: copd bronchitis; lung infection: pneumonia; collapsed lung: pneumothorax; fluid lung: edema pleural effusion;
  lining lung: pleura pleurisy mesothelioma; scarred lung: pulmonary fibrosis; thick mucus: cystic fibrosis;
  phlegm: mucus sputum; windpipe: trachea airway; voice box: larynx laryngeal; whooping: pertussis;
  stops breathing sleep: apnea; snoring: snore apnea; runny nose: rhinitis cold; stuffy nose: sinusitis congestion;
  hay fever: allergic rhinitis allergy; nosebleed: nose bleeding epistaxis; ringing ears: tinnitus; buzzing ears: tinnitus;
  room spins: vertigo dizziness; spinning: vertigo dizziness; balance inner ear: vestibular;
  hard hearing: hearing loss deafness; deaf: hearing loss; clouded lens: cataract; cloudy vision: cataract;
  pressure eye: glaucoma; centre sight: macular; wavy lines: macular degeneration; pink eye: conjunctivitis;
  short sighted: myopia nearsightedness; cross eyed: strabismus; lazy eye: amblyopia; droop lid: ptosis eyelid;
  diabetes eye: diabetic retinopathy; dry eyes mouth: sjogren; gum disease: periodontal gingivitis;
  bleeding gums: gingivitis periodontal; tooth decay: cavity caries; dry mouth: saliva xerostomia; mouth sores: ulcer canker;
  bad breath: halitosis; gullet: esophagus esophageal; food pipe: esophagus esophageal; swallowing trouble: dysphagia;
  heartburn: reflux gerd; acid reflux: gerd gastroesophageal; acid throat: reflux gerd; stomach ulcer: peptic pylori;
  stomach flu: gastroenteritis; stomach lining: gastritis; belly: abdomen abdominal; tummy: abdomen abdominal stomach;
  swollen belly: ascites abdomen; throwing up: vomiting; being sick: vomiting nausea; loose stools: diarrhea; runs: diarrhea;
  hard stools: constipation; large bowel: colon; bowel: intestine colon; small bowel: small intestine;
  inflamed bowel: crohn colitis; pouches bowel: diverticula diverticulosis diverticulitis; gluten: celiac; milk sugar: lactose;
  milk bloating: lactose intolerance; back passage: rectum anus anal; piles: hemorrhoids; cramps bloating: irritable bowel;
  gallbladder stone: gallstones; bile stone: gallstones; yellow skin: jaundice; yellow eyes: jaundice;
  scarred liver: cirrhosis; liver inflammation: hepatitis; fat liver: fatty nonalcoholic steatohepatitis;
  too much iron: hemochromatosis; iron overload: hemochromatosis; copper: wilson; wind: gas; rupture groin: hernia;
  sugar disease: diabetes; blood sugar: glucose diabetes; high sugar: hyperglycemia diabetes; low sugar: hypoglycemia;
  sugar pregnancy: gestational diabetes; gland neck: thyroid; thyroid slow: hypothyroidism; gland slow: hypothyroidism;
  underactive: hypothyroidism; overactive: hyperthyroidism; fast thyroid: hyperthyroidism; swollen neck: goiter thyroid;
  glands above kidney: adrenal; gland kidney: adrenal; stress hormone: cortisol cushing; too much cortisol: cushing;
  moon face: cushing cortisol; growth hormone: acromegaly pituitary; milky discharge: prolactin; calcium gland: parathyroid;
  waist sugar: metabolic syndrome; overweight: obesity; pee: urine urinate urinary; peeing: urination urine;
  passing water: urination urine; waterworks: urinary bladder; wetting bed: enuresis bedwetting; leaking urine: incontinence;
  leak cough: incontinence; bladder infection: cystitis urinary tract; kidney infection: pyelonephritis;
  kidney failure: renal failure dialysis; foamy urine: protein proteinuria; losing protein: proteinuria nephrotic;
  kidney filters: glomeruli glomerulonephritis; cleaning blood machine: hemodialysis dialysis; kidney cysts: polycystic;
  passing stone: kidney stones; urine backwards: vesicoureteral reflux; weak stream: prostate urination;
  enlarged prostate: benign hyperplasia; womb: uterus uterine; neck womb: cervix cervical; smear: pap cervical;
  monthly bleeding: menstrual period; heavy periods: menorrhagia menstrual; painful periods: dysmenorrhea;
  missed periods: amenorrhea; change life: menopause; hot flushes: flashes menopause; womb lining elsewhere: endometriosis;
  pregnancy tube: ectopic; high pressure pregnancy: preeclampsia; losing baby: miscarriage; cannot conceive: infertility;
  erection: erectile dysfunction impotence; early baby: preterm premature; afterbirth: placenta;
  baby blues: postpartum depression; breast lump: cancer mammogram; lump: mass tumor; growth: tumor;
  spread cancer: metastatic metastasis; chemo: chemotherapy; radiotherapy: radiation; keyhole: laparoscopic;
  mole: melanoma nevus; changing mole: melanoma; sunlight skin cancer: basal squamous; itching: pruritus itch;
  itch mites: scabies mite; hives: urticaria; scaly patches: psoriasis; silvery patches: psoriasis;
  dry itchy skin: eczema dermatitis; pimples: acne; spots face: acne rosacea; losing pigment: vitiligo; pale patches: vitiligo;
  hair loss: alopecia; bald: alopecia hair loss; cold sore: herpes; boil: abscess; bedsores: pressure ulcer;
  ringworm: tinea fungal; athlete foot: tinea fungal; blister band: shingles zoster; chickenpox again: shingles zoster;
  brittle bones: osteoporosis osteogenesis; thin bones: osteoporosis density; bone scan: density dxa;
  worn joint: osteoarthritis; wear tear joint: osteoarthritis; stiff joints morning: rheumatoid arthritis; big toe: gout;
  uric acid: gout; soft bones: rickets osteomalacia; curved spine: scoliosis; slipped disc: herniated disk;
  aching all over: fibromyalgia; broken bone: fracture; funny bone: elbow ulnar; wrist numb: carpal tunnel;
  butterfly rash: lupus; tight skin: scleroderma; muscle wasting: atrophy dystrophy;
  temples headache vision: giant cell arteritis; fits: seizures epilepsy; jerking: seizure convulsion; convulsion: seizure;
  fever jerk: febrile seizure; shaking hands: tremor; tremble: tremor; shuffling: parkinson gait;
  memory loss: dementia alzheimer; forgetful: dementia alzheimer memory; repeats questions: alzheimer memory;
  muddled: confusion delirium; lining brain: meningitis meninges; brain infection: encephalitis; water brain: hydrocephalus;
  face paralysed: bell palsy facial; face weakness: bell palsy facial; facial weakness: bell palsy;
  one side paralysed: stroke hemiplegia; nerve covering: myelin multiple sclerosis; demyelination: multiple sclerosis;
  motor neurone: amyotrophic lateral sclerosis; tingling: paresthesia neuropathy numbness;
  pins needles: paresthesia neuropathy numbness; nerve damage: neuropathy; nerve pain face: trigeminal neuralgia;
  stabbing face: trigeminal neuralgia; ascending weakness: guillain barre; muscles tire: myasthenia gravis;
  dance movements: chorea huntington; urge move legs: restless legs; tics: tourette; sick headache: migraine;
  throbbing headache: migraine; knock head: concussion brain injury; bump head: head injury concussion;
  open spine birth: spina bifida; sleepy daytime: narcolepsy apnea; cannot sleep: insomnia; lies awake: insomnia;
  low mood: depression; hopeless: depression; worry: anxiety; panic: anxiety attack; mood swings: bipolar;
  hearing voices: schizophrenia hallucinations; overdose: poisoning; drinking problem: alcohol alcoholism;
  severe allergic: anaphylaxis; bee sting: anaphylaxis; blood poisoning: sepsis; infection organ failure: sepsis shock;
  animal bite: rabies; bat bite: rabies; tick bite: lyme; bull eye rash: lyme; mosquito: malaria dengue nile;
  mosquito fever: malaria dengue; lockjaw: tetanus; kissing disease: mononucleosis; glandular fever: mononucleosis;
  consumption: tuberculosis; flu: influenza; jab: vaccine shot; injection: shot vaccine; worms: parasite helminth;
  litter cat: toxoplasmosis; undercooked meat: foodborne toxoplasmosis trichinosis; food poisoning: foodborne salmonella;
  dirty water: cholera giardia waterborne; thrush: candidiasis yeast; clap: gonorrhea; aids: hiv; german measles: rubella;
  hospital bug: mrsa staphylococcus; legionnaires: legionella; extra chromosome: trisomy down; runs family: inherited genetic;
  slow stomach: gastroparesis; stomach emptying: gastroparesis; full after few bites: gastroparesis dyspepsia indigestion;
  upset stomach: indigestion dyspepsia; before diabetes: prediabetes insulin resistance;
  borderline sugar: prediabetes insulin resistance; bulging eyes: graves hyperthyroidism;
  attack own thyroid: hashimoto graves autoimmune; attack own body: autoimmune; blocked bile baby: biliary atresia;
  bladder drops vagina: cystocele prolapse; bent penis: peyronie curvature; bowel nerves missing birth: hirschsprung;
  purple spots legs child: henoch purpura; blood urine after cold: iga nephropathy; kidney scarring: glomerulosclerosis;
  stones tests calcium high: hyperparathyroidism; kidneys stop working: kidney failure dialysis; new kidney: kidney transplant;
  artificial kidney: dialysis; filter blood belly: peritoneal dialysis; bladder won't empty: urinary retention;
  camera bowel: colonoscopy; camera stomach: endoscopy; camera bladder: cystoscopy; scope: endoscopy;
  bag outside belly: ostomy colostomy ileostomy; cannot speak stroke: aphasia; words trouble: aphasia;
  trouble reading letters: dyslexia; trouble writing: dysgraphia; cannot sit still child: attention deficit hyperactivity;
  does not talk eye contact child: autism; clumsy: ataxia dyspraxia; unsteady: ataxia balance; twisting muscle: dystonia;
  stiff muscles: spasticity rigidity; floppy baby: hypotonia; small head: microcephaly;
  large head: megalencephaly hydrocephalus; soft spot closes early: craniosynostosis; foot drags: foot drop;
  thigh burning numb: meralgia paresthetica; twitching face: hemifacial spasm tics; cluster headache: cluster;
  headache one eye: cluster headache; smooth brain: lissencephaly; brain without oxygen: cerebral hypoxia;
  pressure head vision: pseudotumor cerebri intracranial; cyst spinal cord: syringomyelia; pinched nerve: radiculopathy;
  leg pain back: sciatica; neck crash: whiplash; mad cow: creutzfeldt; spinal cord inflamed: transverse myelitis;
  cannot recognise faces: prosopagnosia; sleeps too much: hypersomnia narcolepsy; lump chest wall bone: tumor;
  thick blood: polycythemia thrombocythemia; too many red cells: polycythemia;
  too many platelets: thrombocythemia thrombocytosis; inherited anemia mediterranean: thalassemia;
  hole heart: septal defect congenital; blue baby: tetralogy cyanosis congenital heart; heart birth defect: congenital heart;
  heart stops: cardiac arrest; shock heart machine: defibrillator; pacemaker: arrhythmia heart block;
  stent: angioplasty coronary; balloon artery: angioplasty; asbestos: mesothelioma asbestosis;
  widened airways infections: bronchiectasis; lung lumps lymph: sarcoidosis; breathing tube: ventilator intubation;
  breathing machine: ventilator cpap; inflamed vessels: vasculitis; strawberry tongue: kawasaki scarlet;
  mouse droppings: hantavirus; rodent: hantavirus plague; home canned: botulism; honey baby: botulism;
  shellfish: marine toxins; fresh water swim: schistosomiasis leptospirosis; unpasteurised milk: listeria brucellosis;
  chicken raw: salmonella campylobacter; burger: coli; lice: pediculosis; bed bugs: bedbugs;
  pinworm itchy bottom: enterobiasis; slapped cheek: fifth parvovirus; swollen cheeks jaw: mumps;
  grey throat membrane: diphtheria; barking cough: croup; hand foot mouth: enterovirus coxsackie; new hip: hip replacement;
  new knee: knee replacement; loss smell: smell anosmia; food no taste: taste; hot weather collapse: heat stroke hyperthermia;
  too cold: hypothermia; frozen fingers: frostbite; white fingers cold: raynaud; falls: balance fracture;
  dying: end life hospice palliative; carer: caregiver caregiving; quit smoking: tobacco cessation; drinks too much: alcohol;
  tired: fatigue; exhausted: fatigue; weakness: weak fatigue; high temperature: fever; swollen: swelling edema;
  puffy: swelling edema; swollen ankles: edema; sweats: sweating; thirsty: thirst; sore: pain painful; ache: pain;
  agonising: severe pain; putting weight: gain; elderly: older; relative: family; operation: surgery; surgeon: surgery;
  stockings: compression; tablets: medicine; pills: medicine; drug: medicine; medication: medicine; remedy: treatment;
  cure: treatment treat; managed: treatment treat; settled: treatment treat; eases: relieve treatment; confirmed: diagnose;
  spotted: diagnose detect; detected: diagnose; warning: signs symptoms; complaints: symptoms signs; features: symptoms signs;
  ward off: prevent; avoid: prevent
`;

interface Entry {
  when: string[];
  add: string[];
}

/** Entries by one of their stems: only those that can hold are looked at. */
let entries: Map<string, Entry[]> | undefined;

/** Stems of the clinical words for lay words and abbreviations in the question; those that it has already are left out. */
export function clinicalTerms(question: string): Set<string> {
  entries ??= read(TABLE);
  const present = new Set(terms(question));
  const added = new Set(spelledOut(question).flatMap(terms));
  for (const term of present) {
    for (const entry of entries.get(term) ?? []) {
      if (entry.when.every((stem) => present.has(stem))) for (const stem of entry.add) added.add(stem);
    }
  }
  for (const term of present) added.delete(term);
  return added;
}

function read(table: string): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const line of table.split(';')) {
    const [left = '', right = ''] = line.split(':');
    const entry = { when: terms(left), add: terms(right) };
    const [key] = entry.when;
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), entry]);
  }
  return found;
}
