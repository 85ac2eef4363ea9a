/** The little of FHIR R4's types that we rely on: a resource is an open object, read through the helpers of `read.ts`. */

export interface FhirResource {
  resourceType: string;
  id?: string;
  [element: string]: unknown;
}

/** FHIR R4 (4.0.1), list of resource types. */
export const resourceTypes: ReadonlySet<string> = new Set(
  `Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure Bundle
  CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
  CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
  DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
  Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
  FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization ImmunizationEvaluation
  ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication
  MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
  MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
  MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem
  NutritionOrder Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice
  PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup
  ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot
  Specimen SpecimenDefinition StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
  SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport TestScript
  ValueSet VerificationResult VisionPrescription`.split(/\s+/),
);

/** Types of other versions that R4 does not have: whoever sends them speaks another FHIR. */
export const typesOfOtherVersions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    MedicationOrder: 'DSTU2',
    DiagnosticOrder: 'DSTU2',
    ProcedureRequest: 'DSTU2 or STU3',
    ReferralRequest: 'DSTU2 or STU3',
    Order: 'DSTU2',
    OrderResponse: 'DSTU2',
    DeviceUseRequest: 'DSTU2',
    ImagingObjectSelection: 'DSTU2',
    Conformance: 'DSTU2',
    BodySite: 'DSTU2 or STU3',
    Sequence: 'STU3',
    ImagingManifest: 'STU3',
    DeviceComponent: 'STU3',
    EligibilityRequest: 'STU3',
    EligibilityResponse: 'STU3',
    ProcessRequest: 'STU3',
    ProcessResponse: 'STU3',
    ImagingSelection: 'R5',
    InventoryReport: 'R5',
    Transport: 'R5',
    NutritionIntake: 'R5',
    EncounterHistory: 'R5',
    DeviceUsage: 'R5',
    SubscriptionTopic: 'R5',
  }),
);

/** FHIR R4 datatypes, id. */
export const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

/** Marks that we set in `meta.tag`. */
export const TAG_SYSTEM = 'urn:lamplight:tag';
export const tags = {
  /** A generated patient of the sample clinic. */
  sample: 'sample',
  /** Made by a model or a program, not yet looked at by a person. */
  machine: 'machine',
  /** A photograph or a report on one made by an AI model: shown in the list of readings. */
  reading: 'ai-reading',
} as const;
