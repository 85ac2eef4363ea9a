/** The tabs of the chart in their order; the first nine have keys. */
export const chartTabs = [
  { name: 'summary', to: '/patient/$id' },
  { name: 'timeline', to: '/patient/$id/timeline' },
  { name: 'problems', to: '/patient/$id/problems' },
  { name: 'allergies', to: '/patient/$id/allergies' },
  { name: 'medicines', to: '/patient/$id/medicines' },
  { name: 'vitals', to: '/patient/$id/vitals' },
  { name: 'labs', to: '/patient/$id/labs' },
  { name: 'documents', to: '/patient/$id/documents' },
  { name: 'images', to: '/patient/$id/images' },
  { name: 'notes', to: '/patient/$id/notes' },
  { name: 'encounters', to: '/patient/$id/encounters' },
  { name: 'team', to: '/patient/$id/team' },
  { name: 'record', to: '/patient/$id/record' },
] as const;
